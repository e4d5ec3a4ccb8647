package dev.gibbon.benchmarks.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The report as text, at most 100 columns wide unless somebody's name is longer than it should be. */
final class TableReport {
    private static final int SHOWN_CLASSES = 12;
    private static final int WIDTH = 100;
    private static final int NAME_WIDTH = 25;
    private static final String NOTHING = "-";

    private static final String LOAD = "%-25s %7s %11s %5s %9s %9s %6s %6s %6s %7s";
    private static final String MEMORY = "%-25s %10s %13s %5s %9s %9s %13s %8s";

    private final StringBuilder text = new StringBuilder();
    private final boolean histograms;

    private TableReport(boolean histograms) {
        this.histograms = histograms;
    }

    /**
     * Writes it.
     *
     * @param histograms whether the classes on the heap are shown with the memory
     */
    static String of(Report report, boolean histograms) {
        TableReport table = new TableReport(histograms);
        table.head(report);
        report.scenarios().forEach(table::scenario);
        table.foot(report);
        return table.text.toString();
    }

    private void head(Report report) {
        Environment environment = report.environment();
        line("Gibbon " + environment.gibbon() + " on " + environment.processor() + ", " + environment.processors()
                + " processors, " + environment.system());
        line("JDK " + environment.jdk() + "; " + environment.placement());
        String rounds = environment.rounds() == 1 ? "1 round" : environment.rounds() + " interleaved rounds";
        String loops = environment.loops() == 1 ? "1 event loop" : environment.loops() + " event loops";
        line(rounds + " of " + environment.timing().window() + " s, " + loops + " a server");
        if (environment.rounds() < 3) {
            line("Fewer than three rounds: a first look, no medians worth the name.");
        }
        if (report.reference() != null) {
            line("Ratios: beside " + report.reference()
                    + " in the same run; above 1 is better, also for cost and memory.");
        }
    }

    private void scenario(Summary summary) {
        line("");
        line(summary.scenario() + ": " + summary.title());
        if (!summary.rows().isEmpty()) {
            boolean memory =
                    summary.rows().stream().anyMatch(row -> row.values().containsKey(Metric.RESIDENT));
            if (memory) {
                memory(summary);
            } else {
                load(summary);
            }
        }
        summary.absent().forEach((server, reason) -> line("  not run: " + server + " (" + reason + ")"));
    }

    private void load(Summary summary) {
        String unit = shortly(summary.unit());
        line(LOAD.formatted(
                "  server",
                "µs/" + unit,
                "min-max",
                "ratio",
                "min-max",
                unit + "/s",
                "MB/s",
                "p50 µs",
                "p99",
                "p99.9"));
        for (Summary.Row row : sorted(summary, Metric.COST)) {
            Map<Metric, Spread> values = row.values();
            line(LOAD.formatted(
                    name(row),
                    median(values.get(Metric.COST)),
                    range(values.get(Metric.COST)),
                    ratio(row.ratios().get(Metric.COST)),
                    ratioRange(row.ratios().get(Metric.COST)),
                    whole(values.get(Metric.RATE)),
                    median(values.get(Metric.VOLUME)),
                    median(values.get(Metric.P50)),
                    median(values.get(Metric.P99)),
                    median(values.get(Metric.P999))));
            faults(row);
        }
    }

    private void memory(Summary summary) {
        line(MEMORY.formatted("  server", "resident B", "min-max", "ratio", "min-max", "live B", "min-max", "RSS MiB"));
        for (Summary.Row row : sorted(summary, Metric.RESIDENT)) {
            Map<Metric, Spread> values = row.values();
            Memory memory = row.memory();
            line(MEMORY.formatted(
                    name(row),
                    whole(values.get(Metric.RESIDENT)),
                    wholeRange(values.get(Metric.RESIDENT)),
                    ratio(row.ratios().get(Metric.RESIDENT)),
                    ratioRange(row.ratios().get(Metric.RESIDENT)),
                    whole(values.get(Metric.LIVE)),
                    wholeRange(values.get(Metric.LIVE)),
                    memory == null ? NOTHING : Numbers.mebibytes(memory.residentWith())));
            faults(row);
            if (histograms && memory != null) {
                histogram(memory);
            }
        }
    }

    private void histogram(Memory memory) {
        memory.growth().stream()
                .limit(SHOWN_CLASSES)
                .forEach(growth -> line("      %9s B a connection, %6s objects, %s"
                        .formatted(
                                Numbers.of((double) growth.bytes() / memory.connections()),
                                Numbers.of((double) growth.objects() / memory.connections()),
                                growth.name())));
    }

    /** What stands in front of a server's figures; one that is too long has a line of its own above them. */
    private String name(Summary.Row row) {
        String name = "  " + row.server() + mark(row);
        if (name.length() <= NAME_WIDTH) {
            return name;
        }
        line(name);
        return "";
    }

    private void faults(Summary.Row row) {
        row.faults().stream().distinct().forEach(fault -> wrapped("    ! ", fault));
    }

    private void foot(Report report) {
        boolean disturbed = report.scenarios().stream()
                .flatMap(summary -> summary.rows().stream())
                .anyMatch(row -> row.disturbed() > 0);
        if (disturbed) {
            line("");
            line("* other processes used more than 10 % of a core in some of its windows, repetitions included");
        }
        if (!report.problems().isEmpty()) {
            line("");
            line("What went wrong:");
            report.problems().forEach(problem -> wrapped("- ", problem));
        }
    }

    private static List<Summary.Row> sorted(Summary summary, Metric metric) {
        List<Summary.Row> rows = new ArrayList<>(summary.rows());
        rows.sort(Comparator.comparingDouble(row -> {
            Spread spread = row.values().get(metric);
            return spread == null ? Double.MAX_VALUE : spread.median();
        }));
        return rows;
    }

    private static String mark(Summary.Row row) {
        return row.disturbed() > 0 ? "*" : "";
    }

    private static String shortly(String unit) {
        return switch (unit) {
            case "handshakes" -> "hs";
            case "deliveries" -> "dlv";
            default -> "msg";
        };
    }

    private static String median(@Nullable Spread spread) {
        return spread == null ? NOTHING : Numbers.of(spread.median());
    }

    private static String whole(@Nullable Spread spread) {
        return spread == null ? NOTHING : Numbers.whole(spread.median());
    }

    private static String range(@Nullable Spread spread) {
        return spread == null ? NOTHING : Numbers.range(spread);
    }

    private static String wholeRange(@Nullable Spread spread) {
        return spread == null ? NOTHING : Numbers.whole(spread.min()) + "–" + Numbers.whole(spread.max());
    }

    private static String ratio(@Nullable Spread spread) {
        return spread == null ? NOTHING : Numbers.ratio(spread.median());
    }

    private static String ratioRange(@Nullable Spread spread) {
        return spread == null ? NOTHING : Numbers.ratioRange(spread);
    }

    /** Long words of others are broken between words, and go on below their beginning. */
    private void wrapped(String start, String words) {
        StringBuilder line = new StringBuilder(start);
        boolean empty = true;
        for (String word : words.split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                line(line.toString());
                line = new StringBuilder(" ".repeat(start.length()));
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        line(line.toString());
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }
}
