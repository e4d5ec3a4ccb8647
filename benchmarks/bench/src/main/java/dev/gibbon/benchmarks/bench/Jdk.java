package dev.gibbon.benchmarks.bench;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDK on this machine.
 *
 * @param home its folder
 * @param feature its number, such as 25
 * @param version in full, such as {@code 25.0.3}
 */
record Jdk(Path home, int feature, String version) {
    private static final Pattern FEATURE = Pattern.compile("(?:1\\.)?([0-9]{1,4}).*");

    /** The one that runs this program. */
    static Jdk running() {
        return new Jdk(
                Path.of(System.getProperty("java.home")),
                Runtime.version().feature(),
                System.getProperty("java.version"));
    }

    /**
     * The one in a folder; its version is in its file {@code release}.
     *
     * @throws BadArgumentException when it is none
     */
    static Jdk at(Path home) throws BadArgumentException {
        Jdk jdk = new Jdk(home, 0, "");
        if (!Files.isExecutable(jdk.program("java"))) {
            throw new BadArgumentException("--jdk " + home + ": expected the folder of a JDK, and it has no bin/java");
        }
        Properties release = new Properties();
        try (Reader reader = Files.newBufferedReader(home.resolve("release"), StandardCharsets.UTF_8)) {
            release.load(reader);
        } catch (IOException missing) {
            throw new BadArgumentException("--jdk " + home + ": its file `release` cannot be read");
        }
        String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
        Matcher matcher = FEATURE.matcher(version);
        if (!matcher.matches()) {
            throw new BadArgumentException("--jdk " + home + ": its file `release` tells no version");
        }
        return new Jdk(home, Integer.parseInt(matcher.group(1)), version);
    }

    /** One of its programs. */
    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }
}
