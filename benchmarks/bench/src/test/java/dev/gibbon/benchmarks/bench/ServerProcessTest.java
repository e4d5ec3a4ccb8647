package dev.gibbon.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that behave, and such that do not; each is a shell script in place of a JVM. */
class ServerProcessTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    Path folder;

    private Children children;

    @BeforeEach
    void open() throws IOException {
        children = new Children();
    }

    @AfterEach
    void nothingIsLeft() {
        children.close();
        assertThat(children.running()).isZero();
    }

    /** A contender whose "java" is a script. */
    private Entrant contender(String script) throws IOException {
        Path java = folder.resolve("java");
        Files.writeString(java, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        return new Entrant(
                "fake",
                null,
                null,
                false,
                Map.of(),
                null,
                new Entrant.Launch.Contender(folder, "fake", null, java, List.of()));
    }

    private ServerProcess start(Entrant entrant, Duration deadline) throws IOException, InterruptedException {
        return ServerProcess.start(children, entrant, Entrant.Purpose.LOAD, List.of(), 1, deadline);
    }

    @Test
    void isReadyWhenItSaysItsPort() throws Exception {
        try (ServerProcess server = start(contender("echo listening 4711; exec cat"), LONG)) {
            assertThat(server.port()).isEqualTo(4711);
            assertThat(server.isAlive()).isTrue();
            assertThat(ProcessHandle.of(server.pid())).isPresent();
        }
        // The end of its input was enough.
        assertThat(children.running()).isZero();
    }

    @Test
    void wordsInFrontBecomeTheProcess() throws Exception {
        Entrant entrant = contender("echo listening $$; exec cat");
        try (ServerProcess server =
                ServerProcess.start(children, entrant, Entrant.Purpose.LOAD, List.of("env", "A=b"), 1, LONG)) {
            assertThat(server.port()).isEqualTo((int) server.pid());
        }
    }

    @Test
    void doesNotWaitForWhoPrintsOnAndOn() throws Exception {
        String script = "echo listening 1; i=0; while [ $i -lt 20000 ]; do echo noise noise noise; i=$((i+1)); done;"
                + " echo done >&2; exec cat";
        try (ServerProcess server = start(contender(script), LONG)) {
            assertThat(server.port()).isEqualTo(1);
        }
    }

    @Test
    void oneThatDiesIsToldWithItsWords() throws IOException {
        Entrant entrant = contender("echo 'no such class' >&2; echo '  at somewhere' >&2; exit 3");
        assertThatThrownBy(() -> start(entrant, LONG))
                .isInstanceOf(ServerFailedException.class)
                .hasMessage("fake ended with exit code 3, saying \"no such class\", before it was ready");
    }

    @Test
    void oneThatIsNeverReadyIsNotWaitedForLonger() throws IOException {
        assertThatThrownBy(() -> start(contender("exec cat"), SHORT))
                .isInstanceOf(ServerFailedException.class)
                .hasMessage("fake was not ready within 0 s");
    }

    @Test
    void oneThatSaysSomethingElseIsQuoted() throws IOException {
        assertThatThrownBy(() -> start(contender("echo 'hello there'; exec cat"), LONG))
                .isInstanceOf(ServerFailedException.class)
                .hasMessage("fake said \"hello there\" instead of \"listening PORT\"");
    }

    @Test
    void oneThatDiesLaterTellsItsFate() throws Exception {
        try (ServerProcess server = start(contender("echo listening 1; read line; echo oops >&2; exit 9"), LONG)) {
            ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(server.fate()).isEqualTo("ended with exit code 137");
        }
    }

    @Test
    void oneThatIsDeafIsKilled() throws Exception {
        ServerProcess server = start(contender("trap '' TERM; echo listening 1; while :; do sleep 1; done"), LONG);
        server.close();
        assertThat(server.isAlive()).isFalse();
    }

    @Test
    void oneThatCannotBeStartedAtAllIsAnError() {
        Entrant entrant = new Entrant(
                "fake",
                null,
                null,
                false,
                Map.of(),
                null,
                new Entrant.Launch.Contender(folder, "fake", null, folder.resolve("missing"), List.of()));
        assertThatThrownBy(() -> start(entrant, LONG)).isInstanceOf(IOException.class);
    }

    @Test
    void aProgramThatDiesIsTold() {
        Entrant entrant = Samples.program("prog", "sh -c 'echo bad port >&2; exit 5' {port}");
        assertThatThrownBy(() -> start(entrant, LONG))
                .isInstanceOf(ServerFailedException.class)
                .hasMessage("prog ended with exit code 5, saying \"bad port\", before it was ready");
    }

    @Test
    void aProgramThatDoesNotListenIsNotWaitedForLonger() {
        assertThatThrownBy(() -> start(Samples.program("prog", "sleep 600 # {port}"), SHORT))
                .isInstanceOf(ServerFailedException.class)
                .hasMessageMatching("prog accepted no connection on port [0-9]+ within 0 s");
    }

    @Test
    void aProgramIsReadyWhenItAccepts() throws Exception {
        Path source = folder.resolve("Listen.java");
        Files.writeString(source, """
                class Listen {
                    public static void main(String[] a) throws Exception {
                        var server = new java.net.ServerSocket(Integer.parseInt(a[0]), 1, java.net.InetAddress.getLoopbackAddress());
                        while (true) server.accept();
                    }
                }
                """);
        String java = Jdk.running().program("java").toString();
        try (ServerProcess server = start(Samples.program("prog", "'" + java + "' '" + source + "' {port}"), LONG)) {
            assertThat(server.port()).isPositive();
            assertThat(ProcessHandle.of(server.pid()).flatMap(p -> p.info().command()))
                    .hasValueSatisfying(command -> assertThat(command).endsWith("java"));
        }
    }
}
