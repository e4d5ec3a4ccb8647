package dev.gibbon.internal.connection;

import dev.gibbon.Compression;
import dev.gibbon.FrameTap;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.internal.message.OwnedMessage;
import dev.gibbon.internal.message.SharedFrame;
import dev.gibbon.protocol.CloseCode;
import dev.gibbon.protocol.CloseState;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.Opcode;
import dev.gibbon.protocol.deflate.DeflateParameters;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The write side of a connection: frames messages and control frames at once, and does what other threads submitted, in
 * order. While a {@link FragmentWriter} is open, what comes after it is held back behind it; control frames pass. Only for
 * the loop's thread.
 */
final class Sending implements Runnable {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    private final Connection connection;
    private @Nullable Writers writers;
    private @Nullable Deflating deflating;
    private long messagesSent;
    private long messagesDropped;
    private boolean closeWaits;
    private boolean taking;

    /** Taken from the submissions and not done yet; not null outside {@link #takeSubmissions} only if one of them failed. */
    private @Nullable Submission taken;

    Sending(Connection connection) {
        this.connection = connection;
    }

    private Engine engine() {
        return connection.engine();
    }

    private Outgoing outgoing() {
        return connection.outgoing();
    }

    private ConnectionSettings settings() {
        return connection.settings();
    }

    private Submissions submissions() {
        return connection.submissions();
    }

    // ---- what other threads left

    /** Takes what was submitted. */
    @Override
    public void run() {
        if (!submissions().isEmpty()) {
            // What the same threads sent to groups before is not to be overtaken, least of all by a Close.
            connection.socket().takeFromGroups();
            connection.inEvent(this::takeSubmissions);
        }
    }

    private void takeSubmissions() {
        if (taking) {
            // Called from one of them: those behind it come in their turn, and newer ones behind those.
            return;
        }
        taking = true;
        outgoing().reclaim();
        try {
            applyTaken();
            taken = submissions().takeAll();
            applyTaken();
        } finally {
            taking = false;
        }
    }

    private void applyTaken() {
        for (Submission submission = taken; submission != null; submission = taken) {
            taken = submission.next;
            submission.next = null;
            apply(submission);
        }
    }

    private void apply(Submission submission) {
        switch (submission.kind) {
            case MESSAGE, SHARED, OPEN_WRITER -> {
                if (!mayStillSend()) {
                    drop(submission);
                } else if (busyWriting()) {
                    writers().hold(submission);
                } else {
                    start(submission);
                }
            }
            case FRAGMENT -> writers().fragment(submission);
            case CLOSE -> {
                Submission.CloseWish wish = (Submission.CloseWish) submission.requireSubject();
                connection.ending().close(submission.code, wish.reason(), wish.cause());
            }
            case ABANDON -> abandon((FragmentWriter) submission.requireSubject());
            case ABORT -> connection.ending().abort();
            case PING -> pingFor((Pings.Ping) submission.requireSubject());
            case PAUSE -> connection.pause(Connection.BY_APPLICATION);
            case RESUME -> connection.resume(Connection.BY_APPLICATION);
            case TAKEN -> connection.resume(Connection.BY_INBOX);
            case RUN -> ((Runnable) submission.requireSubject()).run();
            case TAP -> connection.socket().installTap((FrameTap) submission.subject);
        }
    }

    private boolean mayStillSend() {
        return connection.isOpen() && engine().state().maySendData() && !closeWaits;
    }

    /** Does what was submitted, or held back behind a writer. */
    void start(Submission submission) {
        switch (submission.kind) {
            case MESSAGE ->
                frame(submission.requireOpcode(), ByteBuffer.wrap(submission.requireBytes()), submission.compression);
            case SHARED -> frame((SharedFrame) submission.requireSubject());
            case OPEN_WRITER -> writers().open((FragmentWriter) submission.requireSubject());
            case CLOSE -> {
                closeWaits = false;
                writeClose(submission.code, ((Submission.CloseWish) submission.requireSubject()).reason());
            }
            default -> throw new IllegalStateException("cannot start with " + submission.kind);
        }
        submissions().settle(submission.cost);
    }

    private static void drop(Submission submission) {
        // The cost stays reserved: it is told as unsent at the end.
        if (submission.kind == Submission.Kind.OPEN_WRITER) {
            ((FragmentWriter) submission.requireSubject()).fail();
        }
    }

    // ---- streamed messages

    private Writers writers() {
        Writers present = writers;
        if (present == null) {
            present = new Writers(connection, this);
            writers = present;
        }
        return present;
    }

    /** Whether a message of any thread may go out now, before anything else. */
    boolean isIdle() {
        return outgoing().isIdle()
                && taken == null
                && engine().state() == CloseState.OPEN
                && !busyWriting()
                && !closeWaits
                && !connection.socket().tapped();
    }

    private boolean busyWriting() {
        Writers present = writers;
        return present != null && present.busy();
    }

    void fragmentSent(Submission fragment) {
        submissions().settle(fragment.cost);
        connection.deadlines().messageSent();
        if (fragment.last) {
            messagesSent++;
        }
    }

    private void abandon(FragmentWriter abandoned) {
        if (connection.isOpen()) {
            abandoned.fail();
            connection.ending().fail(1011, "a message was given up before its end", null);
        }
    }

    /** Closes when an open writer has made no progress in time. */
    void checkWriter(long now) {
        Writers present = writers;
        if (present != null) {
            present.check(now);
        }
    }

    long writerDeadline() {
        Writers present = writers;
        return present == null ? Long.MAX_VALUE : present.deadline();
    }

    // ---- messages

    /** Sends a payload that lies in a buffer. On the loop. */
    SendResult send(
            Opcode opcode, ByteBuffer payload, int offset, int length, Compression compression, boolean obeyPolicy) {
        SendResult refused = admit(Submissions.costOf(length), obeyPolicy);
        if (refused != null) {
            return refused;
        }
        if (busyWriting()) {
            byte[] copy = new byte[length];
            payload.get(offset, copy);
            hold(opcode, copy, compression);
        } else {
            frame(opcode, payload, offset, length, compression);
        }
        return SendResult.ACCEPTED;
    }

    /** Sends a payload of its own. On the loop. */
    SendResult send(Opcode opcode, byte[] payload, Compression compression, boolean obeyPolicy) {
        SendResult refused = admit(Submissions.costOf(payload.length), obeyPolicy);
        if (refused != null) {
            return refused;
        }
        if (busyWriting()) {
            hold(opcode, payload, compression);
        } else {
            frame(opcode, ByteBuffer.wrap(payload), compression);
        }
        return SendResult.ACCEPTED;
    }

    private void hold(Opcode opcode, byte[] payload, Compression compression) {
        long cost = submissions().reserved(Submissions.costOf(payload.length));
        writers().hold(Submission.message(opcode, payload, compression, cost));
    }

    /** Sends a shared frame. On the loop. */
    SendResult send(SharedFrame shared, boolean obeyPolicy) {
        long cost = Submissions.costOf(bytesOf(shared).payloadLength());
        SendResult refused = admit(cost, obeyPolicy);
        if (refused != null) {
            return refused;
        }
        sendAdmitted(shared);
        return SendResult.ACCEPTED;
    }

    private void sendAdmitted(SharedFrame shared) {
        if (busyWriting()) {
            long cost = Submissions.costOf(bytesOf(shared).payloadLength());
            writers().hold(Submission.shared(shared, submissions().reserved(cost)));
        } else {
            frame(shared);
        }
    }

    private void frame(Opcode opcode, ByteBuffer payload, Compression compression) {
        frame(opcode, payload, payload.position(), payload.remaining(), compression);
    }

    private void frame(Opcode opcode, ByteBuffer payload, int offset, int length, Compression compression) {
        ByteBuffer deflated =
                deflates(compression, length) ? deflating().whole(payload, offset, length, compression) : null;
        if (deflated == null) {
            write(opcode, false, payload, offset, length);
        } else {
            write(opcode, true, deflated, 0, deflated.limit());
            connection.loop().buffers().release(deflated);
        }
        sent();
    }

    /** Writes a message as one frame. */
    private void write(Opcode opcode, boolean rsv1, ByteBuffer payload, int offset, int length) {
        boolean masks = settings().role.masksOutgoing();
        // An observer sees a masked payload where it lies masked in one piece.
        if (!(masks && connection.socket().tapped())
                && outgoing().writesThrough(engine().headerLength(length), length)) {
            ByteBuffer header = outgoing().room(engine().headerLength(length));
            if (masks) {
                outgoing()
                        .writeMasked(
                                payload,
                                offset,
                                length,
                                engine().writeMaskedHeader(header, opcode, true, rsv1, length));
            } else {
                engine().writeHeader(header, opcode, true, rsv1, length);
                connection.socket().tapPayload(payload, offset, length);
                outgoing().writeThrough(payload, offset, length);
            }
            return;
        }
        ByteBuffer out = outgoing().room(engine().headerLength(length) + length);
        int before = out.position();
        engine().writeFrame(out, opcode, true, rsv1, payload, offset, length);
        outgoing().added(out.position() - before);
    }

    private void frame(SharedFrame shared) {
        SharedFrame.Bytes bytes = bytesOf(shared);
        if (settings().role.masksOutgoing() || connection.socket().tapped()) {
            Opcode opcode = shared.message().isText() ? Opcode.TEXT : Opcode.BINARY;
            write(opcode, bytes.deflated(), bytes.frame(), bytes.payloadOffset(), bytes.payloadLength());
        } else {
            outgoing().share(bytes.frame());
        }
        if (bytes.deflated()) {
            deflating().sentShared(shared.message().size(), bytes.payloadLength());
        }
        sent();
    }

    /** The bytes of a shared message for this connection, and for all that agreed on the same. */
    private SharedFrame.Bytes bytesOf(SharedFrame shared) {
        OwnedMessage message = shared.message();
        return deflates(message.compression(), message.size()) ? deflating().shared(shared) : shared.plain();
    }

    // ---- compression

    /** Whether a message of this size is to be compressed. */
    boolean deflates(Compression compression, int length) {
        return connection.extensions().deflate() != null
                && switch (compression) {
                    case AUTO -> length >= settings().deflate.threshold();
                    case ALWAYS -> true;
                    case NEVER -> false;
                };
    }

    /** What was compressed so far, if anything was. For any thread, as a look at a moment. */
    @Nullable
    Deflating deflatingSoFar() {
        return deflating;
    }

    Deflating deflating() {
        Deflating present = deflating;
        if (present == null) {
            DeflateParameters agreed = connection.extensions().deflate();
            if (agreed == null) {
                throw new IllegalStateException("compression was not agreed on");
            }
            present = new Deflating(connection.loop(), settings(), agreed);
            deflating = present;
        }
        return present;
    }

    private void sent() {
        messagesSent++;
        connection.deadlines().messageSent();
    }

    /**
     * Sends to a member of a group: in one write, if nothing stands in the way.
     *
     * @param frames those of the messages as they are without compression, gathered; null if they were too large for that
     */
    void sendToMember(List<SharedFrame> messages, @Nullable ByteBuffer frames) {
        if (frames != null && goesAtOnce(messages)) {
            outgoing().writeWhole(frames);
            messagesSent += messages.size();
            connection.deadlines().messageSent();
            return;
        }
        for (int i = 0; i < messages.size(); i++) {
            sendToMember(messages.get(i));
        }
    }

    private boolean goesAtOnce(List<SharedFrame> messages) {
        if (!outgoing().isClear()
                || taken != null
                || submissions().cost() != 0
                || !mayStillSend()
                || busyWriting()
                || settings().role.masksOutgoing()
                || connection.socket().tapped()) {
            return false;
        }
        for (int i = 0; i < messages.size(); i++) {
            OwnedMessage message = messages.get(i).message();
            if (deflates(message.compression(), message.size())) {
                return false;
            }
        }
        return true;
    }

    /** Sends to a member of a group, who cannot make the sender wait: what the policy cannot do for it becomes 1013. */
    private void sendToMember(SharedFrame shared) {
        // What was submitted to the connection before is done; what is there now came later.
        SendResult refused = judge(Submissions.costOf(bytesOf(shared).payloadLength()), false);
        if (refused == null) {
            sendAdmitted(shared);
        } else if (refused == SendResult.FULL) {
            switch (settings().overflow) {
                case DROP, FAIL -> dropped(Submissions.costOf(bytesOf(shared).payloadLength()));
                case BLOCK, CLOSE -> connection.failForOverflow();
            }
        }
    }

    /** Null if a message may go now; else what is to be answered, unless the policy throws. */
    private @Nullable SendResult admit(long cost, boolean obeyPolicy) {
        if (!submissions().isEmpty()) {
            // What other threads left before this call comes first.
            takeSubmissions();
        }
        return judge(cost, obeyPolicy);
    }

    private @Nullable SendResult judge(long cost, boolean obeyPolicy) {
        if (!mayStillSend()) {
            if (obeyPolicy) {
                throw connection.socket().closedException("cannot send");
            }
            return SendResult.CLOSED;
        }
        if (submissions().fits(cost)) {
            return null;
        }
        if (!obeyPolicy) {
            submissions().oweDrain();
            return SendResult.FULL;
        }
        return overflow(cost);
    }

    private SendResult overflow(long cost) {
        switch (settings().overflow) {
            case BLOCK -> throw Submissions.wouldWait();
            case FAIL -> throw submissions().full(cost);
            case DROP -> {
                dropped(cost);
                return SendResult.ACCEPTED;
            }
            case CLOSE -> {
                WebSocketClosedException closed = submissions().closedForOverflow(cost);
                connection.failForOverflow();
                throw closed;
            }
        }
        throw new IllegalStateException("no such policy: " + settings().overflow);
    }

    /** A message is dropped by policy. On the loop. */
    void dropped(long cost) {
        if (messagesDropped++ == 0) {
            LOG.log(
                    Level.WARNING,
                    "{0}: messages are dropped, the outgoing queue is full; maxQueuedBytes is {1} (logged once a"
                            + " connection)",
                    connection,
                    settings().maxQueuedBytes);
        }
        ConnectionEvents.dropped(connection, cost);
    }

    // ---- control frames

    /** Pays for a ping. */
    void pong(ByteBuffer payload, int offset, int length) {
        if (engine().state() == CloseState.OPEN || engine().state() == CloseState.CLOSE_SENT) {
            control(Opcode.PONG, payload, offset, length);
        }
    }

    /** Sends a ping. */
    void ping(byte[] payload) {
        if (engine().state().maySendControl()) {
            control(Opcode.PING, ByteBuffer.wrap(payload), 0, payload.length);
        }
    }

    private void pingFor(Pings.Ping ping) {
        if (!connection.isOpen() || !engine().state().maySendControl()) {
            ping.fail(connection.socket().closedException("cannot ping"));
            return;
        }
        ping(connection.socket().pings().sending(ping, connection.loop().refresh()));
    }

    private void control(Opcode opcode, ByteBuffer payload, int offset, int length) {
        int size = engine().headerLength(length) + length;
        if (outgoing().isQueued()) {
            ByteBuffer frame = ByteBuffer.allocate(size);
            engine().writeFrame(frame, opcode, true, false, payload, offset, length);
            outgoing().urgent(frame.array(), opcode == Opcode.PONG);
            return;
        }
        ByteBuffer out = outgoing().room(size);
        engine().writeFrame(out, opcode, true, false, payload, offset, length);
        outgoing().added(size);
    }

    /** Sends our Close behind what is queued, and behind an open writer. */
    void close(int code, String reason) {
        if (!submissions().isEmpty()) {
            takeSubmissions();
        }
        if (busyWriting()) {
            closeWaits = true;
            Submission close = Submission.close(code, reason, null);
            writers().hold(close);
        } else {
            writeClose(code, reason);
        }
    }

    /** Sends our Close behind what is queued; an open writer and what it holds back are given up. */
    void closeAtOnce(int code, String reason) {
        if (!submissions().isEmpty()) {
            takeSubmissions();
        }
        if (!engine().state().maySendClose()) {
            // One of those was a close of the application's own.
            return;
        }
        closeWaits = false;
        writeClose(code, reason);
        failWriters();
    }

    private void writeClose(int code, String reason) {
        ByteBuffer out = outgoing().room(engine().headerLength(125) + 125);
        int before = out.position();
        engine().writeClose(out, code, reason);
        outgoing().added(out.position() - before);
        connection.ending().closeSent(code == CloseCode.NO_STATUS ? 1005 : code, reason);
    }

    /** Whether our Close waits behind an open writer. */
    boolean closeWaits() {
        return closeWaits;
    }

    // ---- the end

    /** The connection has ended: whoever waits is told. */
    void ended() {
        takeSubmissions();
        failWriters();
        Deflating present = deflating;
        if (present != null) {
            present.release();
        }
    }

    private void failWriters() {
        Writers present = writers;
        if (present != null) {
            present.fail();
        }
    }

    long messagesSent() {
        return messagesSent;
    }

    long messagesDropped() {
        return messagesDropped;
    }
}
