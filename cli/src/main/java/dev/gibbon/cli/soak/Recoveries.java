package dev.gibbon.cli.soak;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How long clients took to have everything again after a fault: from the moment from which that was possible (the cut may heal, the node is
 * dead, the engine answers again) until they were back in their room and had received all that was acknowledged by then. For any thread.
 */
final class Recoveries {
    private final Map<Fault.Row, List<Long>> millis = new EnumMap<>(Fault.Row.class);

    Recoveries() {
        for (Fault.Row row : Fault.Row.values()) {
            millis.put(row, new ArrayList<>());
        }
    }

    synchronized void add(Fault.Row row, long took) {
        of(row).add(took);
    }

    synchronized int count(Fault.Row row) {
        return of(row).size();
    }

    /** A quantile in one row, in milliseconds; 0 if nobody recovered from anything. */
    synchronized long quantile(Fault.Row row, double part) {
        return quantile(new ArrayList<>(of(row)), part);
    }

    /** A quantile over all. */
    synchronized long quantile(double part) {
        var all = new ArrayList<Long>();
        millis.values().forEach(all::addAll);
        return quantile(all, part);
    }

    private List<Long> of(Fault.Row row) {
        return millis.getOrDefault(row, List.of());
    }

    private static long quantile(List<Long> values, double part) {
        if (values.isEmpty()) {
            return 0;
        }
        Collections.sort(values);
        return values.get(Math.max(0, (int) Math.ceil(values.size() * part) - 1));
    }
}
