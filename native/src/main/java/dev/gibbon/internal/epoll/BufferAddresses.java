package dev.gibbon.internal.epoll;

import java.lang.foreign.Arena;
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
    private MemorySegment.Scope lastScope = Arena.global().scope();
    private MemorySegment.Scope beforeScope = lastScope;
    private long lastAt;
    private long beforeAt;

    /**
     * The address of a direct buffer's position.
     *
     * @throws IllegalStateException if the buffer is of an arena, an application's, that was closed: nothing may lie there any more
     */
    long of(ByteBuffer buffer) {
        if (buffer == last && lastScope.isAlive()) {
            return lastAt + buffer.position();
        }
        if (buffer == before && beforeScope.isAlive()) {
            return beforeAt + buffer.position();
        }
        MemorySegment segment = MemorySegment.ofBuffer(buffer);
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("the buffer's arena is closed");
        }
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException("the buffer's arena is another thread's");
        }
        long at = segment.address();
        if (buffer.capacity() <= MOST_KEPT_BYTES) {
            before = last;
            beforeAt = lastAt;
            beforeScope = lastScope;
            last = buffer;
            lastAt = at - buffer.position();
            lastScope = segment.scope();
        }
        return at;
    }
}
