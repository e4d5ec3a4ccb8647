package dev.gibbon.benchmarks.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all rounds of a scenario say.
 *
 * @param scenario its name
 * @param title in words
 * @param unit what is counted: messages, handshakes, deliveries
 * @param reference the server that the ratios refer to; null when it did not take part
 * @param rows who took part, in the order of the run
 * @param absent who did not, each with the reason
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Summary(
        String scenario,
        String title,
        String unit,
        @Nullable String reference,
        List<Row> rows,
        Map<String, String> absent) {

    /** Sums up one scenario. */
    static Summary of(Measure measure, List<Window> windows, @Nullable String reference, Map<String, String> absent) {
        Map<String, List<Window>> byServer = new LinkedHashMap<>();
        for (Window window : windows) {
            if (window.scenario().equals(measure.name())) {
                byServer.computeIfAbsent(window.server(), name -> new ArrayList<>())
                        .add(window);
            }
        }
        List<Window> references = reference == null ? null : byServer.get(reference);
        List<Row> rows = byServer.entrySet().stream()
                .map(entry -> Row.of(entry.getKey(), entry.getValue(), references))
                .toList();
        String present = references == null ? null : reference;
        return new Summary(measure.name(), measure.title(), measure.unit(), present, rows, absent);
    }

    /**
     * One server.
     *
     * @param server its label
     * @param values by metric
     * @param ratios by metric, beside the reference in the same run: above 1 is better than it, whichever way is good
     * @param rounds how many rounds count
     * @param disturbed how many of these were disturbed
     * @param faults what went wrong, one for each window
     * @param memory of the last round that counts; null unless memory was measured
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Row(
            String server,
            Map<Metric, Spread> values,
            Map<Metric, Spread> ratios,
            int rounds,
            int disturbed,
            List<String> faults,
            @Nullable Memory memory) {

        private static Row of(String server, List<Window> windows, @Nullable List<Window> references) {
            Map<Metric, Spread> values = new EnumMap<>(Metric.class);
            Map<Metric, Spread> ratios = new EnumMap<>(Metric.class);
            for (Metric metric : Metric.values()) {
                Map<Integer, Double> own = byRound(metric, windows);
                Spread spread = Spread.of(own.values());
                if (spread == null) {
                    continue;
                }
                values.put(metric, spread);
                if (references != null) {
                    Map<Integer, Double> others = byRound(metric, references);
                    boolean lower = metric.better() == Metric.Better.LOWER;
                    Spread ratio = Spread.ratio(lower ? others : own, lower ? own : others);
                    if (ratio != null) {
                        ratios.put(metric, ratio);
                    }
                }
            }
            List<Window> counting = windows.stream().filter(Window::counts).toList();
            List<String> faults = new ArrayList<>();
            windows.forEach(window -> {
                String fault = window.fault();
                if (fault != null) {
                    faults.add(fault);
                }
            });
            Memory memory = counting.isEmpty()
                    ? null
                    : counting.get(counting.size() - 1).memory();
            int disturbed = (int) counting.stream().filter(Window::disturbed).count();
            return new Row(server, values, ratios, counting.size(), disturbed, List.copyOf(faults), memory);
        }

        private static Map<Integer, Double> byRound(Metric metric, List<Window> windows) {
            Map<Integer, Double> values = new TreeMap<>();
            for (Window window : windows) {
                Double value = window.counts() ? metric.of(window) : null;
                if (value != null) {
                    values.put(window.round(), value);
                }
            }
            return values;
        }
    }
}
