package dev.gibbon.testkit;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * DEFLATE (RFC 1951) read in the plainest way, bit by bit, with nothing of zlib: an oracle for messages of permessage-deflate. It keeps
 * the history of a connection, refuses a back-reference beyond its window or beyond the history, and records the furthest one.
 *
 * <p>Belongs to one thread at a time. Slow: some MiB a second.
 */
public final class ReferenceInflater {
    /** What went wrong, and what had come out of this message before. */
    public static final class BadData extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean truncated;
        private final transient byte[] before;

        BadData(String message, boolean truncated, byte[] before) {
            super(message);
            this.truncated = truncated;
            this.before = before;
        }

        /**
         * Whether all was in order, as far as it went.
         *
         * @return true when the data ends too early, false when it is wrong
         */
        public boolean isTruncated() {
            return truncated;
        }

        /**
         * What the message had inflated to until then.
         *
         * @return the bytes; not to be written to
         */
        public byte[] before() {
            return before;
        }
    }

    private static final int[] LENGTH_BASE = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258
    };
    private static final int[] LENGTH_EXTRA = {
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
    };
    private static final int[] DISTANCE_BASE = {
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577
    };
    private static final int[] ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    private static final int LARGEST_WINDOW = 1 << 15;

    /** A code, by RFC 1951, 3.2.2: how many codes of each length there are, and the symbols in the order of their codes. */
    private static final class Code {
        private final int[] count = new int[16];
        private final int[] symbols;

        Code(int[] lengths) {
            for (int length : lengths) {
                count[length]++;
            }
            int[] next = new int[17];
            for (int length = 1; length < 16; length++) {
                next[length + 1] = next[length] + count[length];
            }
            symbols = new int[next[16]];
            for (int symbol = 0; symbol < lengths.length; symbol++) {
                if (lengths[symbol] != 0) {
                    symbols[next[lengths[symbol]]++] = symbol;
                }
            }
        }

        /** Codes of 15 bits that are not given away: 0 for a complete code, below 0 for one with too many. */
        int left() {
            int left = 1 << 15;
            for (int length = 1; length < 16; length++) {
                left -= count[length] << (15 - length);
            }
            return left;
        }

        /** No symbol, or one with a code of one bit. */
        boolean isTiny() {
            return symbols.length == 0 || (symbols.length == 1 && count[1] == 1);
        }
    }

    private static final Code FIXED_LITERALS = new Code(fixedLengths());
    private static final Code FIXED_DISTANCES = new Code(filled(32, 5));

    private final int window;
    private final byte[] history = new byte[LARGEST_WINDOW];
    /** Bytes since the history began. */
    private long produced;

    private int furthest;
    private int blocks;

    /** A message with the octets that end it, and how many were there without them. */
    private byte[] in = {};

    private int given;
    private int at;
    private int bit;
    private ByteArrayOutputStream out = new ByteArrayOutputStream();

    /**
     * A decoder without history.
     *
     * @param windowBits how far back a reference may reach, 2^windowBits bytes; 8 to 15
     */
    public ReferenceInflater(int windowBits) {
        if (windowBits < 8 || windowBits > 15) {
            throw new IllegalArgumentException("windowBits must be 8 to 15, not " + windowBits);
        }
        this.window = 1 << windowBits;
    }

    private static int[] fixedLengths() {
        int[] lengths = filled(288, 8);
        Arrays.fill(lengths, 144, 256, 9);
        Arrays.fill(lengths, 256, 280, 7);
        return lengths;
    }

    private static int[] filled(int size, int value) {
        int[] filled = new int[size];
        Arrays.fill(filled, value);
        return filled;
    }

    /**
     * Inflates the next message of the connection.
     *
     * @param payload the payload of its frames, without the four octets that RFC 7692, 7.2.1 has removed
     * @return the message
     * @throws BadData when the blocks are wrong, or do not end with the payload; the history is of no use then
     */
    public byte[] message(byte[] payload) throws BadData {
        if (payload.length == 0) {
            return new byte[0];
        }
        byte[] whole = Arrays.copyOf(payload, payload.length + TAIL.length);
        System.arraycopy(TAIL, 0, whole, payload.length, TAIL.length);
        in = whole;
        given = payload.length;
        at = 0;
        bit = 0;
        out = new ByteArrayOutputStream();
        boolean last = false;
        // Behind a block that called itself the last one, nothing needs to be completed.
        while (at < in.length && !(last && at == payload.length && bit == 0)) {
            last = block();
            if (last) {
                align();
                produced = 0;
                if (at > payload.length) {
                    throw bad("the last block ends in the octets that were appended");
                }
            }
        }
        return out.toByteArray();
    }

    /** Forgets the history: the sender does without context takeover. */
    public void forget() {
        produced = 0;
    }

    /**
     * The furthest back-reference so far.
     *
     * @return its distance in bytes, 0 when there was none
     */
    public int furthest() {
        return furthest;
    }

    /**
     * How many blocks there were so far, the appended ones included.
     *
     * @return blocks
     */
    public int blocks() {
        return blocks;
    }

    private BadData bad(String message) {
        return new BadData(message, false, out.toByteArray());
    }

    /** One block. True when it says that it is the last one. */
    private boolean block() throws BadData {
        blocks++;
        boolean last = bits(1) == 1;
        switch (bits(2)) {
            case 0 -> stored();
            case 1 -> codes(FIXED_LITERALS, FIXED_DISTANCES);
            case 2 -> dynamic();
            default -> throw bad("a reserved type of block");
        }
        return last;
    }

    private void stored() throws BadData {
        align();
        int length = bits(16);
        if (bits(16) != (length ^ 0xFFFF)) {
            throw bad("the length of a stored block and its complement differ");
        }
        for (int i = 0; i < length; i++) {
            put(bits(8));
        }
    }

    private void dynamic() throws BadData {
        int literals = bits(5) + 257;
        int distances = bits(5) + 1;
        int lengthCodes = bits(4) + 4;
        if (literals > 286 || distances > 30) {
            throw bad("too many symbols");
        }
        int[] lengths = new int[19];
        for (int i = 0; i < lengthCodes; i++) {
            lengths[ORDER[i]] = bits(3);
        }
        Code code = new Code(lengths);
        if (code.symbols.length == 0) {
            // Where zlib finds out: it reads on, one bit for each length, and then misses the end of the block.
            for (int i = 0; i < literals + distances; i++) {
                bits(1);
            }
            throw bad("code lengths without a code");
        }
        if (code.left() != 0) {
            throw bad("code lengths without a complete code");
        }
        int[] both = new int[literals + distances];
        for (int i = 0; i < both.length; ) {
            int symbol = symbol(code);
            int value = 0;
            int times = 1;
            if (symbol < 16) {
                value = symbol;
            } else if (symbol == 16) {
                times = 3 + bits(2);
                if (i == 0) {
                    throw bad("repeats a length before the first one");
                }
                value = both[i - 1];
            } else {
                times = symbol == 17 ? 3 + bits(3) : 11 + bits(7);
            }
            if (i + times > both.length) {
                throw bad("more lengths than symbols");
            }
            Arrays.fill(both, i, i + times, value);
            i += times;
        }
        if (both[256] == 0) {
            throw bad("no code for the end of the block");
        }
        Code literal = new Code(Arrays.copyOf(both, literals));
        Code distance = new Code(Arrays.copyOfRange(both, literals, both.length));
        if (isWrong(literal) || isWrong(distance)) {
            throw bad("a code that is not complete, or has too many");
        }
        codes(literal, distance);
    }

    private static boolean isWrong(Code code) {
        return code.left() < 0 || (code.left() > 0 && !code.isTiny());
    }

    private void codes(Code literals, Code distances) throws BadData {
        while (true) {
            int symbol = symbol(literals);
            if (symbol == 256) {
                return;
            }
            if (symbol < 256) {
                put(symbol);
                continue;
            }
            if (symbol > 285) {
                throw bad("no such length");
            }
            int length = LENGTH_BASE[symbol - 257] + bits(LENGTH_EXTRA[symbol - 257]);
            int code = symbol(distances);
            if (code > 29) {
                throw bad("no such distance");
            }
            int distance = DISTANCE_BASE[code] + bits(code < 4 ? 0 : code / 2 - 1);
            if (distance > produced) {
                throw bad("a reference of " + distance + " bytes beyond the history of " + produced);
            }
            if (distance > window) {
                throw bad("a reference of " + distance + " bytes beyond the window of " + window);
            }
            furthest = Math.max(furthest, distance);
            for (int i = 0; i < length; i++) {
                put(history[(int) ((produced - distance) % LARGEST_WINDOW)]);
            }
        }
    }

    private void put(int octet) throws BadData {
        if (at > given || (at == given && bit > 0)) {
            throw bad("something comes of the octets that were appended");
        }
        history[(int) (produced++ % LARGEST_WINDOW)] = (byte) octet;
        out.write(octet);
    }

    private void align() {
        if (bit > 0) {
            bit = 0;
            at++;
        }
    }

    private int symbol(Code code) throws BadData {
        int first = 0;
        int index = 0;
        int read = 0;
        for (int length = 1; length < 16; length++) {
            read = read << 1 | bits(1);
            first <<= 1;
            int there = code.count[length];
            if (read - first < there) {
                return code.symbols[index + read - first];
            }
            index += there;
            first += there;
        }
        throw bad("no symbol has this code");
    }

    /** Bits as a number, the first one lowest. */
    private int bits(int count) throws BadData {
        int value = 0;
        for (int i = 0; i < count; i++) {
            if (at == in.length) {
                throw new BadData("the data ends inside a block", true, out.toByteArray());
            }
            value |= (in[at] >> bit & 1) << i;
            if (++bit == 8) {
                bit = 0;
                at++;
            }
        }
        return value;
    }
}
