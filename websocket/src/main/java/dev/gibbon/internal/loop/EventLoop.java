package dev.gibbon.internal.loop;

import dev.gibbon.internal.transport.Poller;
import dev.gibbon.protocol.FrameHeader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread that serves many connections: polls, calls whoever is ready, fires timers, runs tasks, and writes what
 * gathered. Everything it owns is for its thread only, but {@link #execute}, {@link #inLoop} and the counts.
 *
 * <p>{@link #turn} is one round; {@link #run} repeats it in a thread. Tests drive turns by hand with a clock of their own.
 */
public final class EventLoop implements Executor, Runnable {
    /** What one read can bring: read and write buffer together stay within a second-level cache. */
    public static final int READ_BUFFER_BYTES = 256 << 10;

    /** What a thread that writes by itself copies into one write. */
    public static final int SCRATCH_BYTES = 64 << 10;

    /** Tasks of one turn; the rest waits, so that tasks that make tasks cannot starve the sockets. */
    private static final int MOST_TASKS_A_TURN = 4096;

    /** Tasks at the end that make tasks must come to an end themselves. */
    private static final int MOST_ROUNDS_OF_THE_END = 1000;

    /** Threads that are woken together: a few more reads cost them less than being woken one by one costs everybody. */
    private static final int MOST_WOKEN_TOGETHER = 32;

    private static final System.Logger LOG = System.getLogger("dev.gibbon");
    private static final VarHandle CALLBACKS;

    static {
        try {
            CALLBACKS = MethodHandles.lookup().findVarHandle(EventLoop.class, "callbacks", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Poller poller;
    private final LongSupplier clock;
    private final Executor workers;
    private final long origin;
    private final TimerWheel timers;
    private final LoopBuffers buffers = new LoopBuffers();
    private @Nullable MaskKeys masks;
    private final LoopDeflaters deflaters = new LoopDeflaters();
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
    private final ByteBuffer cork = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable ByteBuffer> scratch =
            new AtomicReference<>(ByteBuffer.allocateDirect(SCRATCH_BYTES + FrameHeader.MAX_LENGTH));
    private final Set<Runnable> endings = new LinkedHashSet<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private List<LoopTenant> dirty = new ArrayList<>();
    private List<LoopTenant> flushing = new ArrayList<>();
    private List<Runnable> later = new ArrayList<>();
    private List<Runnable> continuing = new ArrayList<>();
    private final @Nullable Thread[] sleepers = new Thread[MOST_WOKEN_TOGETHER];
    private int sleeperCount;
    private @Nullable LoopTenant firstTenant;
    // Written by this loop's thread only, read by others.
    private volatile int tenants;
    private volatile int armedTimers;
    private volatile @Nullable Thread thread;
    private volatile boolean closed;
    private volatile boolean refusing;
    private volatile boolean ended;
    private int callbacks;
    private boolean stale = true;
    private boolean corkTaken;
    private long now;

    /** Makes a loop that does long computations itself. */
    public EventLoop(Poller poller, LongSupplier clock) {
        this(poller, clock, Runnable::run);
    }

    /**
     * Makes a loop.
     *
     * @param poller belongs to this loop from now on
     * @param clock nanoseconds, as {@link System#nanoTime()}
     * @param workers run long computations
     */
    public EventLoop(Poller poller, LongSupplier clock, Executor workers) {
        this.poller = poller;
        this.clock = clock;
        this.workers = workers;
        this.origin = clock.getAsLong();
        this.timers = new TimerWheel(0);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!closed) {
            turn(Long.MAX_VALUE);
        }
        end();
    }

    /**
     * One round: waits for links, but no longer than {@code mostNanos} or the next timer, then does what is due.
     *
     * @param mostNanos 0 to look without waiting
     */
    public void turn(long mostNanos) {
        if (thread == null) {
            thread = Thread.currentThread();
        }
        try {
            long wait = dirty.isEmpty() && later.isEmpty() ? Math.min(mostNanos, timers.untilNext(refresh())) : 0;
            if (wait > 0) {
                asleep.set(true);
                if (!tasks.isEmpty() || closed) {
                    wait = 0;
                }
            }
            try {
                stale = true;
                poller.poll(wait);
            } finally {
                asleep.set(false);
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the poller is broken; the event loop ends", e);
            closed = true;
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "an event loop's poll failed", e);
        }
        wakeSleepers();
        fireTimers();
        runLater();
        runTasks();
        flushDirty();
        wakeSleepers();
        armedTimers = timers.armed();
    }

    private void fireTimers() {
        try {
            timers.advance(refresh());
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "a timer failed", e);
        }
    }

    private void runLater() {
        List<Runnable> now = later;
        later = continuing;
        continuing = now;
        for (int i = 0; i < now.size(); i++) {
            run(now.get(i));
        }
        now.clear();
    }

    private void runTasks() {
        for (int i = 0; i < MOST_TASKS_A_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            run(task);
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "a task failed on the event loop", e);
        }
    }

    private void flushDirty() {
        // What gathers meanwhile, say from onDrain, waits for the next turn: a fast reader must not starve the others.
        List<LoopTenant> now = dirty;
        dirty = flushing;
        flushing = now;
        // By index: an iterator would be an object a turn, also when there is nothing to do.
        for (int i = 0; i < now.size(); i++) {
            LoopTenant tenant = now.get(i);
            try {
                tenant.flush();
            } catch (Throwable e) {
                tenant.crashed(e);
            }
        }
        now.clear();
    }

    /**
     * Runs a task on the loop's thread, soon. For any thread.
     *
     * @throws RejectedExecutionException if the loop ends, and the task is certain not to run
     */
    @Override
    public void execute(Runnable task) {
        if (closed && !inLoop()) {
            throw new RejectedExecutionException("the event loops are closed");
        }
        tasks.add(task);
        // It may have been closed since; a task that the end has not run nobody will run.
        if (refusing && !inLoop() && tasks.remove(task)) {
            throw new RejectedExecutionException("the event loops are closed");
        }
        // Only a loop that may be asleep needs the system call, and only from the first of many threads.
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            poller.wakeup();
        }
    }

    /**
     * Runs a task in the next turn, after the sockets were looked at: for work in pieces, between which others have their turn.
     * Only for the loop's thread.
     */
    public void nextTurn(Runnable task) {
        later.add(task);
    }

    /** Whether the calling thread is this loop's. */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /** Whether the calling thread is any loop's. */
    public static boolean onAnyLoop() {
        return Thread.currentThread() instanceof LoopThread;
    }

    /** Takes a link in and calls {@code tenant} from now on. */
    public void admit(LoopTenant tenant) throws IOException {
        tenant.link().attach(poller, tenant);
        enlist(tenant);
    }

    /** Lets {@code next} take the place of {@code old}, on the same link. */
    public void replace(LoopTenant old, LoopTenant next) {
        delist(old);
        enlist(next);
        next.link().handler(next);
    }

    /** Forgets a tenant: its timer, its place, its link's handler. */
    public void dismiss(LoopTenant tenant) {
        timers.disarm(tenant);
        if (tenant.admitted) {
            delist(tenant);
        }
    }

    private void enlist(LoopTenant tenant) {
        LoopTenant first = firstTenant;
        tenant.nextTenant = first;
        if (first != null) {
            first.previousTenant = tenant;
        }
        firstTenant = tenant;
        tenant.admitted = true;
        countTenants(1);
    }

    private void delist(LoopTenant tenant) {
        LoopTenant previous = tenant.previousTenant;
        LoopTenant next = tenant.nextTenant;
        if (previous != null) {
            previous.nextTenant = next;
        } else {
            firstTenant = next;
        }
        if (next != null) {
            next.previousTenant = previous;
        }
        tenant.previousTenant = null;
        tenant.nextTenant = null;
        tenant.admitted = false;
        countTenants(-1);
    }

    private void countTenants(int change) {
        int before = tenants;
        tenants = before + change;
    }

    /** Calls an action with each tenant of an owner; the action may dismiss that one, and others too. */
    public void forEachTenant(Object owner, Consumer<LoopTenant> action) {
        List<LoopTenant> found = new ArrayList<>();
        for (LoopTenant tenant = firstTenant; tenant != null; tenant = tenant.nextTenant) {
            if (tenant.owner() == owner) {
                found.add(tenant);
            }
        }
        for (LoopTenant tenant : found) {
            if (tenant.admitted) {
                action.accept(tenant);
            }
        }
    }

    /** Has an action called when the loop ends, for what lives on it without a link, say while it looks up a name. */
    public void whenEnding(Runnable action) {
        endings.add(action);
    }

    /** Takes back {@link #whenEnding}, by identity or equality. */
    public void notWhenEnding(Runnable action) {
        endings.remove(action);
    }

    /** Has {@link LoopTenant#flush} called at the end of this turn. */
    public void flushLater(LoopTenant tenant) {
        dirty.add(tenant);
    }

    /**
     * Unparks a thread when more of what is ready was read, but before the loop waits. Waking many at once costs one call of the
     * system, and does not have each of them take the processor from the loop in the middle of its work.
     */
    public void wakeSoon(Thread sleeper) {
        if (sleeperCount == MOST_WOKEN_TOGETHER) {
            wakeSleepers();
        }
        sleepers[sleeperCount++] = sleeper;
    }

    private void wakeSleepers() {
        for (int i = 0; i < sleeperCount; i++) {
            Thread sleeper = sleepers[i];
            sleepers[i] = null;
            LockSupport.unpark(sleeper);
        }
        sleeperCount = 0;
    }

    /** Nanoseconds since the loop was made, as of the first look at the clock in this turn. */
    public long now() {
        return stale ? refresh() : now;
    }

    /** The clock as other threads see it, on the same scale as {@link #now()}. For any thread. */
    public long clockNow() {
        return clock.getAsLong() - origin;
    }

    /** Looks at the clock. */
    public long refresh() {
        stale = false;
        now = clock.getAsLong() - origin;
        return now;
    }

    /** A callback of the application begins; the watchdog looks at how long it takes. */
    public void enterCallback() {
        CALLBACKS.setOpaque(this, callbacks + 1);
    }

    /** The callback has returned. */
    public void leaveCallback() {
        CALLBACKS.setOpaque(this, callbacks + 1);
    }

    /** Counts beginnings and ends of callbacks, so it is odd within one. For any thread. */
    int callbacks() {
        return (int) CALLBACKS.getOpaque(this);
    }

    /** The thread, once it runs. For any thread. */
    @Nullable
    Thread thread() {
        return thread;
    }

    /**
     * Outgoing bytes that wait on the connections of an owner; asks the loop, but waits no longer than a second for it. For any
     * thread.
     */
    public long queuedBytes(Object owner) {
        CompletableFuture<Long> sum = new CompletableFuture<>();
        Runnable count = () -> {
            long queued = 0;
            for (LoopTenant tenant = firstTenant; tenant != null; tenant = tenant.nextTenant) {
                queued += tenant.owner() == owner ? tenant.queuedBytes() : 0;
            }
            sum.complete(queued);
        };
        if (inLoop() || closed) {
            count.run();
        } else {
            try {
                execute(count);
            } catch (RejectedExecutionException e) {
                return 0;
            }
        }
        try {
            return sum.get(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.WARNING, "an event loop does not tell what it has queued", e);
            return 0;
        }
    }

    /** The shared read buffer, cleared. */
    public ByteBuffer readBuffer() {
        return readBuffer.clear();
    }

    /** Takes the shared write buffer, if nobody has it. */
    public boolean takeCork() {
        if (corkTaken) {
            return false;
        }
        corkTaken = true;
        return true;
    }

    /** Gives the shared write buffer back. */
    public void giveCorkBack() {
        corkTaken = false;
    }

    /** The shared write buffer; only for whoever took it, who writes it out before the event ends. */
    public ByteBuffer cork() {
        return cork;
    }

    /**
     * Takes a direct buffer for the frame of a thread that writes by itself, if no other thread has it. For any thread.
     *
     * @return room for a header and {@link #SCRATCH_BYTES}, or null
     */
    public @Nullable ByteBuffer takeScratch() {
        return scratch.getAndSet(null);
    }

    /** Gives that buffer back. For any thread. */
    public void giveScratchBack(ByteBuffer taken) {
        scratch.set(taken);
    }

    /** The buffers of this loop. */
    public LoopBuffers buffers() {
        return buffers;
    }

    /** Random bytes for this loop's clients; made when the first one asks. */
    public MaskKeys masks() {
        MaskKeys present = masks;
        if (present == null) {
            present = new MaskKeys();
            masks = present;
        }
        return present;
    }

    /** The compressors of this loop. */
    public LoopDeflaters deflaters() {
        return deflaters;
    }

    /** The timers of this loop. */
    public TimerWheel timers() {
        return timers;
    }

    /** Runs computations that would hold the loop; rejects them when the loops are closed. For any thread. */
    public Executor workers() {
        return workers;
    }

    /** The poller, for listening. */
    public Poller poller() {
        return poller;
    }

    /** How many tenants live here. For any thread. */
    public int tenants() {
        return tenants;
    }

    /** How many timers were armed after the last turn. For any thread. */
    public int armedTimers() {
        return armedTimers;
    }

    /** Whether it has ended, so that nothing more is done on it. For any thread. */
    public boolean hasEnded() {
        return ended;
    }

    /** Whether it ends or has ended. For any thread. */
    boolean isClosed() {
        return closed;
    }

    /** Makes {@link #run} end after this turn. For any thread. */
    public void close() {
        closed = true;
        poller.wakeup();
    }

    /** Cuts what is left and closes the poller; {@link #run} calls it, a hand-driven loop's owner does. */
    public void end() {
        closed = true;
        runTasks();
        cutTenants();
        runEndings();
        runTasks();
        flushDirty();
        wakeSleepers();
        // What those have begun ends with the loop too, and so does what came from threads that did not know yet.
        refusing = true;
        for (int i = 0; i < MOST_ROUNDS_OF_THE_END; i++) {
            runEndings();
            cutTenants();
            if (tasks.isEmpty() && endings.isEmpty()) {
                break;
            }
            runTasks();
        }
        flushDirty();
        wakeSleepers();
        timers.disarmAll();
        armedTimers = 0;
        deflaters.close();
        ended = true;
        try {
            poller.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing the poller", e);
        }
    }

    private void cutTenants() {
        // From the front each time: what a connection's end calls may end others.
        for (LoopTenant tenant = firstTenant; tenant != null; tenant = firstTenant) {
            try {
                tenant.cut(new IOException("the event loops were closed"));
            } catch (Throwable e) {
                LOG.log(Level.ERROR, "cutting a connection failed", e);
            }
            if (tenant.admitted) {
                dismiss(tenant);
            }
        }
    }

    private void runEndings() {
        while (!endings.isEmpty()) {
            Runnable action = endings.iterator().next();
            endings.remove(action);
            try {
                action.run();
            } catch (Throwable e) {
                LOG.log(Level.ERROR, "an action at the end of an event loop failed", e);
            }
        }
    }

    /** Marks the threads of loops, so that calls that would wait can be refused on any of them. */
    static final class LoopThread extends Thread {
        LoopThread(EventLoop loop, String name, boolean daemon) {
            super(loop, name);
            setDaemon(daemon);
        }
    }
}
