package dev.gibbon.internal.loop;

import dev.gibbon.protocol.BufferPool;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The direct buffers of one loop, by sizes that are powers of two. What is given back is kept for the next one within a bound,
 * the most recently used first. Only for the loop's thread, but for {@link #inUseBytes()}.
 */
public final class LoopBuffers implements BufferPool {
    private static final int SMALLEST_SHIFT = 10;
    private static final int LARGEST_SHIFT = 30;
    /** What the pool may keep unused: enough for a few large messages, small beside the heap of a server. */
    private static final long MOST_KEPT_BYTES = 32L << 20;

    private final ArrayDeque<ByteBuffer>[] free;
    private final AtomicLong inUse = new AtomicLong();
    private long kept;

    /** Makes an empty pool. */
    @SuppressWarnings("unchecked")
    public LoopBuffers() {
        free = (ArrayDeque<ByteBuffer>[]) new ArrayDeque<?>[LARGEST_SHIFT - SMALLEST_SHIFT + 1];
        for (int i = 0; i < free.length; i++) {
            free[i] = new ArrayDeque<>(0);
        }
    }

    @Override
    public ByteBuffer acquire(int minimumCapacity) {
        int shift = shiftFor(minimumCapacity);
        // Above the largest class a buffer is made to measure and never kept.
        int capacity = shift > LARGEST_SHIFT ? minimumCapacity : 1 << shift;
        ByteBuffer buffer = shift > LARGEST_SHIFT ? null : free[shift - SMALLEST_SHIFT].pollFirst();
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(capacity);
        } else {
            kept -= capacity;
        }
        inUse.lazySet(inUse.get() + capacity);
        return buffer.clear();
    }

    @Override
    public void release(ByteBuffer buffer) {
        int capacity = buffer.capacity();
        long left = inUse.get() - capacity;
        if (left < 0) {
            throw new IllegalStateException("a buffer of " + capacity + " bytes was released twice");
        }
        inUse.lazySet(left);
        int shift = shiftFor(capacity);
        if (shift <= LARGEST_SHIFT && capacity == 1 << shift && kept + capacity <= MOST_KEPT_BYTES) {
            free[shift - SMALLEST_SHIFT].addFirst(buffer);
            kept += capacity;
        }
    }

    /** Bytes acquired and not yet released. For any thread. */
    public long inUseBytes() {
        return inUse.get();
    }

    /** Bytes kept for reuse. */
    long keptBytes() {
        return kept;
    }

    /** Drops what is kept. */
    void trim() {
        for (ArrayDeque<ByteBuffer> buffers : free) {
            buffers.clear();
        }
        kept = 0;
    }

    private static int shiftFor(int capacity) {
        return Math.max(SMALLEST_SHIFT, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, capacity) - 1));
    }
}
