package dev.gibbon.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchMainTest {
    @TempDir
    Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void layOut() throws IOException {
        Path folder = Files.createDirectories(home.resolve("contenders/netty"));
        Files.writeString(folder.resolve("contender.properties"), "variants=epoll,nio\nartifact=netty-x\n");
        Files.createFile(folder.resolve("netty-x-4.2.jar"));
        Files.createDirectories(home.resolve("contenders/helidon"));
        Files.writeString(home.resolve("contenders/helidon/contender.properties"), "java=99\n");
    }

    private int run(String... arguments) {
        return BenchMain.run(
                List.of(arguments),
                home,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --rounds 0               | --rounds "0": expected a whole number from 1 to 99
            --rounds many            | --rounds "many": expected a whole number from 1 to 99
            --rounds 3 --rounds 4    | --rounds is given more than once
            --rounds                 | --rounds needs a value: N
            --seconds 0              | --seconds "0": expected a number from 0.05 to 600
            --seconds -1             | --seconds "-1": expected a number from 0.05 to 600
            --loops 65               | --loops "65": expected a whole number from 1 to 64
            --connections 0          | --connections "0": expected a whole number, at least 1
            --only echo              | --only "echo": expected helidon, netty/epoll, netty/nio
            --only netty,            | --only "netty,": expected names, comma-separated
            --only netty/io_uring    | --only "netty/io_uring": expected helidon, netty/epoll, netty/nio
            --reference gibbon       | --reference "gibbon": expected one of netty/epoll, netty/nio
            --reference helidon      | --reference "helidon": expected one of netty/epoll, netty/nio
            --with uws               | --with "uws": expected NAME='COMMAND' with {port} in COMMAND, NAME of up to 16 letters and digits
            --with uws=server        | --with "uws=server": expected NAME='COMMAND' with {port} in COMMAND, NAME of up to 16 letters and digits
            --with a=x{port} --with a=y{port} | --with: a is given more than once
            --with netty=x{port}     | --with: there is a contender netty already
            --with helidon=x{port}   | --with: there is a contender helidon already
            --list --only echo       | --only "echo": expected helidon, netty/epoll, netty/nio
            --jdk /nowhere           | --jdk /nowhere: expected the folder of a JDK, and it has no bin/java
            --json /nowhere/x.json   | --json "/nowhere/x.json": expected a file in a folder that can be written to
            --fast                   | unknown option "--fast"; --help shows the options
            ws://a/ ws://b/          | unexpected argument "ws://b/"
            -c 5                     | -c needs a URL; without one --scenario chooses the load
            --deflate                | --deflate needs a URL; without one --scenario chooses the load
            ws://a/ --rounds 5       | --rounds does not go with a URL
            ws://a/ --json x         | --json does not go with a URL
            ws://a/ -c 0             | -c "0": expected a whole number from 1 to 60000
            ws://a/ --mode fast      | --mode "fast": expected echo, latency, handshake, idle or broadcast
            ws://a/ --text --mixed   | --text and --mixed: expected one of them
            """)
    void badArgumentsAreOneLine(String line, String expected) {
        assertThat(run(line.split(" "))).isEqualTo(BenchMain.MISUSED);
        assertThat(told()).isEqualTo("gibbon bench: " + expected + "\n");
        assertThat(out.size()).isZero();
    }

    @Test
    void unknownScenarioIsAnsweredWithTheKnownOnes() {
        assertThat(run("--scenario", "echo-126")).isEqualTo(BenchMain.MISUSED);
        assertThat(told()).startsWith("gibbon bench: --scenario \"echo-126\": expected echo-16, echo-125, echo-1k,");
        assertThat(told().lines()).hasSize(1);
    }

    @Test
    void whatIsNoUrlIsOneLine() {
        assertThat(run("there")).isEqualTo(BenchMain.MISUSED);
        assertThat(told()).startsWith("gibbon bench: ").hasLineCount(1);
    }

    @Test
    void listsServersAndScenarios() {
        assertThat(run("--list")).isEqualTo(BenchMain.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("Servers:\n  helidon                  (not here: needs JDK 99, and this is ")
                .contains("  netty/epoll            4.2\n  netty/nio              4.2\n")
                .contains("\nScenarios:\n  echo-16                16 B binary echoed, 64 connections, 1 in flight\n");
    }

    @Test
    void listsOnlyWhatIsAskedFor() {
        assertThat(run("--list", "--only", "netty/nio", "--with", "uws=server {port}"))
                .isEqualTo(BenchMain.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("Servers:\n  netty/nio              4.2\n  uws\nScen");
    }

    @Test
    void aRunThatCannotMeasureAnythingFails() {
        assertThat(run("--only", "helidon", "--scenario", "echo-125")).isEqualTo(BenchMain.FAILED);
        assertThat(told())
                .endsWith("gibbon bench: nothing was measured: none of these servers can run any of these"
                        + " scenarios here\n");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("  not run: helidon (needs JDK 99, and this is ");
    }

    @Test
    void helps() {
        assertThat(run("--help")).isEqualTo(BenchMain.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("gibbon bench")
                .contains("--rounds");
    }

    @Test
    void aUrlThatNobodyAnswersIsToldAndFails() {
        assertThat(run("ws://127.0.0.1:1/", "--seconds", "0.1", "--warmup", "0", "-c", "1"))
                .isEqualTo(BenchMain.FAILED);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("errors      1, mismatches 0, first: ");
    }
}
