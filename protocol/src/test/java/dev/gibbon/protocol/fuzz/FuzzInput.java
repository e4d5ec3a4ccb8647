package dev.gibbon.protocol.fuzz;

import java.util.Arrays;

/**
 * One input of a fuzz target, taken apart: two bytes of options, how many piece lengths follow (0 to 7), the piece lengths, and the
 * data. The fuzzer thus chooses how the data is cut, and a change of the cut does not move the data far. Immutable.
 */
final class FuzzInput {
    private static final int OPTIONS = 2;
    private static final int MAX_LENGTHS = 7;
    /** More pieces than this tell nothing new, and a long stream octet by octet takes a second. */
    private static final int MAX_PIECES = 400;

    private final int options;
    private final int[] lengths;
    private final byte[] data;

    private FuzzInput(int options, int[] lengths, byte[] data) {
        this.options = options;
        this.lengths = lengths;
        this.data = data;
    }

    /** Takes any bytes; what is missing is zero. */
    static FuzzInput of(byte[] input) {
        int first = input.length > 0 ? input[0] & 0xFF : 0;
        int second = input.length > 1 ? input[1] & 0xFF : 0;
        int count = input.length > OPTIONS ? input[OPTIONS] & MAX_LENGTHS : 0;
        int at = Math.min(input.length, OPTIONS + 1);
        count = Math.min(count, input.length - at);
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            lengths[i] = input[at++] & 0xFF;
        }
        return new FuzzInput((first << 8) | second, lengths, Arrays.copyOfRange(input, at, input.length));
    }

    /** An input in this form, for seeds. */
    static byte[] bytes(int options, int[] lengths, byte[] data) {
        byte[] input = new byte[OPTIONS + 1 + lengths.length + data.length];
        input[0] = (byte) (options >> 8);
        input[1] = (byte) options;
        input[OPTIONS] = (byte) lengths.length;
        for (int i = 0; i < lengths.length; i++) {
            input[OPTIONS + 1 + i] = (byte) lengths[i];
        }
        System.arraycopy(data, 0, input, OPTIONS + 1 + lengths.length, data.length);
        return input;
    }

    /** Whether bit 0 to 15 of the options is set. */
    boolean option(int bit) {
        return ((options >> bit) & 1) != 0;
    }

    /** Some bits of the options as a number. */
    int option(int bit, int width) {
        return (options >> bit) & ((1 << width) - 1);
    }

    /** The data; not to be written to. */
    byte[] data() {
        return data;
    }

    /** The fuzzer's cut of this many bytes: ends of pieces, in order, the last one {@code total}. In the first round pieces may be empty. */
    int[] cuts(int total) {
        return cuts(total, 1);
    }

    /** The same with longer pieces. */
    int[] cuts(int total, int scale) {
        long sum = 0;
        for (int length : lengths) {
            sum += length;
        }
        if (sum == 0) {
            return new int[] {total};
        }
        int[] ends = new int[64];
        int count = 0;
        int at = 0;
        for (int i = 0; at < total; i++) {
            int length = lengths[i % lengths.length] * scale;
            if (length == 0 && i >= lengths.length) {
                continue;
            }
            at = count + 1 == MAX_PIECES ? total : Math.min(total, at + length);
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, 2 * count + 1);
            }
            ends[count++] = at;
        }
        return count == 0 ? new int[] {total} : Arrays.copyOf(ends, count);
    }
}
