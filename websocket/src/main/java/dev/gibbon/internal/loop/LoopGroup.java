package dev.gibbon.internal.loop;

import dev.gibbon.ScheduledTask;
import dev.gibbon.TransportChoice;
import dev.gibbon.internal.transport.Transport;
import dev.gibbon.internal.transport.Transports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The loops of one group, each in a thread of its own unless they are driven by hand. For any thread. */
public final class LoopGroup {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");
    private static final AtomicInteger GROUPS = new AtomicInteger();

    private final Transport transport;
    private final List<EventLoop> loops;
    private final List<Thread> threads;
    private final @Nullable Thread watchdog;
    private final @Nullable Workers workers;
    private final AtomicInteger next = new AtomicInteger();

    private LoopGroup(
            Transport transport,
            List<EventLoop> loops,
            List<Thread> threads,
            @Nullable Thread watchdog,
            @Nullable Workers workers) {
        this.transport = transport;
        this.loops = List.copyOf(loops);
        this.threads = List.copyOf(threads);
        this.watchdog = watchdog;
        this.workers = workers;
    }

    /** Starts loops on a transport that was chosen. */
    public static LoopGroup start(TransportChoice choice, int count, boolean daemon) {
        return start(Transports.of(choice), count, daemon, System::nanoTime);
    }

    /** Starts loops on the transport of nobody's choice, of daemon threads that have this name and a number. */
    public static LoopGroup startNamed(String name, int count) {
        return start(Transports.of(TransportChoice.AUTO), count, true, System::nanoTime, name);
    }

    /** Starts loops on a transport. */
    public static LoopGroup start(Transport transport, int count, boolean daemon, LongSupplier clock) {
        return start(transport, count, daemon, clock, "gibbon");
    }

    private static LoopGroup start(Transport transport, int count, boolean daemon, LongSupplier clock, String name) {
        int group = GROUPS.incrementAndGet();
        LOG.log(Level.DEBUG, "{0} event loops on transport {1}", count, transport.name());
        Workers workers = new Workers(group);
        List<EventLoop> loops = open(transport, count, clock, workers);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = new EventLoop.LoopThread(loops.get(i), name + "-loop-" + group + "-" + (i + 1), daemon);
            threads.add(thread);
            thread.start();
        }
        return new LoopGroup(transport, loops, threads, LoopWatchdog.watch(loops, name), workers);
    }

    /** Makes loops without threads, which compute everything themselves, for a test that takes the turns itself. */
    public static LoopGroup manual(Transport transport, int count, LongSupplier clock) {
        return new LoopGroup(transport, open(transport, count, clock, Runnable::run), List.of(), null, null);
    }

    private static List<EventLoop> open(Transport transport, int count, LongSupplier clock, Executor workers) {
        List<EventLoop> loops = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                loops.add(new EventLoop(transport.openPoller(), clock, workers));
            }
        } catch (IOException e) {
            loops.forEach(EventLoop::end);
            throw new UncheckedIOException("opening a poller", e);
        }
        return loops;
    }

    /** The transport the loops run on. */
    public Transport transport() {
        return transport;
    }

    /** Whether no threads run the loops, because a test takes their turns. */
    public boolean isManual() {
        return threads.isEmpty();
    }

    /** All loops. */
    public List<EventLoop> loops() {
        return loops;
    }

    /** The loops in turn. */
    public EventLoop next() {
        return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
    }

    /** Runs a task later, on the calling loop or the next one. */
    public ScheduledTask schedule(Duration delay, Runnable task) {
        EventLoop loop = next();
        for (EventLoop candidate : loops) {
            if (candidate.inLoop()) {
                loop = candidate;
            }
        }
        Scheduled scheduled = new Scheduled(loop, task);
        long nanos = Math.max(0, delay.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE >> 2 : delay.toNanos());
        try {
            scheduled.start(nanos);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the event loops are closed", e);
        }
        return scheduled;
    }

    /** Timers armed after the last turns. */
    public int timers() {
        return loops.stream().mapToInt(EventLoop::armedTimers).sum();
    }

    /** Bytes of pooled buffers in use. */
    public long pooledBytes() {
        return loops.stream().mapToLong(loop -> loop.buffers().inUseBytes()).sum();
    }

    /** Native memory that connections hold for compressing and inflating. */
    public long nativeBytes() {
        return loops.stream().mapToLong(loop -> loop.deflaters().inUseBytes()).sum();
    }

    /** Compressors and inflaters that were made and not freed. */
    public long aliveNatives() {
        return loops.stream().mapToLong(loop -> loop.deflaters().alive()).sum();
    }

    /** Connections of every kind. */
    public int tenants() {
        return loops.stream().mapToInt(EventLoop::tenants).sum();
    }

    /** Ends the loops and waits for their threads, unless called on one of them. */
    public void close() {
        closeWithin(Long.MAX_VALUE);
    }

    /** The same, but does not wait longer than this for a loop that a callback holds. */
    public void closeWithin(long nanos) {
        long began = System.nanoTime();
        loops.forEach(EventLoop::close);
        if (workers != null) {
            workers.close();
        }
        if (watchdog != null) {
            watchdog.interrupt();
        }
        if (threads.isEmpty()) {
            loops.forEach(EventLoop::end);
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (!EventLoop.onAnyLoop() && thread.isAlive()) {
                long left = nanos - (System.nanoTime() - began);
                if (left <= 0) {
                    LOG.log(
                            Level.WARNING,
                            "the event loop {0} does not end: a callback holds it; it ends when that returns",
                            thread.getName());
                    break;
                }
                try {
                    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A user's timer. */
    private static final class Scheduled extends TimerWheel.Timer implements ScheduledTask {
        private final EventLoop loop;
        private final Runnable task;
        private final AtomicBoolean cancelled = new AtomicBoolean();

        Scheduled(EventLoop loop, Runnable task) {
            this.loop = loop;
            this.task = task;
        }

        void start(long delayNanos) {
            if (loop.inLoop()) {
                arm(loop.refresh() + delayNanos);
                return;
            }
            long from = loop.clockNow();
            loop.execute(() -> arm(from + delayNanos));
        }

        private void arm(long deadline) {
            if (!cancelled.get()) {
                loop.timers().arm(this, deadline);
            }
        }

        @Override
        protected void expired(long now) {
            if (cancelled.compareAndSet(false, true)) {
                loop.enterCallback();
                try {
                    task.run();
                } catch (Throwable e) {
                    LOG.log(Level.ERROR, "a scheduled task failed", e);
                } finally {
                    loop.leaveCallback();
                }
            }
        }

        @Override
        public void cancel() {
            if (!cancelled.compareAndSet(false, true)) {
                return;
            }
            if (loop.inLoop()) {
                loop.timers().disarm(this);
                return;
            }
            try {
                loop.execute(() -> loop.timers().disarm(this));
            } catch (RejectedExecutionException e) {
                // The loops are closed: nothing fires any more.
                LOG.log(Level.DEBUG, "cancelled after the loops were closed", e);
            }
        }
    }
}
