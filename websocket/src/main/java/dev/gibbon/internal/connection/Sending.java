package dev.gibbon.internal.connection;

import dev.gibbon.OverflowPolicy;
import dev.gibbon.SendQueueFullException;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.internal.message.SharedFrame;
import dev.gibbon.protocol.CloseCode;
import dev.gibbon.protocol.CloseState;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.Opcode;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The write side of a connection. On the loop's thread a message is framed at once; other threads leave {@link Submission}s,
 * which the loop takes in order. Both count against one bound in bytes.
 *
 * <p>While a {@link FragmentWriter} is open, what comes after it is held back behind it; control frames pass.
 */
final class Sending implements Runnable {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");
    private static final AtomicReferenceFieldUpdater<Sending, @Nullable Submission> SUBMITTED =
            AtomicReferenceFieldUpdater.newUpdater(Sending.class, Submission.class, "submitted");
    private static final AtomicLongFieldUpdater<Sending> SUBMITTED_COST =
            AtomicLongFieldUpdater.newUpdater(Sending.class, "submittedCost");

    private final Connection connection;
    private final Engine engine;
    private final Outgoing outgoing;
    private final ConnectionSettings settings;

    /** The newest submission; each links to the one before it. */
    @SuppressWarnings("unused")
    private volatile @Nullable Submission submitted;

    /** The cost of what was submitted or is held back, and is not in the queue yet. */
    @SuppressWarnings("unused")
    private volatile long submittedCost;

    private volatile @Nullable Room room;
    private @Nullable FragmentWriter writer;
    private @Nullable Deque<Submission> held;
    private long writerProgress;
    private long messagesSent;
    private long messagesDropped;
    private boolean closeWaits;

    Sending(Connection connection, Engine engine, Outgoing outgoing, ConnectionSettings settings) {
        this.connection = connection;
        this.engine = engine;
        this.outgoing = outgoing;
        this.settings = settings;
    }

    // ---- the bound; for any thread

    /** Bytes that wait in any place. */
    long buffered() {
        return submittedCost + outgoing.queuedCost();
    }

    /** What a frame counts against the bound. */
    static long cost(long payloadBytes) {
        return payloadBytes + Outgoing.FRAME_COST;
    }

    /** Whether a message may be added now; one larger than the bound is admitted to an empty queue only. */
    private boolean fits(long cost) {
        long waiting = buffered();
        return waiting == 0 || waiting + cost <= settings.maxQueuedBytes;
    }

    /** Takes room for a submission, if there is any. */
    boolean reserve(long cost) {
        while (true) {
            long mine = submittedCost;
            if (mine + outgoing.queuedCost() != 0 && mine + outgoing.queuedCost() + cost > settings.maxQueuedBytes) {
                return false;
            }
            if (SUBMITTED_COST.compareAndSet(this, mine, mine + cost)) {
                return true;
            }
        }
    }

    /** Where threads wait for room. */
    Room waitingRoom() {
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

    SendQueueFullException full(long cost) {
        return new SendQueueFullException("the outgoing queue holds " + buffered() + " bytes and has no room for "
                + cost + " more: the bound is maxQueuedBytes " + settings.maxQueuedBytes);
    }

    /** Leaves something for the loop. */
    void submit(Submission submission) {
        while (true) {
            Submission before = submitted;
            submission.next = before;
            if (SUBMITTED.compareAndSet(this, before, submission)) {
                if (before == null) {
                    wakeLoop();
                }
                return;
            }
        }
    }

    private void wakeLoop() {
        try {
            connection.loop().execute(this);
        } catch (RejectedExecutionException e) {
            // The loops are closed, so the connection has ended or is about to: nothing is owed any more.
            LOG.log(Level.DEBUG, "submitted after the loops were closed", e);
        }
    }

    // ---- on the loop

    /** Takes what was submitted. */
    @Override
    public void run() {
        if (submitted != null) {
            connection.inEvent(this::takeSubmissions);
        }
    }

    private void takeSubmissions() {
        Submission newest = SUBMITTED.getAndSet(this, null);
        Submission oldest = null;
        while (newest != null) {
            Submission before = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = before;
        }
        while (oldest != null) {
            Submission next = oldest.next;
            oldest.next = null;
            apply(oldest);
            oldest = next;
        }
    }

    private void apply(Submission submission) {
        switch (submission.kind) {
            case MESSAGE, SHARED, OPEN_WRITER -> {
                if (!mayStillSend()) {
                    drop(submission);
                } else if (writer != null || heldBack()) {
                    hold(submission);
                } else {
                    start(submission);
                }
            }
            case FRAGMENT -> fragment(submission);
            case CLOSE -> {
                Submission.CloseWish wish = (Submission.CloseWish) submission.requireSubject();
                connection.close(submission.code, wish.reason(), wish.cause());
            }
            case ABANDON -> abandon((FragmentWriter) submission.requireSubject());
            case ABORT -> connection.abort();
            case PING -> pingFor((Pings.Ping) submission.requireSubject());
            case PAUSE -> connection.pause(Connection.BY_APPLICATION);
            case RESUME -> connection.resume(Connection.BY_APPLICATION);
            case TAKEN -> connection.resume(Connection.BY_INBOX);
            case RUN -> ((Runnable) submission.requireSubject()).run();
            case TAP -> connection.socket().installTap((dev.gibbon.@Nullable FrameTap) submission.subject);
        }
    }

    private boolean mayStillSend() {
        return connection.isOpen() && engine.state().maySendData() && !closeWaits;
    }

    private void start(Submission submission) {
        switch (submission.kind) {
            case MESSAGE -> frame(submission.requireOpcode(), submission.requireBytes());
            case SHARED -> frame((SharedFrame) submission.requireSubject());
            case OPEN_WRITER -> {
                writer = (FragmentWriter) submission.requireSubject();
                writerProgress = connection.loop().now();
                connection.armNoLaterThan(writerProgress + settings.writerTimeout);
            }
            case CLOSE -> {
                closeWaits = false;
                writeClose(submission.code, ((Submission.CloseWish) submission.requireSubject()).reason());
            }
            default -> throw new IllegalStateException("cannot start with " + submission.kind);
        }
        settle(submission.cost);
    }

    /** A submission's reserved cost is given back, now that its bytes count in the queue or are written. */
    private void settle(long cost) {
        if (cost != 0) {
            SUBMITTED_COST.addAndGet(this, -cost);
        }
    }

    private void drop(Submission submission) {
        if (submission.kind == Submission.Kind.OPEN_WRITER) {
            ((FragmentWriter) submission.requireSubject()).fail();
        }
        // The cost stays: it is told as unsent at the end.
    }

    private boolean heldBack() {
        Deque<Submission> waiting = held;
        return waiting != null && !waiting.isEmpty();
    }

    private void hold(Submission submission) {
        Deque<Submission> waiting = held;
        if (waiting == null) {
            waiting = new ArrayDeque<>();
            held = waiting;
        }
        waiting.add(submission);
    }

    private void fragment(Submission submission) {
        FragmentWriter from = (FragmentWriter) submission.requireSubject();
        if (!connection.isOpen() || !engine.state().maySendData()) {
            from.fail();
            return;
        }
        if (from != writer) {
            // Its turn has not come; the cost stays reserved.
            from.early(submission);
            return;
        }
        writeFragment(from, submission);
        if (submission.last) {
            nextAfterWriter();
        }
    }

    private void writeFragment(FragmentWriter from, Submission submission) {
        byte[] bytes = submission.requireBytes();
        Opcode opcode = from.nextOpcode();
        ByteBuffer out = outgoing.room(engine.headerLength(bytes.length) + bytes.length);
        int before = out.position();
        engine.writeFrame(out, opcode, submission.last, false, bytes, 0, bytes.length);
        outgoing.added(out.position() - before);
        settle(submission.cost);
        writerProgress = connection.loop().now();
        connection.messageSent();
        if (submission.last) {
            messagesSent++;
        }
    }

    /** The open writer is done: what was held back behind it goes, up to the next writer that stays open. */
    private void nextAfterWriter() {
        writer = null;
        Deque<Submission> waiting = held;
        while (waiting != null && writer == null && !waiting.isEmpty()) {
            start(waiting.remove());
            FragmentWriter opened = writer;
            if (opened != null) {
                for (Submission early = opened.takeEarly(); early != null; early = opened.takeEarly()) {
                    writeFragment(opened, early);
                    if (early.last) {
                        writer = null;
                    }
                }
            }
        }
    }

    private void abandon(FragmentWriter abandoned) {
        if (connection.isOpen()) {
            abandoned.fail();
            connection.fail(1011, "a message was given up before its end", null);
        }
    }

    /** Closes when the open writer has made no progress in time. */
    void checkWriter(long now) {
        FragmentWriter open = writer;
        if (open != null && now - writerProgress >= settings.writerTimeout) {
            open.fail();
            connection.fail(1011, "a message was not finished within writerTimeout", null);
        }
    }

    long writerDeadline() {
        return writer == null || !engine.state().maySendData()
                ? Long.MAX_VALUE
                : writerProgress + settings.writerTimeout;
    }

    // ---- messages

    /** Sends a payload that lies in a buffer. On the loop. */
    SendResult send(Opcode opcode, ByteBuffer payload, int offset, int length, boolean obeyPolicy) {
        SendResult refused = admit(cost(length), obeyPolicy);
        if (refused != null) {
            return refused;
        }
        if (writer != null) {
            byte[] copy = new byte[length];
            payload.get(offset, copy);
            hold(Submission.message(opcode, copy, reserved(cost(length))));
            return SendResult.ACCEPTED;
        }
        if (!settings.role.masksOutgoing() && outgoing.writesThrough(length)) {
            ByteBuffer out = outgoing.room(engine.headerLength(length));
            int before = out.position();
            engine.writeHeader(out, opcode, true, false, length);
            int header = out.position() - before;
            if (outgoing.writesThrough(length)) {
                connection.socket().tapPayload(payload, offset, length);
                outgoing.writeThrough(payload, offset, length);
                sent();
                return SendResult.ACCEPTED;
            }
            outgoing.added(header);
            ByteBuffer rest = outgoing.room(length);
            connection.socket().tapPayload(payload, offset, length);
            rest.put(rest.position(), payload, offset, length);
            rest.position(rest.position() + length);
            outgoing.added(length);
            sent();
            return SendResult.ACCEPTED;
        }
        ByteBuffer out = outgoing.room(engine.headerLength(length) + length);
        int before = out.position();
        engine.writeFrame(out, opcode, true, false, payload, offset, length);
        outgoing.added(out.position() - before);
        sent();
        return SendResult.ACCEPTED;
    }

    /** Sends a payload of its own. On the loop. */
    SendResult send(Opcode opcode, byte[] payload, boolean obeyPolicy) {
        if (payload.length >= LARGE) {
            return send(opcode, ByteBuffer.wrap(payload), 0, payload.length, obeyPolicy);
        }
        SendResult refused = admit(cost(payload.length), obeyPolicy);
        if (refused != null) {
            return refused;
        }
        if (writer != null) {
            hold(Submission.message(opcode, payload, reserved(cost(payload.length))));
        } else {
            frame(opcode, payload);
        }
        return SendResult.ACCEPTED;
    }

    private static final int LARGE = 64 << 10;

    /** Sends a shared frame. On the loop. */
    SendResult send(SharedFrame shared, boolean obeyPolicy) {
        long cost = cost(shared.message().size());
        SendResult refused = admit(cost, obeyPolicy);
        if (refused != null) {
            return refused;
        }
        if (writer != null) {
            hold(Submission.shared(shared, reserved(cost)));
        } else {
            frame(shared);
        }
        return SendResult.ACCEPTED;
    }

    private void frame(Opcode opcode, byte[] payload) {
        ByteBuffer out = outgoing.room(engine.headerLength(payload.length) + payload.length);
        int before = out.position();
        engine.writeFrame(out, opcode, true, false, payload, 0, payload.length);
        outgoing.added(out.position() - before);
        sent();
    }

    private void frame(SharedFrame shared) {
        if (settings.role.masksOutgoing() || connection.socket().tapped()) {
            frame(
                    shared.message().isText() ? Opcode.TEXT : Opcode.BINARY,
                    shared.message().payload());
        } else {
            outgoing.share(shared.frame());
            sent();
        }
    }

    private void sent() {
        messagesSent++;
        connection.messageSent();
    }

    private long reserved(long cost) {
        SUBMITTED_COST.addAndGet(this, cost);
        return cost;
    }

    /** Sends to a member of a group, who cannot make the sender wait: what the policy cannot do for it becomes 1013. */
    void sendToMember(SharedFrame shared) {
        if (send(shared, false) == SendResult.FULL) {
            switch (settings.overflow) {
                case DROP, FAIL -> dropped(cost(shared.message().size()));
                case BLOCK, CLOSE -> connection.fail(1013, "the outgoing queue is full", null);
            }
        }
    }

    /** Null if a message may go now; else what is to be answered, unless the policy throws. */
    private @Nullable SendResult admit(long cost, boolean obeyPolicy) {
        if (submitted != null) {
            // What other threads left before this call comes first.
            takeSubmissions();
        }
        if (!mayStillSend()) {
            if (obeyPolicy) {
                throw connection.socket().closedException("cannot send");
            }
            return SendResult.CLOSED;
        }
        if (fits(cost)) {
            return null;
        }
        if (!obeyPolicy) {
            return SendResult.FULL;
        }
        return overflow(cost);
    }

    private SendResult overflow(long cost) {
        switch (settings.overflow) {
            case BLOCK ->
                throw new IllegalStateException("send would wait for room, which an event loop's thread must not:"
                        + " use trySend, or another overflow policy than BLOCK");
            case FAIL -> throw full(cost);
            case DROP -> {
                dropped(cost);
                return SendResult.ACCEPTED;
            }
            case CLOSE -> {
                WebSocketClosedException closed = new WebSocketClosedException(
                        "closed with 1013: " + full(cost).getMessage(), null);
                connection.fail(1013, "the outgoing queue is full", closed);
                throw closed;
            }
        }
        throw new IllegalStateException("no such policy: " + settings.overflow);
    }

    /** A message is dropped by policy. On the loop. */
    void dropped(long cost) {
        if (messagesDropped++ == 0) {
            LOG.log(
                    Level.WARNING,
                    "{0}: messages are dropped, the outgoing queue is full; maxQueuedBytes is {1} (logged once a"
                            + " connection)",
                    connection,
                    settings.maxQueuedBytes);
        }
        ConnectionEvents.dropped(connection, cost);
    }

    // ---- control frames

    /** Pays for a ping. */
    void pong(ByteBuffer payload, int offset, int length) {
        if (engine.state() == CloseState.OPEN || engine.state() == CloseState.CLOSE_SENT) {
            control(Opcode.PONG, payload, offset, length);
        }
    }

    /** Sends a ping. */
    void ping(byte[] payload) {
        if (engine.state().maySendControl()) {
            control(Opcode.PING, ByteBuffer.wrap(payload), 0, payload.length);
        }
    }

    private void pingFor(Pings.Ping ping) {
        if (!connection.isOpen() || !engine.state().maySendControl()) {
            ping.fail(connection.socket().closedException("cannot ping"));
            return;
        }
        ping(connection.socket().pings().sending(ping, connection.loop().refresh()));
    }

    private void control(Opcode opcode, ByteBuffer payload, int offset, int length) {
        int size = engine.headerLength(length) + length;
        if (outgoing.isQueued()) {
            ByteBuffer frame = ByteBuffer.allocate(size);
            engine.writeFrame(frame, opcode, true, false, payload, offset, length);
            outgoing.urgent(frame.array(), opcode == Opcode.PONG);
            return;
        }
        ByteBuffer out = outgoing.room(size);
        engine.writeFrame(out, opcode, true, false, payload, offset, length);
        outgoing.added(size);
    }

    /** Sends our Close behind what is queued, and behind an open writer. */
    void close(int code, String reason) {
        if (submitted != null) {
            takeSubmissions();
        }
        if (writer != null) {
            closeWaits = true;
            Submission close = Submission.close(code, reason, null);
            hold(close);
        } else {
            writeClose(code, reason);
        }
    }

    /** Sends our Close behind what is queued; an open writer and what it holds back are given up. */
    void closeAtOnce(int code, String reason) {
        if (submitted != null) {
            takeSubmissions();
        }
        if (!engine.state().maySendClose()) {
            // One of those was a close of the application's own.
            return;
        }
        closeWaits = false;
        writeClose(code, reason);
        failWriters();
    }

    private void writeClose(int code, String reason) {
        ByteBuffer out = outgoing.room(engine.headerLength(125) + 125);
        int before = out.position();
        engine.writeClose(out, code, reason);
        outgoing.added(out.position() - before);
        connection.closeSent(code == CloseCode.NO_STATUS ? 1005 : code, reason);
    }

    /** Whether our Close waits behind an open writer. */
    boolean closeWaits() {
        return closeWaits;
    }

    // ---- the end

    /** The connection has ended: whoever waits is told. */
    void ended() {
        if (submitted != null) {
            takeSubmissions();
        }
        failWriters();
        roomMade();
    }

    private void failWriters() {
        FragmentWriter open = writer;
        writer = null;
        if (open != null) {
            open.fail();
        }
        Deque<Submission> waiting = held;
        held = null;
        if (waiting != null) {
            for (Submission submission : waiting) {
                if (submission.kind == Submission.Kind.OPEN_WRITER) {
                    ((FragmentWriter) submission.requireSubject()).fail();
                }
            }
        }
    }

    /** Bytes taken for sending that never reached the queue. */
    long unsent() {
        return submittedCost;
    }

    /** Wakes the threads that wait for room, if some was made. */
    void roomMade() {
        Room waiting = room;
        if (waiting != null) {
            waiting.made();
        }
    }

    long messagesSent() {
        return messagesSent;
    }

    long messagesDropped() {
        return messagesDropped;
    }

    /** The policy at the bound. */
    OverflowPolicy policy() {
        return settings.overflow;
    }
}
