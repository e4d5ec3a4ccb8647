package dev.gibbon.benchmarks.bench;

import static dev.gibbon.benchmarks.bench.Samples.figures;
import static dev.gibbon.benchmarks.bench.Samples.measure;
import static dev.gibbon.benchmarks.bench.Samples.memory;
import static dev.gibbon.benchmarks.bench.Samples.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableReportTest {
    private static final List<Window> LOAD = List.of(
            window("gibbon/nio", "echo-125", 1, 3.5),
            window("netty/io_uring@25", "echo-125", 1, 4.1),
            window("gibbon/nio", "echo-125", 2, 3.6),
            window("netty/io_uring@25", "echo-125", 2, 4.2),
            window("gibbon/nio", "echo-125", 3, 3.4),
            window("netty/io_uring@25", "echo-125", 3, 5.1));

    static Report report(List<String> problems, Summary... summaries) {
        return new Report(Samples.environment(), "gibbon/nio", List.of(), List.of(summaries), problems, List.of());
    }

    private static Summary summary(String scenario, List<Window> windows, Map<String, String> absent) {
        return Summary.of(measure(scenario), windows, "gibbon/nio", absent);
    }

    @Test
    void showsLoad() {
        Summary echo = summary("echo-125", LOAD, Map.of("helidon", "needs JDK 21, and this is 17.0.15"));
        assertThat(TableReport.of(report(List.of(), echo), false)).isEqualTo("""
                        Gibbon 1.2.3 on A Fast One @ 3 GHz, 2 processors, Linux 6.1 amd64
                        JDK 25.0.3; servers on core 0, load on core 1, raised priority
                        3 interleaved rounds of 1.5 s, 1 event loop a server
                        Ratios: beside gibbon/nio in the same run; above 1 is better, also for cost and memory.

                        echo-125: 125 B binary echoed, 64 connections, 1 in flight
                          server                   µs/msg     min-max ratio   min-max     msg/s   MB/s p50 µs    p99   p99.9
                          gibbon/nio                 3.50   3.40–3.60  1.00 1.00–1.00   200,000   25.0    210    420   1,235
                          netty/io_uring@25          4.20   4.10–5.10  0.83 0.67–0.86   200,000   25.0    210    420   1,235
                          not run: helidon (needs JDK 21, and this is 17.0.15)
                        """);
    }

    @Test
    void showsMemoryWithItsClassesWhenAsked() {
        List<Window> windows = List.of(
                memory("gibbon/nio", 1, 50 << 20, 70 << 20, 18_000_000L), memory("uws", 1, 4 << 20, 7 << 20, null));
        assertThat(TableReport.of(report(List.of(), summary("idle-10000", windows, Map.of())), true))
                .endsWith("""

                        idle-10000: 10000 connections at rest, after one echo of 125 B binary
                          server                  resident B       min-max ratio   min-max    live B       min-max  RSS MiB
                          uws                            315       315–315  6.67 6.67–6.67         -             -     7.00
                          gibbon/nio                   2,097   2,097–2,097  1.00 1.00–1.00     1,800   1,800–1,800     70.0
                                    900 B a connection,   2.00 objects, [B
                        """);
    }

    @Test
    void marksWhatWasDisturbedAndTellsWhatWentWrong() {
        Window disturbed =
                new Window("gibbon/nio", "echo-125", 1, 3, true, true, null, figures(3.5, 0, 0, null, 0.3), null);
        Window wrong = new Window(
                "tyrus", "echo-125", 1, 1, false, false, null, figures(3.5, 0, 4, "not what was sent", 0), null);
        String problem =
                "echo-125, tyrus: 0 errors and 4 mismatches, first: a reply of 124 B to a message of 125 B on a"
                        + " connection that had worked well until then";
        assertThat(TableReport.of(
                        report(List.of(problem), summary("echo-125", List.of(disturbed, wrong), Map.of())), false))
                .endsWith("""
                          gibbon/nio*                3.50   3.50–3.50  1.00 1.00–1.00   200,000   25.0    210    420   1,235
                          tyrus                         -           -     -         -         -      -      -      -       -
                            ! 0 errors and 4 mismatches, first: not what was sent

                        * other processes used more than 10 % of a core in some of its windows, repetitions included

                        What went wrong:
                        - echo-125, tyrus: 0 errors and 4 mismatches, first: a reply of 124 B to a message of 125 B on a
                          connection that had worked well until then
                        """);
    }

    @Test
    void fitsIntoAHundredColumns() {
        String table = TableReport.of(report(List.of(), summary("echo-125", LOAD, Map.of())), false);
        assertThat(table.lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void aLongNameHasALineOfItsOwn() {
        String table = TableReport.of(
                report(
                        List.of(),
                        summary(
                                "echo-125",
                                List.of(Samples.window("gibbon/blocking-native@25", "echo-125", 1, 3.5)),
                                Map.of())),
                false);
        assertThat(table.lines()).allMatch(line -> line.length() <= 100);
        assertThat(table.lines())
                .contains(
                        "  gibbon/blocking-native@25",
                        " ".repeat(29) + "3.50   3.50–3.50     -         -   200,000   25.0"
                                + "    210    420   1,235");
    }

    @Test
    void saysWhenRoundsAreTooFew() {
        Environment few = new Environment("1", "", List.of(), "", "", 1, 0, "17", "", 1, Samples.TIMING, 1);
        assertThat(TableReport.of(new Report(few, null, List.of(), List.of(), List.of(), List.of()), false))
                .contains("Fewer than three rounds")
                .doesNotContain("Ratios");
    }
}
