package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.BufferPool;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A pool that counts, and spoils what is given back: an engine that reads on shows it. Its buffers are full of noise, and may be
 * larger than asked.
 */
final class FuzzPool implements BufferPool {
    private final int slack;
    private final boolean direct;
    private final List<ByteBuffer> out = new ArrayList<>();

    FuzzPool(int slack, boolean direct) {
        this.slack = slack;
        this.direct = direct;
    }

    @Override
    public ByteBuffer acquire(int minimumCapacity) {
        Oracle.holds("acquire of " + minimumCapacity, minimumCapacity >= 1);
        int capacity = minimumCapacity + slack;
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
        spoil(buffer);
        out.add(buffer);
        buffer.position(capacity / 2);
        return buffer;
    }

    @Override
    public void release(ByteBuffer buffer) {
        for (int i = 0; i < out.size(); i++) {
            if (out.get(i) == buffer) {
                out.remove(i);
                spoil(buffer.clear());
                return;
            }
        }
        throw new AssertionError("released a buffer that is not lent");
    }

    /** The capacity of all that is lent. */
    long held() {
        long held = 0;
        for (ByteBuffer buffer : out) {
            held += buffer.capacity();
        }
        return held;
    }

    private static void spoil(ByteBuffer buffer) {
        int i = 0;
        for (; i <= buffer.capacity() - 8; i += 8) {
            buffer.putLong(i, 0xA5C3_E1F7_A5C3_E1F7L);
        }
        for (; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 0xF7);
        }
    }
}
