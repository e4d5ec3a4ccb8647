package dev.gibbon.benchmarks.bench;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server as its folder describes it: {@code contender.properties}, and its jars beside it. The file knows {@code title},
 * {@code java} (the lowest JDK), {@code variants} and {@code variant.NAME.java}, {@code artifact} (the jar whose version is
 * the server's), {@code options} and {@code options.N} (for the JVM, the latter from JDK N on), {@code raw}, {@code skip} and
 * {@code skip.reason}.
 */
final class Contender {
    private static final String DESCRIPTION = "contender.properties";
    private static final int OLDEST_JAVA = 17;
    private static final int NEWEST_JAVA = 99;

    private final Path folder;
    private final Properties properties;

    private Contender(Path folder, Properties properties) {
        this.folder = folder;
        this.properties = properties;
    }

    /** All contenders in a folder, by name. */
    static List<Contender> in(Path folder) throws IOException {
        List<Contender> contenders = new ArrayList<>();
        try (Stream<Path> folders = Files.list(folder)) {
            for (Path candidate : folders.sorted().toList()) {
                if (Files.isRegularFile(candidate.resolve(DESCRIPTION))) {
                    contenders.add(at(candidate));
                }
            }
        }
        return contenders;
    }

    private static Contender at(Path folder) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve(DESCRIPTION), StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return new Contender(folder, properties);
    }

    /** What it is called on the command line. */
    String name() {
        return String.valueOf(folder.getFileName());
    }

    /** What it is called by its makers. */
    String title() {
        return text("title", name());
    }

    /** Its variants, the usual one first; empty if there is nothing to choose. */
    List<String> variants() {
        return list("variants");
    }

    /**
     * One of its variants on one JDK.
     *
     * @param variant null if it has none
     * @param several whether the run has more than one JDK, so that the label must tell which
     */
    Entrant entrant(@Nullable String variant, Jdk jdk, boolean several) throws IOException {
        String label = name() + (variant == null ? "" : "/" + variant) + (several ? "@" + jdk.feature() : "");
        Path java = jdk.program("java");
        return new Entrant(
                label,
                version(),
                jdk,
                isRaw(),
                cannot(),
                absence(variant, jdk),
                new Entrant.Launch.Contender(folder, name(), variant, java, options(jdk)));
    }

    private @Nullable String absence(@Nullable String variant, Jdk jdk) throws IOException {
        int lowest = number("java");
        if (variant != null && properties.containsKey("variant." + variant + ".java")) {
            lowest = Math.max(lowest, number("variant." + variant + ".java"));
        }
        if (jdk.feature() < lowest) {
            return "needs JDK " + lowest + ", and this is " + jdk.version();
        }
        return jars().isEmpty() ? "was not built: building it needs JDK " + lowest : null;
    }

    private Map<Ability, String> cannot() {
        Map<Ability, String> cannot = new EnumMap<>(Ability.class);
        List<String> skipped = list("skip");
        for (Ability ability : Ability.values()) {
            if (skipped.contains(ability.word())) {
                cannot.put(ability, text("skip.reason", "cannot do " + ability.word()));
            }
        }
        if (isRaw()) {
            Entrant.beyondBytes(cannot);
        }
        return cannot;
    }

    private boolean isRaw() {
        return Boolean.parseBoolean(text("raw", "false"));
    }

    private List<String> options(Jdk jdk) {
        List<String> options = new ArrayList<>(words("options"));
        for (int feature = OLDEST_JAVA; feature <= Math.min(jdk.feature(), NEWEST_JAVA); feature++) {
            options.addAll(words("options." + feature));
        }
        return options;
    }

    /** The version in the file name of one of its jars. */
    private @Nullable String version() throws IOException {
        Pattern jar = Pattern.compile(Pattern.quote(text("artifact", name())) + "-([0-9].*)\\.jar");
        for (Path file : jars()) {
            Matcher matcher = jar.matcher(String.valueOf(file.getFileName()));
            if (matcher.matches()) {
                return matcher.group(1);
            }
        }
        return null;
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private String text(String key, String otherwise) {
        return properties.getProperty(key, otherwise).strip();
    }

    private int number(String key) throws IOException {
        String text = text(key, Integer.toString(OLDEST_JAVA));
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException fault) {
            throw new IOException(folder.resolve(DESCRIPTION) + ": " + key + " is no number: " + text, fault);
        }
    }

    private List<String> list(String key) {
        return Stream.of(text(key, "").split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private List<String> words(String key) {
        return Stream.of(text(key, "").split(" +"))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
