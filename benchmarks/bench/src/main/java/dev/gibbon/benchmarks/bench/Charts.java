package dev.gibbon.benchmarks.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Charts as inline SVG. Lengths along the axis are percentages, so that a chart is as wide as the page lets it be, while its
 * letters, which are HTML, keep their size.
 */
final class Charts {
    /** A bar this much longer than the shortest one is cut: it would press all others against the axis. */
    private static final double LONGEST = 8;

    private Charts() {}

    /** Bars of one metric, the best first, each with a whisker from the smallest to the largest round. */
    static String bars(Summary summary, Metric metric, @Nullable Metric inside) {
        List<Summary.Row> rows = sorted(summary, metric);
        double shortest = Double.MAX_VALUE;
        double longest = 0;
        for (Summary.Row row : rows) {
            shortest = Math.min(shortest, spread(row, metric).median());
            longest = Math.max(longest, spread(row, metric).max());
        }
        double scale = Math.min(longest, Math.max(shortest, longest / 1000) * LONGEST);
        StringBuilder chart = new StringBuilder("<div class=\"chart\">\n");
        for (Summary.Row row : rows) {
            Spread spread = spread(row, metric);
            String kind = kind(summary, row);
            Spread ratio = row.ratios().get(metric);
            String small = ratio == null ? "" : " <small>× " + Numbers.ratio(ratio.median()) + "</small>";
            name(chart, row, kind);
            String value = metric == Metric.RESIDENT ? Numbers.whole(spread.median()) : Numbers.of(spread.median());
            chart.append("<div class=\"value\">").append(value).append(small).append("</div>\n");
            chart.append("<div class=\"bars\"><svg role=\"img\" aria-label=\"")
                    .append(HtmlReport.escaped(row.server() + ": " + value + ", from " + Numbers.range(spread)))
                    .append("\">");
            chart.append("<rect class=\"track\" width=\"100%\" height=\"18\" rx=\"3\"/>");
            rectangle(chart, "bar " + kind, spread.median() / scale, 18);
            Spread part = inside == null ? null : row.values().get(inside);
            if (part != null && part.median() > 0) {
                rectangle(chart, "live", part.median() / scale, 18);
            }
            if (spread.median() > scale) {
                chart.append(
                        "<svg x=\"94%\" width=\"12\" height=\"18\"><path class=\"cut\" d=\"M4 0h4l-4 18h-4z\"/></svg>");
            } else {
                whisker(chart, spread, scale);
            }
            chart.append("</svg></div>\n");
        }
        return chart.append("</div>\n").toString();
    }

    /** Dots for what half, 99 of 100 and 999 of 1,000 round trips take, on a scale of powers of ten. */
    static String latencies(Summary summary) {
        List<Summary.Row> rows = sorted(summary, Metric.P99);
        double least = Double.MAX_VALUE;
        double most = 0;
        for (Summary.Row row : rows) {
            Spread p50 = row.values().get(Metric.P50);
            Spread p999 = row.values().get(Metric.P999);
            least = p50 == null ? least : Math.min(least, p50.median());
            most = p999 == null ? most : Math.max(most, p999.median());
        }
        double from = Math.log10(Math.max(least, 0.1)) - 0.05;
        double width = Math.max(Math.log10(Math.max(most, 0.2)) + 0.05 - from, 0.1);
        StringBuilder chart = new StringBuilder("<div class=\"chart\">\n");
        for (Summary.Row row : rows) {
            name(chart, row, kind(summary, row));
            List<Metric> metrics = List.of(Metric.P50, Metric.P99, Metric.P999);
            List<String> values = new ArrayList<>();
            List<Double> places = new ArrayList<>();
            for (Metric metric : metrics) {
                Spread spread = row.values().get(metric);
                if (spread != null) {
                    values.add(Numbers.of(spread.median()));
                    places.add((Math.log10(Math.max(spread.median(), 0.1)) - from) / width);
                }
            }
            chart.append("<div class=\"value\">")
                    .append(String.join(" / ", values))
                    .append("</div>\n");
            chart.append("<div class=\"bars\"><svg role=\"img\" aria-label=\"")
                    .append(HtmlReport.escaped(row.server() + ": " + String.join(", ", values) + " microseconds"))
                    .append("\"><rect class=\"track\" width=\"100%\" height=\"18\" rx=\"3\"/>");
            if (places.size() == metrics.size()) {
                chart.append("<line class=\"span\" y1=\"9\" y2=\"9\" x1=\"")
                        .append(percent(places.get(0)))
                        .append("\" x2=\"")
                        .append(percent(places.get(2)))
                        .append("\"/>");
                String[] kinds = {"p50", "p99", "p999"};
                for (int i = 0; i < kinds.length; i++) {
                    chart.append("<circle class=\"dot ")
                            .append(kinds[i])
                            .append("\" cy=\"9\" r=\"5\" cx=\"")
                            .append(percent(places.get(i)))
                            .append("\"/>");
                }
            }
            chart.append("</svg></div>\n");
        }
        return chart.append("</div>\n").toString();
    }

    /** Which colour a server has: ours, the reference's, or that of all others. */
    static String kind(Summary summary, Summary.Row row) {
        if (row.server().startsWith("gibbon")) {
            return "own";
        }
        return row.server().equals(summary.reference()) ? "reference" : "other";
    }

    private static List<Summary.Row> sorted(Summary summary, Metric metric) {
        return summary.rows().stream()
                .filter(row -> row.values().containsKey(metric))
                .sorted(Comparator.comparingDouble(row -> spread(row, metric).median()))
                .toList();
    }

    private static Spread spread(Summary.Row row, Metric metric) {
        Spread spread = row.values().get(metric);
        if (spread == null) {
            throw new IllegalStateException("asked only of rows that have it");
        }
        return spread;
    }

    private static void name(StringBuilder chart, Summary.Row row, String kind) {
        String mark = row.disturbed() > 0 ? " *" : "";
        chart.append("<div class=\"name ")
                .append(kind)
                .append("\">")
                .append(HtmlReport.escaped(row.server() + mark))
                .append("</div>\n");
    }

    private static void rectangle(StringBuilder chart, String kind, double share, int height) {
        chart.append("<rect class=\"")
                .append(kind)
                .append("\" height=\"")
                .append(height)
                .append("\" rx=\"3\" width=\"")
                .append(percent(Math.min(Math.max(share, 0), 1)))
                .append("\"/>");
    }

    private static void whisker(StringBuilder chart, Spread spread, double scale) {
        String from = percent(Math.min(spread.min() / scale, 1));
        String to = percent(Math.min(spread.max() / scale, 1));
        line(chart, from, to, 9, 9);
        line(chart, from, from, 5, 13);
        line(chart, to, to, 5, 13);
    }

    private static void line(StringBuilder chart, String x1, String x2, int y1, int y2) {
        chart.append("<line class=\"whisker\" x1=\"")
                .append(x1)
                .append("\" x2=\"")
                .append(x2)
                .append("\" y1=\"")
                .append(y1)
                .append("\" y2=\"")
                .append(y2)
                .append("\"/>");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f%%", share * 100);
    }
}
