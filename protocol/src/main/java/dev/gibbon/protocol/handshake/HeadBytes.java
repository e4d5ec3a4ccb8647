package dev.gibbon.protocol.handshake;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of one head as they arrive: reserved only for bytes that have come, at most the limit. Confined to one thread
 * at a time. Shared by the heads of requests and responses; it knows nothing of what the bytes mean.
 */
final class HeadBytes {

    /** Enough for nearly every handshake of a browser without cookies. */
    private static final int FIRST_CAPACITY = 1024;

    /** A peer that sends byte by byte costs little until it has sent something. */
    private static final int LEAST_CAPACITY = 128;

    private static final int SLACK = 64;

    private static final byte[] NONE = new byte[0];

    private final int maxBytes;
    private byte[] bytes = NONE;
    private int length;

    HeadBytes(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    boolean isFull() {
        return length == maxBytes;
    }

    /** Copies bytes from {@code in}: all, or as many as there is room for; at least one unless full or {@code in} is empty. */
    void fill(ByteBuffer in) {
        if (length == bytes.length) {
            grow(in.remaining());
        }
        int count = Math.min(in.remaining(), bytes.length - length);
        in.get(bytes, length, count);
        length += count;
    }

    /** The bytes up to {@code end}, in an array without much room behind them: a head may be kept as long as its connection. */
    byte[] compact(int end) {
        return bytes.length - end > SLACK ? Arrays.copyOf(bytes, end) : bytes;
    }

    /** Gives bytes behind {@code end} back to the buffer that they were last filled from. */
    void giveBack(ByteBuffer in, int end) {
        in.position(in.position() - (length - end));
        length = end;
    }

    private void grow(int coming) {
        int wanted = bytes.length == 0 ? Math.min(Math.max(coming, LEAST_CAPACITY), FIRST_CAPACITY) : bytes.length * 2;
        bytes = Arrays.copyOf(bytes, Math.min(wanted, maxBytes));
    }
}
