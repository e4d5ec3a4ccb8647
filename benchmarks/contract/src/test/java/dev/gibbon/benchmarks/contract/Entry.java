package dev.gibbon.benchmarks.contract;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** A contender, or one of its variants, as {@code contender.properties} in its module's folder tells of it. */
record Entry(Path folder, String variant, Properties told) {
    private static final Path CONTENDERS = Path.of("../contenders");
    private static final int FEATURE = Runtime.version().feature();

    /** All that run on this JDK. */
    static List<Entry> all() throws IOException {
        List<Entry> all = new ArrayList<>();
        try (Stream<Path> folders = Files.list(CONTENDERS)) {
            for (Path folder : folders.sorted().toList()) {
                Path file = folder.resolve("contender.properties");
                if (Files.exists(file)) {
                    Properties told = read(file);
                    for (String variant : told.getProperty("variants", "").split(",", -1)) {
                        all.add(new Entry(folder, variant.strip(), told));
                    }
                }
            }
        }
        all.removeIf(entry -> entry.lowestJava() > FEATURE);
        return all;
    }

    private static Properties read(Path file) {
        var told = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            told.load(reader);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        return told;
    }

    String name() {
        return folder.getFileName().toString();
    }

    boolean isRaw() {
        return Boolean.parseBoolean(told.getProperty("raw"));
    }

    boolean can(String mode) {
        return !Arrays.asList(told.getProperty("skip", "").split(",", -1)).contains(mode);
    }

    private int lowestJava() {
        String own = told.getProperty("variant." + variant + ".java", told.getProperty("java"));
        return Integer.parseInt(own);
    }

    /** How a benchmark starts it; only that the code is compiled quickly, not well. */
    List<String> command(String... more) {
        Path built = folder.resolve(System.getProperty("gibbon.target", "target"));
        if (!Files.isDirectory(built.resolve("lib"))) {
            throw new IllegalStateException(built + " has no lib: mvn package makes it, mvn test does not");
        }
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        for (String key : told.stringPropertyNames()) {
            boolean known = key.equals("options")
                    || (key.startsWith("options.") && Integer.parseInt(key.substring("options.".length())) <= FEATURE);
            if (known) {
                command.addAll(List.of(told.getProperty(key).split(" ")));
            }
        }
        command.addAll(List.of(
                "-cp",
                built.resolve("classes") + ":" + built.resolve("lib") + "/*",
                "dev.gibbon.benchmarks.contender.Main",
                name()));
        if (!variant.isEmpty()) {
            command.addAll(List.of("--variant", variant));
        }
        command.addAll(List.of(more));
        return command;
    }

    @Override
    public String toString() {
        return variant.isEmpty() ? name() : name() + " " + variant;
    }
}
