package dev.gibbon.protocol;

import java.nio.ByteBuffer;

/**
 * Says whether bytes are UTF-8 (RFC 3629), in any number of pieces, and fails at the first octet that cannot be part of it:
 * no overlong forms, no surrogates, nothing above U+10FFFF. Belongs to one thread at a time; never keeps a
 * buffer, never decodes.
 */
public final class Utf8Validator {
    /** Between characters: the start, and the only state in which text may end. */
    static final int ACCEPT = 0;

    /** A wrong octet was seen; no way out. */
    static final int REJECT = 48;

    // The other states, each a shift into a row of the table. What may come next:
    private static final int TAIL = 6; // one octet 80..BF
    private static final int TAIL_2 = 12; // two
    private static final int TAIL_3 = 18; // three
    private static final int AFTER_E0 = 24; // A0..BF, then one: shorter would be overlong
    private static final int AFTER_ED = 30; // 80..9F, then one: higher would be a surrogate
    private static final int AFTER_F0 = 36; // 90..BF, then two: shorter would be overlong
    private static final int AFTER_F4 = 42; // 80..8F, then two: higher would be above U+10FFFF

    /**
     * For each octet a row of nine 6-bit fields, one for each state: the state that follows. A step is one load and one
     * shift, without a branch, whatever the text.
     */
    private static final long[] ROWS = rows();

    /** Bytes that go octet by octet before the next look for ASCII: at first, and in dense text. */
    private static final int SHORT_STRETCH = 16;

    private static final int LONG_STRETCH = 256;

    private int state = ACCEPT;

    /** A validator at the start of a text. */
    public Utf8Validator() {}

    /**
     * Checks the next bytes of the text.
     *
     * @param buffer holds the bytes; its position does not matter
     * @param from index of the first byte
     * @param to index after the last byte
     * @return false when a wrong octet is among these bytes or came before
     * @throws IndexOutOfBoundsException when the range is not within the buffer's limit
     */
    public boolean feed(ByteBuffer buffer, int from, int to) {
        state = run(buffer, from, to, state);
        return state != REJECT;
    }

    /**
     * Whether the text may end here.
     *
     * @return false inside a character and after a wrong octet
     */
    public boolean complete() {
        return state == ACCEPT;
    }

    /** Begins a new text. */
    public void reset() {
        state = ACCEPT;
    }

    /** The state after these bytes, from a state before them. */
    static int run(ByteBuffer buffer, int from, int to, int state) {
        int s = state;
        int i = from;
        int stretch = SHORT_STRETCH;
        while (i < to) {
            if (s == ACCEPT && i <= to - 8) {
                // Words of ASCII are skipped. After them more are likely soon, else the next look is put off.
                int start = i;
                while (i <= to - 8 && (buffer.getLong(i) & Masking.NOT_ASCII) == 0) {
                    i += 8;
                }
                stretch = i > start ? SHORT_STRETCH : Math.min(stretch << 2, LONG_STRETCH);
            }
            int end = Math.min(to, i + stretch);
            s = step(buffer, i, end, s);
            i = end;
        }
        return s;
    }

    /** Index of the first octet that leads to REJECT; {@code to} when there is none. */
    static int firstWrong(ByteBuffer buffer, int from, int to, int state) {
        int s = state;
        int i = from;
        while (i < to) {
            s = step(buffer, i, i + 1, s);
            if (s == REJECT) {
                return i;
            }
            i++;
        }
        return to;
    }

    private static int step(ByteBuffer buffer, int from, int to, int state) {
        long[] rows = ROWS;
        long s = state;
        for (int i = from; i < to; i++) {
            s = rows[buffer.get(i) & 0xFF] >>> s;
        }
        return (int) s & 63;
    }

    private static long[] rows() {
        long[] rows = new long[256];
        for (int octet = 0; octet < 256; octet++) {
            boolean tail = octet >= 0x80 && octet <= 0xBF;
            rows[octet] = (long) lead(octet) << ACCEPT
                    | (long) (tail ? ACCEPT : REJECT) << TAIL
                    | (long) (tail ? TAIL : REJECT) << TAIL_2
                    | (long) (tail ? TAIL_2 : REJECT) << TAIL_3
                    | (long) (tail && octet >= 0xA0 ? TAIL : REJECT) << AFTER_E0
                    | (long) (tail && octet <= 0x9F ? TAIL : REJECT) << AFTER_ED
                    | (long) (tail && octet >= 0x90 ? TAIL_2 : REJECT) << AFTER_F0
                    | (long) (tail && octet <= 0x8F ? TAIL_2 : REJECT) << AFTER_F4
                    | (long) REJECT << REJECT;
        }
        return rows;
    }

    private static int lead(int octet) {
        if (octet <= 0x7F) {
            return ACCEPT;
        }
        if (octet < 0xC2 || octet > 0xF4) {
            return REJECT;
        }
        return switch (octet) {
            case 0xE0 -> AFTER_E0;
            case 0xED -> AFTER_ED;
            case 0xF0 -> AFTER_F0;
            case 0xF4 -> AFTER_F4;
            default -> octet < 0xE0 ? TAIL : octet < 0xF0 ? TAIL_2 : TAIL_3;
        };
    }
}
