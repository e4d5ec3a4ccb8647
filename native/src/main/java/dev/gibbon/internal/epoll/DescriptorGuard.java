package dev.gibbon.internal.epoll;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a descriptor that other threads write to from being closed under them, for its number may be somebody else's at once.
 * Whoever is inside is there for one call that does not wait; who closes waits for that.
 */
final class DescriptorGuard {
    private static final int CLOSED = 1 << 31;

    private final int descriptor;
    /** How many are inside, and the bit of the end. */
    private final AtomicInteger inside = new AtomicInteger();

    DescriptorGuard(int descriptor) {
        this.descriptor = descriptor;
    }

    /** Whether the caller may use the descriptor until it calls {@link #leave}. For any thread. */
    boolean enter() {
        // Looked at first, so that those who come late do not keep the closer waiting.
        if (inside.get() < 0) {
            return false;
        }
        if (inside.incrementAndGet() > 0) {
            return true;
        }
        inside.decrementAndGet();
        return false;
    }

    /** The caller of a successful {@link #enter} is done. */
    void leave() {
        inside.decrementAndGet();
    }

    /** Closes the descriptor when nobody is inside any more; once. */
    void close() {
        inside.getAndUpdate(count -> count | CLOSED);
        while (inside.get() != CLOSED) {
            LockSupport.parkNanos(1000);
        }
        Calls.close(descriptor);
    }
}
