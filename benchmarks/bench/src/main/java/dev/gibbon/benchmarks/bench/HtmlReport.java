package dev.gibbon.benchmarks.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The report as a page that needs nothing but itself: no script, no picture, no other file. */
final class HtmlReport {
    /** The ratio at which a cell of the overview has its full colour: twice as good, or half as good. */
    private static final double FULL_COLOUR = 2;

    private static final double STRONGEST = 0.55;

    private final StringBuilder page = new StringBuilder();
    private final Report report;

    private HtmlReport(Report report) {
        this.report = report;
    }

    /** Writes it. */
    static String of(Report report) throws IOException {
        HtmlReport html = new HtmlReport(report);
        html.write();
        return html.page.toString();
    }

    /** Text that is nothing but text in HTML. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private void write() throws IOException {
        page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<title>Gibbon bench</title>\n<style>\n")
                .append(style())
                .append("</style>\n</head>\n<body>\n<main>\n");
        head();
        problems();
        overview();
        report.scenarios().forEach(this::scenario);
        page.append("</main>\n</body>\n</html>\n");
    }

    private static String style() throws IOException {
        try (InputStream resource = HtmlReport.class.getResourceAsStream("report.css")) {
            if (resource == null) {
                throw new IOException("report.css is missing");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void head() {
        Environment environment = report.environment();
        page.append("<h1>WebSocket servers, side by side</h1>\n<p class=\"lead\">")
                .append(escaped(rounds(environment) + ", " + environment.began()))
                .append("</p>\n<section class=\"card\"><dl class=\"facts\">\n");
        fact("Gibbon", environment.gibbon());
        fact("Machine", environment.processor() + ", " + environment.processors() + " processors");
        fact("System", environment.system());
        fact("Placement", environment.placement());
        fact("JDK of the generator", environment.jdk());
        fact("Event loops a server", Integer.toString(environment.loops()));
        wideFact("Servers", String.join(", ", servers()));
        wideFact("Options", environment.arguments().isEmpty() ? "none" : String.join(" ", environment.arguments()));
        page.append("</dl></section>\n");
    }

    private void fact(String name, String value) {
        fact("<div>", name, value);
    }

    private void wideFact(String name, String value) {
        fact("<div class=\"wide\">", name, value);
    }

    private void fact(String begin, String name, String value) {
        page.append(begin)
                .append("<dt>")
                .append(escaped(name))
                .append("</dt><dd>")
                .append(escaped(value))
                .append("</dd></div>\n");
    }

    private static String rounds(Environment environment) {
        String length = " of " + environment.timing().window() + " s";
        return environment.rounds() == 1
                ? "One round" + length + ": a first look"
                : "Medians of " + environment.rounds() + " interleaved rounds" + length;
    }

    /** Names and versions, each once. */
    private Set<String> servers() {
        Set<String> servers = new LinkedHashSet<>();
        for (Report.Server server : report.servers()) {
            if (server.absent() == null) {
                String name = server.label().replaceAll("[/@].*", "");
                String jdk = server.jdk() == null ? "" : " (JDK " + server.jdk() + ")";
                servers.add(name + (server.version() == null ? "" : " " + server.version()) + jdk);
            }
        }
        return servers;
    }

    private void problems() {
        if (report.problems().isEmpty()) {
            return;
        }
        page.append("<section class=\"card problems\"><h2>What went wrong</h2><ul>\n");
        report.problems()
                .forEach(problem -> page.append("<li>").append(escaped(problem)).append("</li>\n"));
        page.append("</ul></section>\n");
    }

    /** Everybody by everything, as ratios. */
    private void overview() {
        String reference = report.reference();
        if (reference == null || report.scenarios().size() < 2) {
            return;
        }
        Set<String> servers = new LinkedHashSet<>();
        report.scenarios().forEach(summary -> summary.rows().forEach(row -> servers.add(row.server())));
        page.append("<section class=\"card\"><h2>Overview</h2>\n<p class=\"note\">")
                .append(escaped("Processor time of " + reference
                        + " for a message, divided by that of each server; of the memory of idle connections likewise."
                        + " Above 1 is better than " + reference + "."))
                .append("</p>\n<div class=\"scroll\"><table class=\"matrix\"><tr><th></th>");
        report.scenarios()
                .forEach(summary ->
                        page.append("<th>").append(escaped(summary.scenario())).append("</th>"));
        page.append("</tr>\n");
        for (String server : servers) {
            page.append("<tr><td>").append(escaped(server)).append("</td>");
            report.scenarios().forEach(summary -> cell(ratio(summary, server)));
            page.append("</tr>\n");
        }
        page.append("</table></div></section>\n");
    }

    private static @Nullable Spread ratio(Summary summary, String server) {
        for (Summary.Row row : summary.rows()) {
            if (row.server().equals(server)) {
                Spread cost = row.ratios().get(Metric.COST);
                return row.ratios().getOrDefault(Metric.RESIDENT, cost);
            }
        }
        return null;
    }

    private void cell(@Nullable Spread ratio) {
        if (ratio == null) {
            page.append("<td>–</td>");
            return;
        }
        double strength = Math.min(Math.abs(Math.log(ratio.median())) / Math.log(FULL_COLOUR), 1) * STRONGEST;
        String colour = ratio.median() >= 1 ? "--good-cell" : "--bad-cell";
        page.append(String.format(
                Locale.ROOT,
                "<td style=\"background:rgba(var(%s),%.2f)\" title=\"%s\">%s</td>",
                colour,
                strength,
                Numbers.ratioRange(ratio),
                Numbers.ratio(ratio.median())));
    }

    private void scenario(Summary summary) {
        page.append("<section class=\"card\"><h2>")
                .append(escaped(summary.scenario()))
                .append("</h2>\n<p class=\"title\">")
                .append(escaped(summary.title()))
                .append("</p>\n");
        boolean memory = has(summary, Metric.RESIDENT);
        if (memory) {
            legend("resident bytes a connection; the darker part is live objects; less is better", summary);
            page.append(Charts.bars(summary, Metric.RESIDENT, Metric.LIVE));
        } else if (has(summary, Metric.COST)) {
            legend("server processor time, µs for one of the " + summary.unit() + "; less is better", summary);
            page.append(Charts.bars(summary, Metric.COST, null));
        } else if (!summary.rows().isEmpty()) {
            page.append("<p class=\"note\">No processor times could be read; the table has the rest.</p>\n");
        }
        if (summary.scenario().startsWith("latency") && has(summary, Metric.P50)) {
            page.append("<div class=\"legend\" style=\"margin-top:16px\"><span>round trip in µs, powers of ten</span>")
                    .append("<span><i style=\"background:var(--own)\"></i>p50</span>")
                    .append("<span><i style=\"background:var(--reference)\"></i>p99</span>")
                    .append("<span><i style=\"background:var(--bad)\"></i>p99.9</span></div>\n")
                    .append(Charts.latencies(summary));
        }
        if (!summary.rows().isEmpty()) {
            table(summary, memory);
        }
        faults(summary);
        if (!summary.absent().isEmpty()) {
            List<String> told = new ArrayList<>();
            summary.absent().forEach((server, reason) -> told.add(server + " (" + reason + ")"));
            page.append("<p class=\"absent\">Not run: ")
                    .append(escaped(String.join(", ", told)))
                    .append("</p>\n");
        }
        page.append("</section>\n");
    }

    private void legend(String what, Summary summary) {
        page.append("<div class=\"legend\"><span>").append(escaped(what)).append("</span>");
        if (summary.reference() != null) {
            page.append("<span>× ")
                    .append(escaped("beside " + summary.reference()))
                    .append("</span>");
        }
        if (summary.rows().stream().anyMatch(row -> row.disturbed() > 0)) {
            page.append("<span>* disturbed by other processes</span>");
        }
        page.append("</div>\n");
    }

    private void table(Summary summary, boolean memory) {
        List<Metric> metrics = memory
                ? List.of(Metric.RESIDENT, Metric.LIVE)
                : List.of(Metric.COST, Metric.RATE, Metric.VOLUME, Metric.P50, Metric.P99, Metric.P999);
        page.append("<details><summary>All figures</summary><div class=\"scroll\"><table><tr><th>server</th>");
        Map<Metric, String> names = Map.of(
                Metric.RESIDENT,
                "resident B",
                Metric.LIVE,
                "live B",
                Metric.COST,
                "µs",
                Metric.RATE,
                summary.unit() + "/s",
                Metric.VOLUME,
                "MB/s",
                Metric.P50,
                "p50 µs",
                Metric.P99,
                "p99 µs",
                Metric.P999,
                "p99.9 µs");
        for (Metric metric : metrics) {
            page.append("<th>").append(names.get(metric)).append("</th><th>min-max</th>");
        }
        page.append("<th>ratio</th><th>min-max</th><th>rounds</th></tr>\n");
        for (Summary.Row row : summary.rows()) {
            page.append("<tr><td>").append(escaped(row.server())).append("</td>");
            metrics.forEach(metric -> values(row.values().get(metric), false));
            values(row.ratios().get(metrics.get(0)), true);
            page.append("<td>").append(row.rounds()).append("</td></tr>\n");
        }
        page.append("</table></div></details>\n");
    }

    private void values(@Nullable Spread spread, boolean ratio) {
        if (spread == null) {
            page.append("<td>–</td><td></td>");
            return;
        }
        page.append("<td>")
                .append(ratio ? Numbers.ratio(spread.median()) : Numbers.of(spread.median()))
                .append("</td><td>")
                .append(ratio ? Numbers.ratioRange(spread) : Numbers.range(spread))
                .append("</td>");
    }

    private void faults(Summary summary) {
        summary.rows()
                .forEach(row -> row.faults().stream()
                        .distinct()
                        .forEach(fault -> page.append("<p class=\"fault\">")
                                .append(escaped(row.server() + ": " + fault))
                                .append("</p>\n")));
    }

    private static boolean has(Summary summary, Metric metric) {
        return summary.rows().stream().anyMatch(row -> row.values().containsKey(metric));
    }
}
