package dev.gibbon.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.benchmarks.load.Order;
import dev.gibbon.benchmarks.load.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of things, with servers that are scripts and a generator that is played. */
class RunnerTest {
    private static final String GOOD = "echo listening 4711; exec cat";

    @TempDir
    Path folder;

    private final ByteArrayOutputStream noted = new ByteArrayOutputStream();
    private final PlayedLoad load = new PlayedLoad();
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

    private Entrant server(String label, String script) throws IOException {
        Path java = folder.resolve(label);
        Files.writeString(java, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        return new Entrant(
                label,
                null,
                null,
                false,
                Map.of(),
                null,
                new Entrant.Launch.Contender(folder, label, null, java, List.of()));
    }

    private List<Window> run(List<Entrant> entrants, List<String> scenarios, int rounds) throws Exception {
        List<Measure> measures = scenarios.stream().map(Samples::measure).toList();
        PrintStream err = new PrintStream(noted, true, StandardCharsets.UTF_8);
        Fleet fleet = new Fleet(children, List.of(), 1, Duration.ofSeconds(60));
        Progress progress = new Progress(err, 1, 0);
        MemoryMeter meter = new MemoryMeter(children, Proc.ofMachine());
        try (Runner runner = new Runner(fleet, load, Samples.TIMING, progress, meter)) {
            return runner.run(Plan.of(entrants, measures, rounds));
        }
    }

    @Test
    void warmsUpFirstWithAllThenWithTheScenarioAndMeasuresTheProcess() throws Exception {
        List<Window> windows = run(List.of(server("a", GOOD)), List.of("handshake"), 2);
        assertThat(load.said)
                .containsExactly(
                        "echo-125 0.0+2.5",
                        "echo-1k-p16 0.0+1.25",
                        "echo-16k 0.0+1.25",
                        "handshake 0.0+4.0",
                        "handshake 0.3+1.5 metered",
                        "handshake 0.3+1.5 metered");
        assertThat(load.targets).containsOnly("ws://127.0.0.1:4711/");
        assertThat(windows).extracting(Window::round).containsExactly(1, 2);
        assertThat(windows).allMatch(Window::counts);
    }

    @Test
    void takesTurns() throws Exception {
        List<Window> windows = run(List.of(server("a", GOOD), server("b", GOOD)), List.of("echo-125"), 2);
        assertThat(windows).extracting(Window::server).containsExactly("a", "b", "b", "a");
    }

    @Test
    void aDisturbedWindowIsRepeatedTwiceAndTheLeastDisturbedCounts() throws Exception {
        load.others = List.of(0.5, 0.2, 0.4);
        List<Window> windows = run(List.of(server("a", GOOD)), List.of("echo-125"), 1);
        assertThat(windows).extracting(Window::attempt).containsExactly(1, 2, 3);
        assertThat(windows).extracting(Window::counts).containsExactly(false, true, false);
        assertThat(windows).allMatch(Window::disturbed);
    }

    @Test
    void aRepetitionThatIsNotDisturbedEndsIt() throws Exception {
        load.others = List.of(0.5, 0.05);
        List<Window> windows = run(List.of(server("a", GOOD)), List.of("echo-125"), 1);
        assertThat(windows).extracting(Window::counts).containsExactly(false, true);
        assertThat(windows).extracting(Window::disturbed).containsExactly(true, false);
    }

    /** Others had the whole machine: then it is no fault of the server that nothing came. */
    @Test
    void aWindowThatWasStarvedIsRepeated() throws Exception {
        load.others = List.of(2.0, 1.5, 1.9);
        load.starved = 1;
        List<Window> windows = run(List.of(server("a", GOOD)), List.of("echo-125"), 1);
        assertThat(windows).extracting(Window::attempt).containsExactly(2, 3);
        assertThat(windows).extracting(Window::counts).containsExactly(true, false);
        assertThat(windows).extracting(Window::fault).containsOnlyNulls();
    }

    @Test
    void oneThatIsSilentWithoutDisturbanceIsNotRepeated() throws Exception {
        load.starved = 1;
        List<Window> windows = run(List.of(server("a", GOOD)), List.of("echo-125"), 1);
        assertThat(windows).extracting(Window::fault).containsExactly("not one message came back");
    }

    @Test
    void wrongAnswersAreKeptButNotCounted() throws Exception {
        load.wrong = "echo-125";
        List<Window> windows = run(List.of(server("a", GOOD)), List.of("echo-125", "echo-16"), 1);
        assertThat(windows).extracting(Window::counts).containsExactly(false, true);
        assertThat(windows.get(0).fault()).isEqualTo("0 errors and 3 mismatches, first: not what was sent");
        assertThat(noted.toString(StandardCharsets.UTF_8)).contains("bench: echo-125, a: 0 errors and 3 mismatches");
    }

    @Test
    void oneThatDoesNotStartIsLeftOutAndTheOthersGoOn() throws Exception {
        Entrant bad = server("bad", "echo 'no such class' >&2; exit 3");
        List<Window> windows = run(List.of(bad, server("b", GOOD)), List.of("echo-125", "echo-16", "echo-1k"), 1);
        assertThat(windows.stream().filter(window -> window.server().equals("bad")))
                .extracting(Window::failure)
                .containsExactly(
                        "bad ended with exit code 3, saying \"no such class\", before it was ready",
                        "bad ended with exit code 3, saying \"no such class\", before it was ready",
                        "bad failed to start twice, and was left out since");
        assertThat(windows.stream().filter(window -> window.server().equals("b")))
                .allMatch(Window::counts);
    }

    @Test
    void oneThatDiesLosesTheScenarioAndIsStartedForTheNext() throws Exception {
        load.kills = "echo-125";
        List<Window> windows = run(List.of(server("a", GOOD)), List.of("echo-125", "echo-16"), 2);
        assertThat(windows.get(0).fault()).startsWith("1 errors and 0 mismatches");
        assertThat(windows.get(1).failure()).isEqualTo("a ended with exit code 137");
        assertThat(windows.subList(2, windows.size()))
                .allMatch(window -> window.scenario().equals("echo-16") && window.counts())
                .hasSize(2);
    }

    @Test
    void aGeneratorThatFailsIsToldToo() throws Exception {
        load.fails = "echo-125";
        List<Window> windows = run(List.of(server("a", GOOD)), List.of("echo-16", "echo-125"), 1);
        assertThat(windows.get(windows.size() - 1).failure()).isEqualTo("the load generator ended with exit code 1");
    }

    @Test
    void memoryIsReadWhileConnectionsAreHeldAndInAFreshProcessEachRound() throws Exception {
        List<Window> windows = run(List.of(server("a", GOOD)), List.of("idle-10000"), 2);
        assertThat(windows).hasSize(2).allMatch(Window::counts);
        assertThat(windows).allSatisfy(window -> {
            assertThat(window.memory().connections()).isEqualTo(10_000);
            assertThat(window.memory().residentWith()).isPositive();
            assertThat(window.memory().liveWith()).isNull();
        });
        assertThat(load.pids).isEmpty();
    }

    /** Answers at once, with what a test wants. */
    private static final class PlayedLoad implements Load {
        private final List<String> said = new ArrayList<>();
        private final List<String> targets = new ArrayList<>();
        private final List<Long> pids = new ArrayList<>();
        private List<Double> others = List.of();
        private int windows;
        private int starved;
        private @Nullable String wrong;
        private @Nullable String kills;
        private @Nullable String fails;

        @Override
        public Result run(Order order, Holding holding) throws IOException, InterruptedException {
            String name = order.scenario().name();
            boolean metered = order.pid() > 0;
            said.add(name + " " + order.warmup() + "+" + order.seconds() + (metered ? " metered" : ""));
            targets.add(order.target());
            holding.look();
            if (!metered) {
                return result(order, 0.0, 0, 0, null);
            }
            if (name.equals(fails)) {
                throw new ServerFailedException("the load generator ended with exit code 1");
            }
            if (name.equals(kills)) {
                ProcessHandle.of(order.pid()).ifPresent(ProcessHandle::destroyForcibly);
                return result(order, 0.0, 1, 0, "connection lost");
            }
            double share = windows < others.size() ? others.get(windows) : 0;
            windows++;
            boolean isWrong = name.equals(wrong);
            return result(order, share, 0, isWrong ? 3 : 0, isWrong ? "not what was sent" : null);
        }

        private Result result(Order order, double others, long errors, long mismatches, @Nullable String first) {
            boolean metered = order.pid() > 0;
            return new Result(
                    order.scenario().name(),
                    order.scenario().mode(),
                    metered && windows <= starved ? 0 : 1000,
                    1.0,
                    1000,
                    125_000,
                    null,
                    64,
                    0.1,
                    errors,
                    mismatches,
                    first,
                    0,
                    1000,
                    125_000,
                    0.5,
                    metered ? 0.4 : null,
                    0.9 + others,
                    0.0);
        }

        @Override
        public void close() {}
    }
}
