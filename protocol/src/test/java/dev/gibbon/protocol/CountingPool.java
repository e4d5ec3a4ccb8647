package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.IdentityHashMap;

/**
 * A pool that knows what is out, refuses what it did not lend, and spoils what comes back, so that a view of a returned buffer
 * shows. Every second buffer is direct, little-endian and larger than asked for.
 */
final class CountingPool implements BufferPool {
    private static final byte[] SPOILT = new byte[4096];

    static {
        Arrays.fill(SPOILT, (byte) 0xEE);
    }

    private final IdentityHashMap<ByteBuffer, Integer> out = new IdentityHashMap<>();
    private final int slack;
    private int acquired;
    private long most;

    CountingPool() {
        this(7);
    }

    /** With buffers that are larger than asked for by some bytes, now and then. */
    CountingPool(int slack) {
        this.slack = slack;
    }

    @Override
    public ByteBuffer acquire(int minimumCapacity) {
        assertThat(minimumCapacity).isPositive();
        boolean odd = acquired++ % 2 == 1;
        ByteBuffer buffer = odd
                ? ByteBuffer.allocateDirect(minimumCapacity + slack).order(ByteOrder.LITTLE_ENDIAN)
                : ByteBuffer.allocate(minimumCapacity);
        buffer.limit(0); // what a pool hands out need not be cleared
        out.put(buffer, minimumCapacity);
        most = Math.max(most, heldBytes());
        return buffer;
    }

    @Override
    public void release(ByteBuffer buffer) {
        assertThat(out.remove(buffer))
                .as("a buffer that was lent and not returned")
                .isNotNull();
        buffer.clear();
        while (buffer.hasRemaining()) {
            buffer.put(SPOILT, 0, Math.min(SPOILT.length, buffer.remaining()));
        }
    }

    int acquired() {
        return acquired;
    }

    int outstanding() {
        return out.size();
    }

    /** The largest sum of requests that were out at one time. */
    long most() {
        return most;
    }

    private long heldBytes() {
        long held = 0;
        for (int capacity : out.values()) {
            held += capacity;
        }
        return held;
    }
}
