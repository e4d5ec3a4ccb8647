package dev.gibbon.benchmarks.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The live objects of a JVM by class, as {@code jcmd PID GC.class_histogram} tells them; the JVM collects garbage first.
 *
 * @param classes by name
 */
record ClassHistogram(Map<String, Count> classes) {
    private static final Pattern LINE = Pattern.compile("\\s*[0-9]+:\\s+([0-9]+)\\s+([0-9]+)\\s+(\\S+).*");

    /** Reads what the command printed. */
    static ClassHistogram parse(String printed) {
        Map<String, Count> classes = new HashMap<>();
        for (String line : printed.split("\n", -1)) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                Count count = new Count(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
                // A class of several loaders has several lines.
                classes.merge(matcher.group(3), count, Count::plus);
            }
        }
        return new ClassHistogram(classes);
    }

    /** Bytes of all live objects. */
    long bytes() {
        return classes.values().stream().mapToLong(Count::bytes).sum();
    }

    /** The classes that grew most since, the largest first. */
    List<Growth> growthSince(ClassHistogram before, int most) {
        List<Growth> growth = new ArrayList<>();
        classes.forEach((name, now) -> {
            Count was = before.classes.getOrDefault(name, Count.NONE);
            if (now.bytes > was.bytes) {
                growth.add(new Growth(name, now.objects - was.objects, now.bytes - was.bytes));
            }
        });
        growth.sort(Comparator.comparingLong(Growth::bytes).reversed().thenComparing(Growth::name));
        return List.copyOf(growth.subList(0, Math.min(most, growth.size())));
    }

    /** Objects of a class, and the bytes of all of them. */
    record Count(long objects, long bytes) {
        private static final Count NONE = new Count(0, 0);

        private Count plus(Count other) {
            return new Count(objects + other.objects, bytes + other.bytes);
        }
    }

    /**
     * How much a class grew.
     *
     * @param name of the class, as the JVM writes it ({@code [B} is an array of bytes)
     * @param objects more of them
     * @param bytes more of them
     */
    record Growth(String name, long objects, long bytes) {}
}
