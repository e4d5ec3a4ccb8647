package dev.gibbon.internal.client;

import dev.gibbon.internal.loop.HandlerThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads in which an attempt asks the application for headers and cookies: virtual ones where the JDK has them, else a few
 * daemon threads, which go when there is nothing to ask.
 */
final class QuestionThreads {
    /** Slow suppliers hold no more threads than these; whoever comes behind waits within his own deadline. */
    private static final int MOST = 16;

    private static final long IDLE_SECONDS = 10;

    private QuestionThreads() {}

    /** The one pool of the process. */
    static Executor shared() {
        return Holder.SHARED;
    }

    private static final class Holder {
        static final Executor SHARED = HandlerThreads.virtual() ? HandlerThreads.executor() : pool();

        private static ThreadPoolExecutor pool() {
            ThreadPoolExecutor pool = new ThreadPoolExecutor(
                    MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                        Thread thread = new Thread(task, "gibbon-client-question");
                        thread.setDaemon(true);
                        return thread;
                    });
            pool.allowCoreThreadTimeOut(true);
            return pool;
        }
    }
}
