package dev.gibbon.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;

/**
 * The masking of RFC 6455, 5.3, which is its own inverse, eight bytes at a time. Functions only; the buffers belong to the
 * caller, whose positions, limits and byte orders stay as they are.
 *
 * <p>The loops are plain on purpose, with an end that is known before: the JIT compiler turns them into vector code, and
 * unrolling them by hand makes them slower. Arrays and direct memory have loops of their own, so that a program that
 * uses both keeps both fast; so have the forms with and without the OR, which costs JDK 17 a factor of four.
 */
public final class Masking {
    /** The top bit of each of eight bytes: clear in all of them means ASCII. */
    static final long NOT_ASCII = 0x8080808080808080L;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Masking() {}

    /**
     * Masks or unmasks in place.
     *
     * @param buffer holds the bytes
     * @param from index of the first byte
     * @param to index after the last byte
     * @param key the masking key, most significant byte first on the wire
     * @param phase how far into the payload the first byte lies; only its value modulo 4 matters
     * @throws IndexOutOfBoundsException when the range is not within the buffer's limit
     * @throws ReadOnlyBufferException when the buffer is read-only
     */
    public static void apply(ByteBuffer buffer, int from, int to, int key, int phase) {
        check(buffer, from, to);
        long wide = widen(key, phase);
        ByteOrder order = buffer.order();
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        int end = from + ((to - from) & ~7);
        if (buffer.hasArray()) {
            maskWords(buffer.array(), buffer.arrayOffset() + from, buffer.arrayOffset() + end, wide);
        } else {
            maskWords(buffer, from, end, wide);
        }
        maskRest(buffer, end, to, wide);
        buffer.order(order);
    }

    /**
     * Masks or unmasks in place, and tells in the same pass whether the result is ASCII.
     *
     * @param buffer holds the bytes
     * @param from index of the first byte
     * @param to index after the last byte
     * @param key the masking key, most significant byte first on the wire
     * @param phase how far into the payload the first byte lies; only its value modulo 4 matters
     * @return true when all bytes are ASCII after the change
     * @throws IndexOutOfBoundsException when the range is not within the buffer's limit
     * @throws ReadOnlyBufferException when the buffer is read-only
     */
    public static boolean applyAndCheck(ByteBuffer buffer, int from, int to, int key, int phase) {
        check(buffer, from, to);
        long wide = widen(key, phase);
        ByteOrder order = buffer.order();
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        int end = from + ((to - from) & ~7);
        long or = buffer.hasArray()
                ? orWords(buffer.array(), buffer.arrayOffset() + from, buffer.arrayOffset() + end, wide)
                : orWords(buffer, from, end, wide);
        or |= maskRest(buffer, end, to, wide);
        buffer.order(order);
        return (or & NOT_ASCII) == 0;
    }

    /**
     * Copies bytes and masks the copy. The source is not changed, not even for a moment, so that other threads may read it.
     *
     * @param source holds the bytes
     * @param from index of the first byte in it
     * @param target gets the masked bytes
     * @param at index of the first byte in it
     * @param length how many bytes
     * @param key the masking key, most significant byte first on the wire
     * @param phase how far into the payload the first byte lies; only its value modulo 4 matters
     * @throws IndexOutOfBoundsException when a range is not within its buffer's limit
     * @throws ReadOnlyBufferException when the target is read-only
     */
    public static void copy(ByteBuffer source, int from, ByteBuffer target, int at, int length, int key, int phase) {
        target.put(at, source, from, length);
        apply(target, at, at + length, key, phase);
    }

    /** Whether bytes that carry no mask are ASCII. */
    static boolean isAscii(ByteBuffer buffer, int from, int to) {
        int end = from + ((to - from) & ~7);
        long or = 0;
        for (int i = from; i < end; i += 8) {
            or |= buffer.getLong(i);
        }
        for (int i = end; i < to; i++) {
            or |= buffer.get(i);
        }
        return (or & NOT_ASCII) == 0;
    }

    private static void check(ByteBuffer buffer, int from, int to) {
        Objects.checkFromToIndex(from, to, buffer.limit());
        if (buffer.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
    }

    /** The key as it lies in the eight bytes of a little-endian word, its first byte at the given phase. */
    private static long widen(int key, int phase) {
        long low = Integer.reverseBytes(Integer.rotateLeft(key, phase << 3)) & 0xFFFFFFFFL;
        return low << 32 | low;
    }

    private static void maskWords(ByteBuffer buffer, int from, int end, long wide) {
        // Clearing a sign that is never set shows the compiler of JDK 17 that no index is negative: without it, no
        // vectors.
        for (int i = from & Integer.MAX_VALUE; i < end; i += 8) {
            buffer.putLong(i, buffer.getLong(i) ^ wide);
        }
    }

    private static void maskWords(byte[] array, int from, int end, long wide) {
        for (int i = from; i < end; i += 8) {
            LONGS.set(array, i, (long) LONGS.get(array, i) ^ wide);
        }
    }

    private static long orWords(ByteBuffer buffer, int from, int end, long wide) {
        long or = 0;
        for (int i = from & Integer.MAX_VALUE; i < end; i += 8) {
            long word = buffer.getLong(i) ^ wide;
            buffer.putLong(i, word);
            or |= word;
        }
        return or;
    }

    private static long orWords(byte[] array, int from, int end, long wide) {
        long or = 0;
        for (int i = from; i < end; i += 8) {
            long word = (long) LONGS.get(array, i) ^ wide;
            LONGS.set(array, i, word);
            or |= word;
        }
        return or;
    }

    /** The last 0 to 7 bytes of a little-endian buffer, in three steps instead of seven. */
    private static long maskRest(ByteBuffer buffer, int from, int to, long wide) {
        int i = from;
        long mask = wide;
        long or = 0;
        if ((to - from & 4) != 0) {
            int word = buffer.getInt(i) ^ (int) mask;
            buffer.putInt(i, word);
            or = word;
            i += 4;
        }
        if ((to - from & 2) != 0) {
            short word = (short) (buffer.getShort(i) ^ mask);
            buffer.putShort(i, word);
            or |= word;
            i += 2;
            mask >>>= 16;
        }
        if ((to - from & 1) != 0) {
            byte word = (byte) (buffer.get(i) ^ mask);
            buffer.put(i, word);
            or |= word;
        }
        return or;
    }
}
