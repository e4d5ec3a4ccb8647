package dev.gibbon.internal.connection;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Where threads wait until a connection's outgoing queue has room. Made when the first one has to wait. */
final class Room {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition made = lock.newCondition();

    /**
     * Waits until something holds.
     *
     * @return false if the time passed first
     */
    boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        lock.lockInterruptibly();
        try {
            while (!condition.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                // The signal may be given between the look and the wait only by somebody who holds the lock.
                if (!made.await(left, TimeUnit.NANOSECONDS) && !condition.getAsBoolean()) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the waiting threads look again. */
    void made() {
        lock.lock();
        try {
            made.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
