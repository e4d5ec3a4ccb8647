package dev.gibbon.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One growing buffer from a {@link BufferPool}, which payload is appended to as it arrives. Room is never reserved because
 * a header claims a length: what is asked of the pool stays within four times the bytes that came, or
 * {@link #SMALLEST}; only for the time of a read it may be more. Holds nothing while empty. Belongs to the engine's thread.
 */
final class AssemblyBuffer {
    /** The least that is asked of the pool, in bytes. */
    static final int SMALLEST = 256;

    /** A little below what the largest Java array can hold. */
    static final int LARGEST = Integer.MAX_VALUE - 8;

    private static final int GROWTH = 4;

    private final BufferPool pool;
    private @Nullable ByteBuffer buffer;
    private int size;
    /** What {@link #reserveAhead} has asked of the pool, until {@link #settle}; else 0. */
    private int ahead;

    AssemblyBuffer(BufferPool pool) {
        this.pool = pool;
    }

    int size() {
        return size;
    }

    int capacity() {
        return buffer == null ? 0 : buffer.capacity();
    }

    /** The buffer, its limit at its capacity; only when something was appended. */
    ByteBuffer buffer() {
        if (buffer == null) {
            throw new IllegalStateException("nothing was appended");
        }
        return buffer.clear();
    }

    /** Copies bytes to the end, as they are. */
    void append(ByteBuffer source, int from, int length, long expected) {
        reserve(length, expected).put(size, source, from, length);
        size += length;
    }

    /**
     * The buffer, its limit at its capacity, with room for more bytes.
     *
     * @param length how many are to be written now
     * @param expected the size when the current frame is complete: the peer's claim
     */
    ByteBuffer reserve(int length, long expected) {
        int needed = Math.addExact(size, length);
        ByteBuffer current = buffer;
        if (current != null) {
            current.clear();
            if (needed <= current.capacity()) {
                return current;
            }
        }
        return move(nextCapacity(needed, expected));
    }

    private ByteBuffer move(int capacity) {
        ByteBuffer next = pool.acquire(capacity).clear();
        ByteBuffer current = buffer;
        if (current != null) {
            next.put(0, current, 0, size);
            pool.release(current);
        }
        buffer = next;
        return next;
    }

    /**
     * The buffer with more room than the bytes that came justify, for the time of one read: {@link #settle} must follow.
     *
     * @param capacity how large it is to be, in bytes
     */
    ByteBuffer reserveAhead(int capacity) {
        ByteBuffer current = buffer;
        ahead = Math.max(ahead, capacity);
        return current != null && current.capacity() >= ahead ? current.clear() : move(ahead);
    }

    /** Whether {@link #settle} is due. */
    boolean isAhead() {
        return ahead > 0;
    }

    /** Gives back what was reserved ahead, unless enough has come meanwhile. */
    void settle(long expected) {
        if (ahead == 0) {
            return;
        }
        boolean justified = ahead <= (long) size * GROWTH;
        ahead = 0;
        if (size == 0) {
            release();
        } else if (!justified) {
            move(nextCapacity(size, Math.min(expected, (long) size * GROWTH)));
        }
    }

    /** Bytes were written behind the end from outside. */
    void advance(int length) {
        size += length;
    }

    /** Gives the buffer back. */
    void release() {
        size = 0;
        ahead = 0;
        ByteBuffer held = buffer;
        if (held != null) {
            buffer = null;
            pool.release(held);
        }
    }

    /**
     * The rungs of the ladder are laid from its top (the expected size, a quarter of it, a sixteenth, ...), so that the last
     * copy of a large message is a copy of a quarter of it. Frames that bring little each, and promise no more, double.
     */
    private int nextCapacity(int needed, long expected) {
        long ahead = (long) needed * GROWTH;
        long rung = expected;
        while (rung > ahead) {
            rung = (rung + GROWTH - 1) / GROWTH;
        }
        long doubled = Math.max(SMALLEST, Math.min(2L * capacity(), ahead));
        return (int) Math.min(LARGEST, Math.max(Math.max(rung, needed), doubled));
    }
}
