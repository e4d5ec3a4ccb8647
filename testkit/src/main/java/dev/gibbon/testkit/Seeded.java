package dev.gibbon.testkit;

import java.util.Random;

/**
 * Tests by chance that can be repeated: each round gets a generator of its own, and a failure names the seed of its round.
 * Running with {@code -Dgibbon.seed=N} repeats that round alone.
 *
 * <p>Stateless; any thread may call it. It never takes a seed from the clock: the same build runs the same rounds.
 */
public final class Seeded {
    /** The system property that names the one seed to run. */
    public static final String PROPERTY = "gibbon.seed";

    private Seeded() {}

    /** What is tried in each round. */
    @FunctionalInterface
    public interface Trial {
        /**
         * Runs the test once.
         *
         * @param random the source of chance of this round
         * @throws Exception whatever the test throws
         */
        void run(Random random) throws Exception;
    }

    /**
     * Runs a test with the seeds {@code first} up to {@code first + rounds - 1}, or with the one that
     * {@value #PROPERTY} names.
     *
     * @param first the first seed
     * @param rounds how many, at least 1
     * @param trial the test
     */
    public static void run(long first, int rounds, Trial trial) {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds must be at least 1, not " + rounds);
        }
        Long named = Long.getLong(PROPERTY);
        if (named != null) {
            round(named, trial);
            return;
        }
        for (long seed = first; seed < first + rounds; seed++) {
            round(seed, trial);
        }
    }

    private static void round(long seed, Trial trial) {
        try {
            // Generators of seeds that are close to each other begin alike: their first nextBoolean() is always true.
            trial.run(new Random(seed * 0x9E37_79B9_7F4A_7C15L));
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "seed " + seed + " (repeat with -D" + PROPERTY + "=" + seed + "): " + failure.getMessage(),
                    failure);
        }
    }
}
