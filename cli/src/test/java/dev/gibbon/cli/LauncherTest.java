package dev.gibbon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code ./gibbon}, in a tree of its own where {@code mvn} is a stand-in that notes that it was called and lays a
 * ready-made jar in place.
 */
class LauncherTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String PROGRAM = """
            package dev.gibbon.cli;
            public final class Gibbon {
                public static void main(String[] args) {
                    System.out.println(ProcessHandle.current().pid() + " " + args.length + " " + String.join("|", args)
                            + " " + System.getProperty("colour"));
                }
            }
            """;
    private static final String MAVEN = """
            #!/bin/sh
            echo "$@" >> calls
            echo "noise of Maven"
            if [ -f broken ]; then
                echo "[ERROR] something is wrong" && exit 1
            fi
            mkdir -p cli/target-run/lib && cp ready.jar cli/target-run/gibbon-cli-1.jar && cp ready.jar cli/target-run/lib/other.jar
            """;

    private static final List<String> PLAIN_TOOLS =
            List.of("basename bash cat cp dirname env find flock grep head ls mkdir mktemp mv readlink rm sed sh tail"
                    .split(" ", -1));

    @TempDir
    private Path temporary;

    private Path tree;

    /** What a run of the script gave. */
    private record Outcome(long pid, int status, String out, String err) {}

    @BeforeEach
    void plant() throws IOException {
        tree = Files.createDirectory(temporary.resolve("a tree"));
        Path script = checkout().resolve("gibbon");
        Files.copy(script, tree.resolve("gibbon"));
        assertThat(tree.resolve("gibbon").toFile().setExecutable(true)).isTrue();
        Files.createDirectories(tree.resolve(".mvn"));
        Files.createDirectories(tree.resolve("cli/src/main"));
        Files.writeString(tree.resolve("pom.xml"), "");
        Files.writeString(tree.resolve("cli/pom.xml"), "");
        Files.writeString(tree.resolve("cli/src/main/One.java"), "");
        Files.writeString(tree.resolve("cli/src/main/Two.java"), "");
        program(tree.resolve("ready.jar"));
        executable(temporary.resolve("bin/mvn"), MAVEN);
    }

    @Test
    void buildsOnceAndPassesTheArguments() throws Exception {
        Outcome first = gibbon("demo", "--port", "0", "with space", "");
        Outcome second = gibbon();

        assertThat(first.status).isZero();
        assertThat(first.err).contains("gibbon: building");
        assertThat(first.out).endsWith(" 5 demo|--port|0|with space| null\n").doesNotContain("noise");
        assertThat(second.status).isZero();
        assertThat(second.err).isEmpty();
        assertThat(calls()).hasSize(1);
    }

    @Test
    void becomesTheJvm() throws Exception {
        Outcome outcome = gibbon();

        assertThat(outcome.out).startsWith(outcome.pid + " ");
    }

    @Test
    void buildsAgainWhenASourceChangesAppearsOrGoes() throws Exception {
        gibbon();
        Files.writeString(tree.resolve("cli/src/main/One.java"), "changed");
        gibbon();
        assertThat(calls()).hasSize(2);

        Files.writeString(tree.resolve("cli/src/main/Three.java"), "");
        gibbon();
        assertThat(calls()).hasSize(3);

        Files.delete(tree.resolve("cli/src/main/Two.java"));
        gibbon();
        assertThat(calls()).hasSize(4);

        Files.writeString(tree.resolve("cli/pom.xml"), "changed");
        gibbon();
        assertThat(calls()).hasSize(5);

        gibbon();
        assertThat(calls()).hasSize(5);
    }

    @Test
    void aSourceWithAnOldDateCountsAsChanged() throws Exception {
        gibbon();
        Path old = Files.writeString(tree.resolve("cli/src/main/One.java"), "unpacked");
        Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH));

        gibbon();

        assertThat(calls()).hasSize(2);
    }

    @Test
    void aFailedBuildIsShownAndTriedAgain() throws Exception {
        Files.writeString(tree.resolve("broken"), "");
        Outcome failed = gibbon();
        assertThat(failed.status).isEqualTo(1);
        assertThat(failed.out).isEmpty();
        assertThat(failed.err).contains("[ERROR] something is wrong").contains("the build failed");

        Files.delete(tree.resolve("broken"));
        assertThat(gibbon().status).isZero();
        assertThat(calls()).hasSize(2);
    }

    @Test
    void aFailedBuildDoesNotFallBackOnTheOneBefore() throws Exception {
        gibbon();
        Files.writeString(tree.resolve("cli/src/main/One.java"), "wrong");
        Files.writeString(tree.resolve("broken"), "");

        assertThat(gibbon().status).isEqualTo(1);
        assertThat(gibbon().status).isEqualTo(1);
        assertThat(calls()).hasSize(3);
    }

    @Test
    void ofStartsAtTheSameTimeOneBuilds() throws Exception {
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(start(tree.resolve("gibbon"), Map.of(), temporary, "same"));
        }
        for (Process start : starts) {
            assertThat(finish(start).out).endsWith(" 1 same null\n");
        }
        assertThat(calls()).hasSize(1);
    }

    @Test
    void keepsTheJarsOfServersThatStillRun() throws Exception {
        gibbon();
        Path jars = tree.resolve(".gibbon")
                .resolve(Files.readString(tree.resolve(".gibbon/current")).strip());
        Files.writeString(tree.resolve("cli/src/main/One.java"), "changed");
        gibbon();

        assertThat(jars.resolve("gibbon-cli-1.jar")).exists();
        for (int i = 0; i < 4; i++) {
            Files.writeString(tree.resolve("cli/src/main/One.java"), "changed " + i);
            gibbon();
        }
        assertThat(jars).doesNotExist();
        try (Stream<Path> builds = Files.list(tree.resolve(".gibbon"))) {
            assertThat(builds.filter(Files::isDirectory)).hasSize(3);
        }
    }

    @Test
    void passesOptionsToTheJvm() throws Exception {
        Outcome outcome = run(tree.resolve("gibbon"), Map.of("GIBBON_JAVA_OPTS", "-Dcolour=grey  -Xmx64m"), temporary);

        assertThat(outcome.out).endsWith(" 0  grey\n");
    }

    @Test
    void worksThroughSymbolicLinksFromAnyFolder() throws Exception {
        Path absolute = Files.createSymbolicLink(temporary.resolve("absolute"), tree.resolve("gibbon"));
        Path relative = Files.createSymbolicLink(temporary.resolve("relative"), Path.of("absolute"));

        assertThat(run(absolute, Map.of(), Path.of("/")).status).isZero();
        assertThat(run(relative, Map.of(), Path.of("/")).status).isZero();
        assertThat(calls()).hasSize(1);
    }

    @Test
    void namesAWrongJavaHomeInOneLine() throws Exception {
        Outcome outcome = run(tree.resolve("gibbon"), Map.of("JAVA_HOME", "/no/such/jdk"), temporary);

        assertThat(outcome.status).isEqualTo(1);
        assertThat(outcome.out).isEmpty();
        assertThat(outcome.err).isEqualTo("gibbon: JAVA_HOME is /no/such/jdk, which has no bin/java\n");
        assertThat(calls()).isEmpty();
    }

    @Test
    void namesAnOldJdkInOneLine() throws Exception {
        Path old = temporary.resolve("old");
        executable(old.resolve("bin/java"), "#!/bin/sh\nexit 1\n");
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"11.0.2\"\n");

        Outcome outcome = run(tree.resolve("gibbon"), Map.of("JAVA_HOME", old.toString()), temporary);

        assertThat(outcome.status).isEqualTo(1);
        assertThat(outcome.err).isEqualTo("gibbon: a JDK 17 or newer is needed, and " + old + "/bin/java is Java 11\n");
        assertThat(calls()).isEmpty();
    }

    @Test
    void installsMavenWhereItMay() throws Exception {
        Path tools = toolsWithoutMaven(0);
        executable(
                tools.resolve("apt-get"),
                "#!/bin/sh\necho \"$@\" >> '" + tree + "/calls'\ncp '" + temporary.resolve("bin/mvn") + "' '" + tools
                        + "'\n");

        Outcome outcome = run(tree.resolve("gibbon"), Map.of("PATH", tools.toString()), temporary);

        assertThat(outcome.status).as(outcome.err).isZero();
        assertThat(outcome.err).contains("gibbon: installing Maven");
        assertThat(calls().get(0)).isEqualTo("install -y --no-install-recommends maven");
        assertThat(calls()).hasSize(2);
    }

    @Test
    void asksForMavenWhereItMayNotInstall() throws Exception {
        Path tools = toolsWithoutMaven(1000);
        executable(tools.resolve("apt-get"), "#!/bin/sh\n");

        Outcome outcome = run(tree.resolve("gibbon"), Map.of("PATH", tools.toString()), temporary);

        assertThat(outcome.status).isEqualTo(1);
        assertThat(outcome.err).isEqualTo("gibbon: Maven is missing: install it (Debian: apt-get install maven)\n");
    }

    /** A path with what a plain system has, and a user of that number. */
    private Path toolsWithoutMaven(int user) throws IOException {
        Path tools = Files.createDirectory(temporary.resolve("tools"));
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            for (String tool : PLAIN_TOOLS) {
                if (Files.isExecutable(Path.of(folder, tool)) && !Files.exists(tools.resolve(tool))) {
                    Files.createSymbolicLink(tools.resolve(tool), Path.of(folder, tool));
                }
            }
        }
        executable(tools.resolve("id"), "#!/bin/sh\necho " + user + "\n");
        return tools;
    }

    private Outcome gibbon(String... arguments) throws Exception {
        return run(tree.resolve("gibbon"), Map.of(), temporary, arguments);
    }

    private Outcome run(Path script, Map<String, String> environment, Path folder, String... arguments)
            throws Exception {
        return finish(start(script, environment, folder, arguments));
    }

    private Process start(Path script, Map<String, String> environment, Path folder, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeAll(List.of("GIBBON_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("PATH", temporary.resolve("bin") + File.pathSeparator + System.getenv("PATH"));
        builder.environment().putAll(environment);
        builder.redirectError(Files.createTempFile(temporary, "err", "").toFile());
        Process process = builder.start();
        Files.writeString(
                temporary.resolve("err-of-" + process.pid()),
                builder.redirectError().file().toString());
        return process;
    }

    private Outcome finish(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        Path err = Path.of(Files.readString(temporary.resolve("err-of-" + process.pid())));
        return new Outcome(process.pid(), process.exitValue(), out, Files.readString(err));
    }

    private List<String> calls() throws IOException {
        Path calls = tree.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private void program(Path jar) throws IOException {
        Path source = Files.writeString(
                Files.createDirectory(temporary.resolve("program")).resolve("Gibbon.java"), PROGRAM);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", source.getParent().toString(), source.toString());
        assertThat(status).isZero();
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            entries.putNextEntry(new JarEntry("dev/gibbon/cli/Gibbon.class"));
            Files.copy(source.resolveSibling("dev/gibbon/cli/Gibbon.class"), entries);
        }
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** The root of this checkout: the nearest folder above with the script in it. */
    private static Path checkout() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("gibbon"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
