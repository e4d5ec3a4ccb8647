package dev.gibbon.benchmarks.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What several rounds said: their median, and how far they lay apart.
 *
 * @param median the middle one, or the mean of the two middle ones
 * @param min the smallest
 * @param max the largest
 * @param rounds how many there were
 */
record Spread(double median, double min, double max, int rounds) {

    /** The spread of some values; null of none. */
    static @Nullable Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            return null;
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median =
                sorted.size() % 2 == 1 ? sorted.get(middle) : sorted.get(middle - 1) / 2 + sorted.get(middle) / 2;
        return new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1), sorted.size());
    }

    /**
     * How two servers compare: the quotient of their medians, and the smallest and largest quotient of a round. Rounds are paired
     * because the two windows of one round lie next to each other, so what the machine did to one it did to the other.
     *
     * @param over by round
     * @param under by round
     * @return null without a value on each side, or when a divisor is not above 0
     */
    static @Nullable Spread ratio(Map<Integer, Double> over, Map<Integer, Double> under) {
        Spread top = of(over.values());
        Spread bottom = of(under.values());
        if (top == null || bottom == null || !(bottom.min() > 0)) {
            return null;
        }
        double median = top.median() / bottom.median();
        List<Double> pairs = new ArrayList<>();
        pairs.add(median);
        over.forEach((round, value) -> {
            Double divisor = under.get(round);
            if (divisor != null) {
                pairs.add(value / divisor);
            }
        });
        double min = pairs.stream().mapToDouble(Double::doubleValue).min().orElse(median);
        double max = pairs.stream().mapToDouble(Double::doubleValue).max().orElse(median);
        return new Spread(median, min, max, pairs.size() - 1);
    }
}
