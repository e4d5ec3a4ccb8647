package dev.gibbon.internal.connection;

import dev.gibbon.SendQueueFullException;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.internal.loop.EventLoop;
import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What other threads want of a connection: they leave {@link Submission}s, which the loop takes in order, and take room for
 * them in the bound of the outgoing queue first. For any thread, without locks but for those who wait for room.
 */
final class Submissions {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");
    private static final AtomicReferenceFieldUpdater<Submissions, @Nullable Submission> NEWEST =
            AtomicReferenceFieldUpdater.newUpdater(Submissions.class, Submission.class, "newest");
    private static final AtomicLongFieldUpdater<Submissions> COST =
            AtomicLongFieldUpdater.newUpdater(Submissions.class, "cost");

    private static final Runnable NOTHING = () -> {};

    private final Connection connection;

    /** The newest submission; each links to the one before it. */
    private volatile @Nullable Submission newest;

    /** The cost of what was submitted or is held back, and is not in the queue yet. */
    private volatile long cost;

    private volatile @Nullable Room room;

    Submissions(Connection connection) {
        this.connection = connection;
    }

    private Outgoing outgoing() {
        return connection.outgoing();
    }

    private ConnectionSettings settings() {
        return connection.settings();
    }

    /** What a frame counts against the bound. */
    static long costOf(long payloadBytes) {
        return payloadBytes + Outgoing.FRAME_COST;
    }

    // ---- the bound

    /** Bytes that wait in any place, with the cost of their frames. */
    long buffered() {
        while (true) {
            long mine = cost;
            long waiting = mine + outgoing().queuedCost();
            // Else what the loop moved from here to the queue between the two looks would count twice.
            if (mine == cost) {
                return waiting;
            }
        }
    }

    /** Bytes that wait here, with the cost of their frames. */
    long cost() {
        return cost;
    }

    /** Whether a message may be added; one larger than the bound is admitted to an empty queue only. */
    boolean fits(long wanted) {
        long waiting = buffered();
        return waiting == 0 || waiting + wanted <= settings().maxQueuedBytes;
    }

    /** Takes room for a submission, if there is any. */
    boolean reserve(long wanted) {
        while (true) {
            long mine = cost;
            long waiting = mine + outgoing().queuedCost();
            if (waiting != 0 && waiting + wanted > settings().maxQueuedBytes) {
                return false;
            }
            if (COST.compareAndSet(this, mine, mine + wanted)) {
                return true;
            }
        }
    }

    /**
     * Takes room for a fragment of the writer whose turn it is. What waits behind it cannot leave before it is done, so it must
     * not keep it from going on: only its own fragments and what is on its way to the socket count.
     *
     * @param pending what the writer has reserved and the loop has not taken yet
     */
    boolean reserveInTurn(long wanted, long pending) {
        long waiting = pending + outgoing().queuedCost();
        if (waiting != 0 && waiting + wanted > settings().maxQueuedBytes) {
            return false;
        }
        COST.addAndGet(this, wanted);
        return true;
    }

    /** Takes room for a submission, if there is any; who finds none is told when the queue is empty. */
    boolean tryReserve(long wanted) {
        if (reserve(wanted)) {
            return true;
        }
        oweDrain();
        // The queue may have become empty between the two; the loop looks again.
        wake();
        return false;
    }

    /** Somebody wants to know when the queue is empty. */
    void oweDrain() {
        connection.drainOwed(true);
    }

    /** Whether somebody is to be told now that the queue is empty; at most once. On the loop. */
    boolean payDrain() {
        if (!connection.drainOwed() || buffered() != 0) {
            return false;
        }
        connection.drainOwed(false);
        if (buffered() != 0) {
            // Somebody filled the queue meanwhile, and somebody else may have found it full.
            connection.drainOwed(true);
            return false;
        }
        return true;
    }

    /** Takes room without asking: for what the loop itself holds back, after it has asked {@link #fits}. */
    long reserved(long wanted) {
        COST.addAndGet(this, wanted);
        return wanted;
    }

    /** Gives room back, now that the bytes count in the queue or are written. */
    void settle(long taken) {
        if (taken != 0) {
            COST.addAndGet(this, -taken);
        }
    }

    /**
     * Takes room for a message as the policy says.
     *
     * @return false if the message is dropped
     */
    boolean admit(long wanted) {
        ConnectedSocket socket = connection.socket();
        socket.requireOpen("cannot send");
        if (reserve(wanted)) {
            return true;
        }
        switch (settings().overflow) {
            case BLOCK -> {
                if (!awaitRoom(wanted, () -> reserve(wanted), socket::isClosing)) {
                    throw socket.closedException("cannot send");
                }
                return true;
            }
            case FAIL -> throw full(wanted);
            case DROP -> {
                onLoop(() -> connection.sending().dropped(wanted));
                return false;
            }
            case CLOSE -> {
                WebSocketClosedException closed = closedForOverflow(wanted);
                onLoop(() -> connection.failForOverflow());
                throw closed;
            }
        }
        throw new IllegalStateException("no such policy: " + settings().overflow);
    }

    /**
     * Waits until there is room, and takes it.
     *
     * @param wanted how much, for the message
     * @param reservation takes the room if it is there
     * @param closed when to give up
     * @return false if that came first
     * @throws SendQueueFullException if the write timeout passed first
     */
    boolean awaitRoom(long wanted, BooleanSupplier reservation, BooleanSupplier closed) {
        if (EventLoop.onAnyLoop()) {
            throw wouldWait();
        }
        boolean[] taken = new boolean[1];
        try {
            boolean told = waitingRoom()
                    .await(
                            () -> closed.getAsBoolean() || (taken[0] = reservation.getAsBoolean()),
                            settings().writeTimeout);
            if (!told) {
                throw full(wanted);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WebSocketClosedException(
                    "interrupted while waiting for room in the outgoing queue; nothing was sent", null);
        }
        return taken[0];
    }

    private Room waitingRoom() {
        Room present = room;
        if (present == null) {
            synchronized (this) {
                present = room;
                if (present == null) {
                    present = new Room();
                    room = present;
                }
            }
        }
        return present;
    }

    /** Wakes the threads that wait for room, if any ever did. */
    void roomMade() {
        Room waiting = room;
        if (waiting != null) {
            waiting.made();
        }
    }

    SendQueueFullException full(long wanted) {
        return new SendQueueFullException(fullness(wanted));
    }

    WebSocketClosedException closedForOverflow(long wanted) {
        return new WebSocketClosedException("closed with 1013: " + fullness(wanted), null);
    }

    private String fullness(long wanted) {
        return "the outgoing queue holds " + buffered() + " bytes and has no room for " + wanted
                + " more: the bound is maxQueuedBytes " + settings().maxQueuedBytes;
    }

    static IllegalStateException wouldWait() {
        return new IllegalStateException(
                "send would wait for room, which an event loop's thread must not: use trySend, or"
                        + " another overflow policy than BLOCK");
    }

    // ---- the submissions

    /** Leaves something for the loop. */
    void submit(Submission submission) {
        while (true) {
            Submission before = newest;
            submission.next = before;
            if (NEWEST.compareAndSet(this, before, submission)) {
                if (before == null) {
                    onLoop(connection.sending());
                }
                return;
            }
        }
    }

    /** Has the loop look after the connection. */
    void wake() {
        submit(Submission.of(Submission.Kind.RUN, NOTHING));
    }

    /** Whether something is there. */
    boolean isEmpty() {
        return newest == null;
    }

    /** Takes everything: the oldest first, linked to the next. On the loop. */
    @Nullable
    Submission takeAll() {
        Submission taken = NEWEST.getAndSet(this, null);
        Submission oldest = null;
        while (taken != null) {
            Submission before = taken.next;
            taken.next = oldest;
            oldest = taken;
            taken = before;
        }
        return oldest;
    }

    /** Runs something on the connection's loop. */
    void onLoop(Runnable task) {
        try {
            connection.loop().execute(task);
        } catch (RejectedExecutionException e) {
            // The loops are closed, so the connection has ended or is about to: nothing is owed any more.
            LOG.log(Level.DEBUG, "submitted after the loops were closed", e);
        }
    }
}
