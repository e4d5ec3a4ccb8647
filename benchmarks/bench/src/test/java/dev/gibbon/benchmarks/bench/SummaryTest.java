package dev.gibbon.benchmarks.bench;

import static dev.gibbon.benchmarks.bench.Samples.figures;
import static dev.gibbon.benchmarks.bench.Samples.measure;
import static dev.gibbon.benchmarks.bench.Samples.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static final List<Window> WINDOWS = List.of(
            window("a", "echo-125", 1, 2.0),
            window("b", "echo-125", 1, 4.0),
            window("b", "echo-125", 2, 8.0),
            window("a", "echo-125", 2, 2.0),
            window("a", "echo-16", 1, 99.0));

    private static Summary.Row row(Summary summary, String server) {
        return summary.rows().stream()
                .filter(row -> row.server().equals(server))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aboveOneIsBetterForCost() {
        Summary summary = Summary.of(measure("echo-125"), WINDOWS, "a", Map.of());
        assertThat(row(summary, "b").values().get(Metric.COST)).isEqualTo(new Spread(6, 4, 8, 2));
        assertThat(row(summary, "b").ratios().get(Metric.COST).median()).isEqualTo(2.0 / 6);
        assertThat(row(summary, "b").ratios().get(Metric.COST).min()).isEqualTo(0.25);
        assertThat(row(summary, "b").ratios().get(Metric.COST).max()).isEqualTo(0.5);
        assertThat(row(summary, "a").ratios().get(Metric.COST).median()).isEqualTo(1);
    }

    @Test
    void withoutTheReferenceThereAreNoRatios() {
        Summary summary = Summary.of(measure("echo-125"), WINDOWS, "uws", Map.of("uws", "cannot"));
        assertThat(summary.reference()).isNull();
        assertThat(summary.rows()).allMatch(row -> row.ratios().isEmpty());
        assertThat(summary.absent()).containsEntry("uws", "cannot");
    }

    @Test
    void onlyWindowsThatCountAreInTheMedians() {
        Window repeated = new Window("a", "echo-125", 1, 1, false, true, null, figures(50, 0, 0, null, 0.5), null);
        Window failed = new Window("a", "echo-125", 2, 1, false, false, "a ended with exit code 1", null, null);
        Summary summary = Summary.of(
                measure("echo-125"), List.of(repeated, window("a", "echo-125", 1, 2.0), failed), "a", Map.of());
        assertThat(row(summary, "a").values().get(Metric.COST)).isEqualTo(new Spread(2, 2, 2, 1));
        assertThat(row(summary, "a").rounds()).isOne();
        assertThat(row(summary, "a").disturbed()).isZero();
        assertThat(row(summary, "a").faults()).containsExactly("a ended with exit code 1");
    }

    @Test
    void whatCannotBeToldIsLeftOut() {
        Figures blind = new Figures(10, 1, 0, null, 0.1, null, null, null, null, null, 0, 0, null);
        Window window = new Window("a", "handshake", 1, 1, true, false, null, blind, null);
        Summary summary = Summary.of(measure("handshake"), List.of(window), "a", Map.of());
        assertThat(row(summary, "a").values()).containsOnlyKeys(Metric.RATE);
        assertThat(summary.unit()).isEqualTo("handshakes");
    }
}
