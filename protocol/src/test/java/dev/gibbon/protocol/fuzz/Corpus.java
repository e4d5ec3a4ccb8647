package dev.gibbon.protocol.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * The checked-in corpus of a target: a text file with one input a line, in hex. As a program it turns the file and the seeds into the
 * folder of files that the fuzzer works on, and back: {@code Corpus unpack TARGET DIRECTORY}, {@code Corpus pack DIRECTORY FILE}.
 */
final class Corpus {
    private static final HexFormat HEX = HexFormat.of();

    private Corpus() {}

    /** The checked-in inputs of a target, such as "frames". */
    static List<byte[]> of(String target) {
        String name = target + ".corpus";
        try (InputStream in = Corpus.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return text.lines()
                    .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
                    .map(HEX::parseHex)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Packs or unpacks.
     *
     * @param arguments see the class
     * @throws IOException when a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 3 && arguments[0].equals("unpack")) {
            unpack(arguments[1], Path.of(arguments[2]));
        } else if (arguments.length == 3 && arguments[0].equals("pack")) {
            pack(Path.of(arguments[1]), Path.of(arguments[2]));
        } else {
            System.err.println("usage: Corpus unpack TARGET DIRECTORY | Corpus pack DIRECTORY FILE");
            System.exit(2);
        }
    }

    private static void unpack(String target, Path directory) throws IOException {
        Files.createDirectories(directory);
        List<byte[]> inputs = new ArrayList<>(Target.of(target).seeds());
        if (Corpus.class.getResource(target + ".corpus") != null) {
            inputs.addAll(of(target));
        }
        for (int i = 0; i < inputs.size(); i++) {
            Files.write(directory.resolve("checked-in-" + i), inputs.get(i));
        }
    }

    private static void pack(Path directory, Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path input : files.toList()) {
                lines.add(HEX.formatHex(Files.readAllBytes(input)));
            }
        }
        lines.removeIf(String::isEmpty);
        lines.sort(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        Files.write(file, lines, StandardCharsets.US_ASCII);
    }
}
