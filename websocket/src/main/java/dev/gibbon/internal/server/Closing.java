package dev.gibbon.internal.server;

import dev.gibbon.ShutdownReport;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.loop.LoopTenant;
import dev.gibbon.internal.loop.TimerWheel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The graceful end of a server, in a thread of its own: newcomers are turned away, everybody is told 1001 at a moment drawn by
 * chance from the first half of the time, so that the peers do not come back all at once; whoever is left at the deadline is
 * cut.
 */
final class Closing implements Runnable {
    /** How often it looks whether everybody has gone. */
    private static final long LOOK_MILLIS = 5;

    /** How long the loops have for what they are told beyond the deadline; one that a callback holds gets no more. */
    private static final long GRACE_NANOS = 1_000_000_000L;

    /** The spread of the goodbyes is at most this, however long the deadline. */
    private static final long MOST_SPREAD_NANOS = 5_000_000_000L;

    /** What those get who are being answered when the last WebSocket has gone. */
    private static final long ANSWER_NANOS = 300_000_000L;

    /** Peers of a server this small are told at once: they make no crowd. */
    private static final int SMALL = 16;

    /** The goodbyes of each loop, touched on that loop only. */
    private final Map<EventLoop, List<TimerWheel.Timer>> planned = new ConcurrentHashMap<>();

    private final RunningServer server;
    private final LoopGroup group;
    private final long deadlineNanos;
    private final CompletableFuture<ShutdownReport> report;

    private Closing(
            RunningServer server, LoopGroup group, Duration deadline, CompletableFuture<ShutdownReport> report) {
        this.server = server;
        this.group = group;
        this.deadlineNanos =
                Math.max(0, deadline.compareTo(Duration.ofDays(365)) > 0 ? Long.MAX_VALUE >> 2 : deadline.toNanos());
        this.report = report;
    }

    static void begin(
            RunningServer server, LoopGroup group, Duration deadline, CompletableFuture<ShutdownReport> report) {
        Thread thread = new Thread(new Closing(server, group, deadline, report), "gibbon-closing");
        thread.start();
    }

    @Override
    public void run() {
        long began = System.nanoTime();
        try {
            server.turnNewcomersAway();
            int crowd = server.openConnections();
            long spread = crowd <= SMALL ? 0 : Math.min(deadlineNanos / 2, MOST_SPREAD_NANOS);
            if (deadlineNanos > 0) {
                onEachLoop(loop -> goodbyes(loop, spread), began + deadlineNanos);
                awaitTheLast(began);
            }
            if (!onLoop(server.listeningLoop(), server::stopListening)) {
                // That loop has ended or is held up, so nobody else is at it.
                server.stopListening();
            }
            long closed = server.endedWhileClosing();
            int left = server.openWebSockets();
            onEachLoop(this::cutTheRest, System.nanoTime() + GRACE_NANOS);
            if (server.ownsGroup()) {
                group.closeWithin(GRACE_NANOS);
            }
            report.complete(new ShutdownReport(
                    (int) closed, left, server.unsentBytes(), Duration.ofNanos(System.nanoTime() - began)));
        } catch (Throwable e) {
            report.completeExceptionally(e);
        }
    }

    /** Waits for every WebSocket to go; a stream of newcomers that are turned away holds it up only a little. */
    private void awaitTheLast(long began) throws InterruptedException {
        long lastSeen = System.nanoTime();
        while (server.openConnections() > 0) {
            long now = System.nanoTime();
            if (server.openUpgraded() > 0) {
                lastSeen = now;
            }
            if (now - began >= deadlineNanos || now - lastSeen >= ANSWER_NANOS) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private void cutTheRest(EventLoop loop) {
        // Whoever went before his goodbye needs none.
        planned.getOrDefault(loop, List.of()).forEach(loop.timers()::disarm);
        loop.forEachTenant(server, tenant -> tenant.cut(null));
    }

    private void goodbyes(EventLoop loop, long spread) {
        SplittableRandom chance = new SplittableRandom();
        List<LoopTenant> tenants = new ArrayList<>();
        loop.forEachTenant(server, tenants::add);
        for (LoopTenant tenant : tenants) {
            if (spread == 0) {
                RunningServer.sayGoodbye(tenant);
            } else {
                TimerWheel.Timer goodbye = new TimerWheel.Timer() {
                    @Override
                    protected void expired(long now) {
                        RunningServer.sayGoodbye(tenant);
                    }
                };
                loop.timers().arm(goodbye, loop.refresh() + chance.nextLong(spread));
                planned.computeIfAbsent(loop, ignored -> new ArrayList<>()).add(goodbye);
            }
        }
    }

    private void onEachLoop(java.util.function.Consumer<EventLoop> action, long until) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(group.loops().size());
        for (EventLoop loop : group.loops()) {
            try {
                loop.execute(() -> {
                    try {
                        action.accept(loop);
                    } finally {
                        done.countDown();
                    }
                });
            } catch (RejectedExecutionException e) {
                // The loops were closed before the server: nobody is left to be told.
                done.countDown();
            }
        }
        await(done, until);
    }

    /** False if the loop has not done it, because it has ended or is held up. */
    private boolean onLoop(EventLoop loop, Runnable action) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        try {
            loop.execute(() -> {
                try {
                    action.run();
                } finally {
                    done.countDown();
                }
            });
        } catch (RejectedExecutionException e) {
            return false;
        }
        await(done, System.nanoTime() + GRACE_NANOS);
        return done.getCount() == 0;
    }

    /** Waits for loops to do something, unless they end first: they may be closed at the same time. */
    private void await(CountDownLatch done, long until) throws InterruptedException {
        while (!done.await(LOOK_MILLIS * 10, TimeUnit.MILLISECONDS)) {
            if (System.nanoTime() - until >= 0 || group.loops().stream().allMatch(EventLoop::hasEnded)) {
                return;
            }
        }
    }
}
