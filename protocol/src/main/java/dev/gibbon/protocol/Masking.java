package dev.gibbon.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The masking of RFC 6455, 5.3, which is its own inverse, eight bytes at a time. The loops are plain on purpose: the JIT
 * compiler turns them into vector code, and unrolling them by hand makes them slower. Functions only; the
 * buffers belong to the caller, whose positions, limits and byte orders stay as they are.
 */
public final class Masking {
    /** The top bit of each of eight bytes: clear in all of them means ASCII. */
    public static final long NOT_ASCII = 0x8080808080808080L;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Masking() {}

    /**
     * Masks or unmasks in place, and tells whether the result is ASCII in the same pass.
     *
     * @param buffer holds the bytes
     * @param from index of the first byte
     * @param to index after the last byte
     * @param key the masking key, most significant byte first on the wire
     * @param phase how far into the payload the first byte lies; only its value modulo 4 matters
     * @return the OR of all bytes after the change, eight of them side by side; {@code & NOT_ASCII} is 0 when all are ASCII
     * @throws IndexOutOfBoundsException when the range is not within the buffer's limit
     */
    public static long apply(ByteBuffer buffer, int from, int to, int key, int phase) {
        int turned = Integer.rotateLeft(key, phase << 3);
        if (buffer.hasArray()) {
            return applyArray(buffer, from, to, turned);
        }
        ByteOrder order = buffer.order();
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        long or = applyLittleEndian(buffer, from, to, turned);
        buffer.order(order);
        return or;
    }

    private static long applyLittleEndian(ByteBuffer buffer, int from, int to, int key) {
        long wide = widen(key);
        long or = 0;
        int i = from;
        for (; i <= to - 8; i += 8) {
            long word = buffer.getLong(i) ^ wide;
            buffer.putLong(i, word);
            or |= word;
        }
        for (; i < to; i++) {
            byte b = (byte) (buffer.get(i) ^ wide);
            buffer.put(i, b);
            or |= b;
            wide = wide >>> 8;
        }
        return or;
    }

    private static long applyArray(ByteBuffer buffer, int from, int to, int key) {
        java.util.Objects.checkFromToIndex(from, to, buffer.limit());
        byte[] array = buffer.array();
        int offset = buffer.arrayOffset();
        long wide = widen(key);
        long or = 0;
        int i = from + offset;
        int end = to + offset;
        for (; i <= end - 8; i += 8) {
            long word = (long) LONGS.get(array, i) ^ wide;
            LONGS.set(array, i, word);
            or |= word;
        }
        for (; i < end; i++) {
            byte b = (byte) (array[i] ^ wide);
            array[i] = b;
            or |= b;
            wide = wide >>> 8;
        }
        return or;
    }

    /** The key as it lies in the eight bytes of a little-endian word. */
    private static long widen(int key) {
        long low = Integer.reverseBytes(key) & 0xFFFFFFFFL;
        return low << 32 | low;
    }

    /**
     * Copies bytes and masks the copy; the source is not changed, not even for a moment, so that it may be read by other
     * threads.
     *
     * @param source holds the bytes
     * @param from index of the first byte in it
     * @param target gets the masked bytes
     * @param at index of the first byte in it
     * @param length how many bytes
     * @param key the masking key, most significant byte first on the wire
     * @param phase how far into the payload the first byte lies
     * @return the OR of the masked bytes, as of {@link #apply}
     * @throws IndexOutOfBoundsException when a range is not within its buffer's limit
     */
    public static long copy(ByteBuffer source, int from, ByteBuffer target, int at, int length, int key, int phase) {
        target.put(at, source, from, length);
        return apply(target, at, at + length, key, phase);
    }

    /**
     * The OR of bytes that carry no mask, for the ASCII check.
     *
     * @param buffer holds the bytes
     * @param from index of the first byte
     * @param to index after the last byte
     * @return the OR, eight bytes side by side
     * @throws IndexOutOfBoundsException when the range is not within the buffer's limit
     */
    public static long or(ByteBuffer buffer, int from, int to) {
        long or = 0;
        int i = from;
        for (; i <= to - 8; i += 8) {
            or |= buffer.getLong(i);
        }
        for (; i < to; i++) {
            or |= buffer.get(i);
        }
        return or;
    }
}
