package dev.gibbon.cli.soak;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came out.
 *
 * @param verdict the comparison
 * @param options what was tried
 * @param unacknowledged messages that were said and that no node has ever acknowledged
 * @param seconds that messages were published
 * @param happened how often each fault happened
 * @param recoveries how long clients took to have everything again
 * @param loads what each process took while messages were published, but for those that were killed
 */
public record SoakReport(
        Verdict verdict,
        SoakOptions options,
        int unacknowledged,
        double seconds,
        Map<Fault.Row, Integer> happened,
        Recoveries recoveries,
        List<ProcessLoad> loads) {
    /** Keeps copies of the map and the list. */
    public SoakReport {
        var copy = new EnumMap<Fault.Row, Integer>(Fault.Row.class);
        copy.putAll(happened);
        happened = copy;
        loads = List.copyOf(loads);
    }

    /** Whether every client has seen every message once and in order, and there were any. */
    public boolean good() {
        return verdict.good();
    }

    /** All figures as one line of JSON: what is judged first, and then the circumstances. */
    public String json() {
        return String.format(
                Locale.ROOT,
                "{\"published\":%d,\"delivered\":%d,\"lost\":%d,\"repeated\":%d,\"out_of_order\":%d,\"announced_lost\":%d,"
                        + "\"deliveries_per_s\":%.0f,\"recovery_p99_ms\":%d,"
                        + "\"unacknowledged\":%d,\"engine\":\"%s\",\"nodes\":%d,\"connections\":%d,\"rooms\":%d,\"seconds\":%.1f,"
                        + "\"rate\":%d,\"seed\":%d,\"connections_cut\":%d,\"nodes_killed\":%d,\"engine_stopped\":%d,"
                        + "\"engine_killed\":%d}",
                verdict.published(),
                verdict.delivered(),
                verdict.lost(),
                verdict.repeated(),
                verdict.outOfOrder(),
                verdict.announcedLost(),
                verdict.delivered() / seconds,
                recoveries.quantile(0.99),
                unacknowledged,
                options.engine().name().toLowerCase(Locale.ROOT),
                options.nodes(),
                options.connections(),
                options.rooms(),
                seconds,
                options.rate(),
                options.seed(),
                times(Fault.Row.CONNECTION_CUT),
                times(Fault.Row.NODE_KILLED),
                times(Fault.Row.ENGINE_STOPPED),
                times(Fault.Row.ENGINE_KILLED));
    }

    /** A row for each kind of fault and for each process, for people. */
    public String table() {
        var table = new StringBuilder(String.format(
                Locale.ROOT,
                "%-16s %6s %10s %8s %8s %8s%n",
                "fault",
                "times",
                "recoveries",
                "p50 ms",
                "p99 ms",
                "max ms"));
        for (Fault.Row row : Fault.Row.values()) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-16s %6d %10d %8d %8d %8d%n",
                    row.words(),
                    times(row),
                    recoveries.count(row),
                    recoveries.quantile(row, 0.5),
                    recoveries.quantile(row, 0.99),
                    recoveries.quantile(row, 1)));
        }
        loads.forEach(load -> table.append(load.inWords(seconds)).append(System.lineSeparator()));
        return table.toString();
    }

    private int times(Fault.Row row) {
        return happened.getOrDefault(row, 0);
    }
}
