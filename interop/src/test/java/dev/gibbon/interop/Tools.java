package dev.gibbon.interop;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The programs that peers run on. Where one is missing the test is skipped, or fails if the environment has {@value #REQUIRED}.
 */
final class Tools {
    private static final String REQUIRED = "GIBBON_REQUIRE_PEERS";
    private static final int INSTALL_SECONDS = 120;

    private static boolean installed;

    private Tools() {}

    /** The command that runs a script of the folder {@code node}, with the package ws beside it. */
    static synchronized List<String> node(String script) throws IOException, InterruptedException {
        require("node", onPath("node") != null, "nodejs");
        Path folder = resource("node/package.json").getParent();
        if (!installed) {
            require("npm", onPath("npm") != null, "npm");
            install(folder);
            installed = true;
        }
        return List.of("node", folder.resolve(script).toString());
    }

    private static void install(Path folder) throws IOException, InterruptedException {
        File log = folder.resolve("npm.log").toFile();
        Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        boolean ended = npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            npm.destroyForcibly();
        }
        require("the package ws", ended && npm.exitValue() == 0, "npm ci; see " + log);
    }

    /** The command that runs a script of the folder {@code python}, by Debian's Python, which sees Debian's packages. */
    static List<String> python(String script) throws IOException, InterruptedException {
        String python = "/usr/bin/python3";
        boolean there = Files.isExecutable(Path.of(python))
                && new ProcessBuilder(python, "-c", "import websockets")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
        require("Python's websockets", there, "python3-websockets");
        return List.of(python, resource("python/" + script).toString());
    }

    /** Skips or fails the test unless something is there. */
    static void require(String what, boolean there, String debian) {
        if (there) {
            return;
        }
        String why = "NOT TESTED: " + what + " is missing (Debian: " + debian + ")";
        if (Boolean.parseBoolean(System.getenv(REQUIRED))) {
            fail(why);
        }
        System.err.println(why);
        abort(why);
    }

    /** A program on the path, or null. */
    static @Nullable File onPath(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .findFirst()
                .orElse(null);
    }

    private static Path resource(String name) {
        try {
            URI where = Tools.class.getResource(name).toURI();
            return Path.of(where);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(name, e);
        }
    }
}
