package dev.gibbon.internal.reconnect;

import dev.gibbon.WebSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Where a thread of the blocking style waits for the next connection. Holds at most the newest. For any thread. */
public final class Handover {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private @Nullable WebSocket fresh;
    private boolean ended;

    /** Nothing there yet. */
    public Handover() {}

    void offer(WebSocket socket) {
        lock.lock();
        try {
            fresh = socket;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** There will be none any more. One that nobody took stays, for what came on it. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether there will be none any more, and none is there. */
    public boolean isOver() {
        lock.lock();
        try {
            return ended && fresh == null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the next connection, each one once; null when the time has passed or there will be none. */
    public @Nullable WebSocket take(Duration timeout) throws InterruptedException {
        long left = timeout.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE : timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (fresh == null && !ended) {
                if (left <= 0) {
                    return null;
                }
                left = left == Long.MAX_VALUE ? waitFor(left) : changed.awaitNanos(left);
            }
            WebSocket next = fresh;
            fresh = null;
            return next;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // take() loops
    private long waitFor(long forEver) throws InterruptedException {
        changed.await(1, TimeUnit.DAYS);
        return forEver;
    }
}
