package dev.gibbon.internal.loop;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few daemon threads for computations that would hold a loop, such as the key exchange of a TLS handshake. There are as many
 * as processors, because such work does not wait; they are made when needed and end after some seconds without work. For any
 * thread.
 */
final class Workers implements Executor {
    private static final long IDLE_SECONDS = 5;

    private final ThreadPoolExecutor threads;

    Workers(int group) {
        AtomicInteger made = new AtomicInteger();
        int most = Math.max(2, Runtime.getRuntime().availableProcessors());
        // What waits is bounded by the connections that are in a handshake, each of which has one task at most.
        threads = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "gibbon-worker-" + group + "-" + made.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** What has not begun is dropped. */
    void close() {
        threads.shutdownNow();
    }
}
