package dev.gibbon.internal.client;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The daemon threads that wait for the system's name service. Platform threads on every JDK: a lookup is a native call, which
 * would hold the carrier of a virtual thread, and a dead name service would then hold them all. They go when there is nothing to
 * look up.
 */
final class LookupThreads {
    /** A dead name service holds no more threads than these; whoever comes behind waits within his own deadline. */
    private static final int MOST = 16;

    private static final long IDLE_SECONDS = 2;

    private static final ThreadPoolExecutor SHARED = create();

    private LookupThreads() {}

    private static ThreadPoolExecutor create() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "gibbon-lookup-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** The one pool of the process. */
    static ThreadPoolExecutor shared() {
        return SHARED;
    }
}
