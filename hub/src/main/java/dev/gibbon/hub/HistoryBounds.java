package dev.gibbon.hub;

import java.time.Duration;

/**
 * How much of a topic is kept for those who return. What is beyond any of the three goes, the oldest first.
 *
 * @param entries at most, 1 or more
 * @param bytes of payload at most, 1 or more; the newest entry stays even if it alone has more
 * @param age of the oldest entry at most, 1 ms to 3,650 days
 */
public record HistoryBounds(int entries, long bytes, Duration age) {
    private static final Duration GREATEST_AGE = Duration.ofDays(3_650);

    /** 1,000 entries, 4 MiB, one hour. */
    public static final HistoryBounds DEFAULT = new HistoryBounds(1_000, 4 << 20, Duration.ofHours(1));

    /**
     * Makes bounds.
     *
     * @param entries as the component says
     * @param bytes as the component says
     * @param age as the component says
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public HistoryBounds {
        if (entries < 1 || bytes < 1) {
            throw new IllegalArgumentException(
                    "a history keeps 1 entry and 1 byte at least, not " + entries + " and " + bytes);
        }
        if (age.compareTo(Duration.ofMillis(1)) < 0 || age.compareTo(GREATEST_AGE) > 0) {
            throw new IllegalArgumentException("a history keeps from 1 ms to " + GREATEST_AGE + ", not " + age);
        }
    }
}
