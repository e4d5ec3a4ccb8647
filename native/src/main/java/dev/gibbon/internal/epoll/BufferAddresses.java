package dev.gibbon.internal.epoll;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where direct buffers lie. The JDK tells it by an object a question, so the answers for the last two are kept: a loop has one
 * buffer that it reads into and one that it writes from. For one thread.
 */
final class BufferAddresses {
    /** Longer ones come and go, and should not be kept for their address alone. */
    private static final int MOST_KEPT_BYTES = 256 << 10;

    private @Nullable ByteBuffer last;
    private @Nullable ByteBuffer before;
    private long lastAt;
    private long beforeAt;

    /** The address of a direct buffer's position. */
    long of(ByteBuffer buffer) {
        if (buffer == last) {
            return lastAt + buffer.position();
        }
        if (buffer == before) {
            return beforeAt + buffer.position();
        }
        long at = MemorySegment.ofBuffer(buffer).address();
        if (buffer.capacity() <= MOST_KEPT_BYTES) {
            before = last;
            beforeAt = lastAt;
            last = buffer;
            lastAt = at - buffer.position();
        }
        return at;
    }
}
