package dev.gibbon.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The ways in which a network may cut one input into reads: whole, in halves, byte by byte, and at a few places drawn by a
 * seeded source of chance. A test that passes for all of them does not depend on where a read ended.
 *
 * <p>Stateless; any thread may call it. The cuts of one input and seed are always the same.
 */
public final class Splits {
    private static final int RANDOM_WAYS = 3;
    private static final int LONGEST_RANDOM_PIECE = 16;

    private Splits() {}

    /**
     * One way of cutting the input. No piece is empty; together they are the input.
     *
     * @param name what to call it in a failure, such as {@code byte by byte}
     * @param pieces the pieces in order; each is a copy, so a test may unmask it in place
     */
    public record Way(String name, List<byte[]> pieces) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** What is tried with each way. */
    @FunctionalInterface
    public interface Trial {
        /**
         * Runs the test once.
         *
         * @param way how the input is cut this time
         * @throws Exception whatever the test throws
         */
        void run(Way way) throws Exception;
    }

    /**
     * All ways for an input, drawn with the seed 1.
     *
     * @param input the bytes; copied
     * @return whole, in halves, byte by byte, and three drawn ones
     */
    public static List<Way> of(byte[] input) {
        return of(input, 1);
    }

    /**
     * All ways for an input.
     *
     * @param input the bytes; copied
     * @param seed fixes the drawn cuts
     * @return whole, in halves, byte by byte, and three drawn ones
     */
    public static List<Way> of(byte[] input, long seed) {
        List<Way> ways = new ArrayList<>();
        ways.add(new Way("whole", cut(input, List.of())));
        ways.add(new Way("in halves", cut(input, List.of(input.length / 2))));
        List<Integer> everywhere = new ArrayList<>();
        for (int i = 1; i < input.length; i++) {
            everywhere.add(i);
        }
        ways.add(new Way("byte by byte", cut(input, everywhere)));
        for (int i = 0; i < RANDOM_WAYS; i++) {
            long drawn = seed + i;
            ways.add(new Way("at random, seed " + drawn, cut(input, drawnCuts(input.length, drawn))));
        }
        return ways;
    }

    /**
     * Runs a test with every way. A failure is thrown again with the name of the way in front of its message.
     *
     * @param input the bytes; copied for each way
     * @param trial the test
     */
    public static void forEach(byte[] input, Trial trial) {
        for (Way way : of(input)) {
            try {
                trial.run(way);
            } catch (Exception | AssertionError failure) {
                throw new AssertionError("input cut " + way + ": " + failure.getMessage(), failure);
            }
        }
    }

    private static List<Integer> drawnCuts(int length, long seed) {
        var random = new Random(seed);
        List<Integer> cuts = new ArrayList<>();
        for (int at = 0; at < length; at += 1 + random.nextInt(LONGEST_RANDOM_PIECE)) {
            cuts.add(at);
        }
        return cuts;
    }

    private static List<byte[]> cut(byte[] input, List<Integer> cuts) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        for (int to : cuts) {
            if (to > from) {
                pieces.add(Arrays.copyOfRange(input, from, to));
                from = to;
            }
        }
        if (from < input.length) {
            pieces.add(Arrays.copyOfRange(input, from, input.length));
        }
        return pieces;
    }
}
