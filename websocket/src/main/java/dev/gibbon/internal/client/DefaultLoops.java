package dev.gibbon.internal.client;

import dev.gibbon.CloseInfo;
import dev.gibbon.internal.connection.Connection;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The loops of clients that were given none: one group for the whole JVM, made when the first of them connects, of few daemon
 * threads, never closed. So that a program may send, close and return from its main method, the end of the JVM waits a moment
 * for what its clients still have to say.
 */
public final class DefaultLoops {
    /** More loops than this serve servers, not clients. */
    private static final int MOST = 4;

    /** A closing handshake takes a round trip or two; who does not answer within this must not hold the end up. */
    private static final long GOODBYE_MILLIS = 1000;

    private static final String NAME = "gibbon-client";

    private DefaultLoops() {}

    /** The group. For any thread. */
    public static LoopGroup group() {
        return Holder.GROUP;
    }

    /** Made by the class loader, once, when it is first asked for. */
    private static final class Holder {
        static final LoopGroup GROUP =
                LoopGroup.startNamed(NAME, Math.min(MOST, Runtime.getRuntime().availableProcessors()));

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> sayGoodbye(GROUP.loops()), NAME + "-goodbye"));
        }
    }

    /** Closes the connections that are left, after what they have queued, and waits for them a moment. */
    static void sayGoodbye(List<? extends EventLoop> loops) {
        ConcurrentLinkedQueue<CompletableFuture<CloseInfo>> ends = new ConcurrentLinkedQueue<>();
        CountDownLatch told = new CountDownLatch(loops.size());
        for (EventLoop loop : loops) {
            tell(loop, () -> {
                loop.forEachTenant(ClientConnections.ALL, tenant -> {
                    if (tenant instanceof Connection connection) {
                        ends.add(connection.socket().closed().toCompletableFuture());
                        connection.goAway("the program ends");
                    }
                });
                told.countDown();
            });
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GOODBYE_MILLIS);
        try {
            if (told.await(GOODBYE_MILLIS, TimeUnit.MILLISECONDS)) {
                CompletableFuture<?> all = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                        .completeOnTimeout(null, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                all.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(Executor loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // It has ended, and its connections with it.
            task.run();
        }
    }
}
