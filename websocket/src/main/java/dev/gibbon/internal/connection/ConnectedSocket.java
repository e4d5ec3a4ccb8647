package dev.gibbon.internal.connection;

import dev.gibbon.AttributeKey;
import dev.gibbon.CloseInfo;
import dev.gibbon.Compression;
import dev.gibbon.ConnectionStats;
import dev.gibbon.FrameTap;
import dev.gibbon.HandshakeRequest;
import dev.gibbon.HandshakeResponse;
import dev.gibbon.Message;
import dev.gibbon.MessageStream;
import dev.gibbon.MessageWriter;
import dev.gibbon.PreparedMessage;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketException;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.message.BorrowedMessage;
import dev.gibbon.internal.message.OwnedMessage;
import dev.gibbon.internal.message.SharedFrame;
import dev.gibbon.protocol.CloseCode;
import dev.gibbon.protocol.Opcode;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The face of a connection, for any thread: does a thing at once when called on the connection's loop, else leaves it there as
 * a submission. Holds what other threads may look at.
 */
public final class ConnectedSocket implements WebSocket {
    /** RFC 6455, 5.5: a control frame has at most 125 bytes, of which a Close's code takes two. */
    private static final int MAX_REASON_BYTES = 123;

    private final Connection connection;
    private final HandshakeRequest request;
    private final @Nullable String subprotocol;
    private volatile @Nullable CloseInfo info;
    private volatile @Nullable CompletableFuture<CloseInfo> closed;
    private volatile @Nullable Extras extras;
    private volatile boolean closing;
    /** The application was told of the end. Guarded by this. */
    private boolean told;

    /** What many connections never have, so that an idle one does not pay for it. Made when the first of it comes. */
    private static final class Extras {
        /** Guarded by the socket. */
        @Nullable
        Map<AttributeKey<?>, Object> attributes;

        /** Of a client; set before the connection is open. */
        @Nullable
        HandshakeResponse response;

        /** Of the blocking style. */
        volatile @Nullable Inbox inbox;

        // These are the loop's.
        @Nullable
        Pings pings;

        @Nullable
        TapRecorder tap;

        @Nullable
        List<Members> memberships;

        @Nullable
        List<CompletableFuture<@Nullable Void>> drains;
    }

    ConnectedSocket(Connection connection, HandshakeRequest request, @Nullable String subprotocol) {
        this.connection = connection;
        this.request = request;
        this.subprotocol = subprotocol;
    }

    private Extras extras() {
        Extras present = extras;
        if (present == null) {
            synchronized (this) {
                present = extras;
                if (present == null) {
                    present = new Extras();
                    extras = present;
                }
            }
        }
        return present;
    }

    // ---- sending

    @Override
    public void send(String text) {
        byte[] utf8 = OwnedMessage.utf8(text);
        if (connection.loop().inLoop()) {
            connection.sending().send(Opcode.TEXT, utf8, Compression.AUTO, true);
        } else {
            send(Opcode.TEXT, utf8, Compression.AUTO);
        }
    }

    @Override
    public void send(ByteBuffer binary) {
        if (connection.loop().inLoop()) {
            connection
                    .sending()
                    .send(Opcode.BINARY, binary, binary.position(), binary.remaining(), Compression.AUTO, true);
        } else {
            send(Opcode.BINARY, copyOf(binary), Compression.AUTO);
        }
    }

    @Override
    public void send(Message message) {
        Opcode opcode = message.isText() ? Opcode.TEXT : Opcode.BINARY;
        if (!connection.loop().inLoop()) {
            send(opcode, bytesOf(message), message.compression());
        } else if (message instanceof BorrowedMessage borrowed) {
            connection
                    .sending()
                    .send(opcode, borrowed.buffer(), borrowed.offset(), borrowed.size(), Compression.AUTO, true);
        } else {
            connection.sending().send(opcode, bytesOf(message), message.compression(), true);
        }
    }

    @Override
    public void send(PreparedMessage message) {
        SharedFrame shared = (SharedFrame) message;
        if (connection.loop().inLoop()) {
            connection.sending().send(shared, true);
            return;
        }
        long cost = Submissions.costOf(shared.message().size());
        if (connection.submissions().admit(cost)) {
            connection.submissions().submit(Submission.shared(shared, cost));
        }
    }

    @Override
    public SendResult trySend(Message message) {
        Opcode opcode = message.isText() ? Opcode.TEXT : Opcode.BINARY;
        if (connection.loop().inLoop()) {
            return message instanceof BorrowedMessage borrowed
                    ? connection
                            .sending()
                            .send(
                                    opcode,
                                    borrowed.buffer(),
                                    borrowed.offset(),
                                    borrowed.size(),
                                    Compression.AUTO,
                                    false)
                    : connection.sending().send(opcode, bytesOf(message), message.compression(), false);
        }
        if (isClosing()) {
            return SendResult.CLOSED;
        }
        Lending lending = connection.lending();
        if (lending != null && lending.answer(opcode, bytesOf(message), message.compression())) {
            return SendResult.ACCEPTED;
        }
        long cost = Submissions.costOf(message.size());
        if (!connection.submissions().tryReserve(cost)) {
            return SendResult.FULL;
        }
        connection.submissions().submit(Submission.message(opcode, bytesOf(message), message.compression(), cost));
        return SendResult.ACCEPTED;
    }

    @Override
    public SendResult trySend(PreparedMessage message) {
        SharedFrame shared = (SharedFrame) message;
        if (connection.loop().inLoop()) {
            return connection.sending().send(shared, false);
        }
        if (isClosing()) {
            return SendResult.CLOSED;
        }
        long cost = Submissions.costOf(shared.message().size());
        if (!connection.submissions().tryReserve(cost)) {
            return SendResult.FULL;
        }
        connection.submissions().submit(Submission.shared(shared, cost));
        return SendResult.ACCEPTED;
    }

    private void send(Opcode opcode, byte[] payload, Compression compression) {
        Lending lending = connection.lending();
        if (lending != null) {
            requireOpen("cannot send");
            if (lending.answer(opcode, payload, compression)) {
                return;
            }
        }
        long cost = Submissions.costOf(payload.length);
        if (connection.submissions().admit(cost)) {
            connection.submissions().submit(Submission.message(opcode, payload, compression, cost));
        }
    }

    /** Takes room for a fragment of a streamed message, which goes on while a Close waits behind it. */
    void reserveForWriter(long cost, FragmentWriter writer) throws IOException {
        if (!writer.tryReserve(cost)) {
            awaitRoomForWriter(cost, writer);
        }
    }

    private void awaitRoomForWriter(long cost, FragmentWriter writer) throws IOException {
        if (EventLoop.onAnyLoop()) {
            throw new IOException("the outgoing queue is full, and an event loop's thread must not wait: write large"
                    + " messages from another thread");
        }
        try {
            Submissions submissions = connection.submissions();
            if (!submissions.awaitRoom(cost, () -> writer.tryReserve(cost), () -> info != null || writer.hasFailed())) {
                throw new IOException("the connection closed before the message was complete");
            }
        } catch (WebSocketException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Does something at once on the loop, else leaves it there. */
    void submitOrRun(Submission submission) {
        connection.submissions().submit(submission);
        if (connection.loop().inLoop()) {
            connection.sending().run();
        }
    }

    @Override
    public MessageWriter writer(boolean text, Compression compression) {
        Objects.requireNonNull(compression);
        requireOpen("cannot open a writer");
        FragmentWriter writer = new FragmentWriter(connection, text, compression);
        submitOrRun(Submission.of(Submission.Kind.OPEN_WRITER, writer));
        return writer;
    }

    private static byte[] copyOf(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return copy;
    }

    /** The payload as an array: an owned message's own, which is never changed; a borrowed one's copy. */
    private static byte[] bytesOf(Message message) {
        return message instanceof OwnedMessage owned ? owned.payload() : message.toByteArray();
    }

    // ---- receiving

    private Inbox inbox() {
        Extras held = extras;
        Inbox present = held == null ? null : held.inbox;
        if (present == null) {
            throw new IllegalStateException(
                    "receive is for the blocking style: this connection's messages go to its listener");
        }
        if (EventLoop.onAnyLoop()) {
            throw new IllegalStateException(
                    "receive would wait, which an event loop's thread must not: use a listener");
        }
        return present;
    }

    @Override
    public Message receive() throws InterruptedException {
        Message message = inbox().take(Long.MAX_VALUE);
        if (message == null) {
            throw new IllegalStateException("an unlimited wait ended without a message");
        }
        return message;
    }

    @Override
    public Optional<Message> receive(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(inbox().take(Math.max(0, nanos(timeout))));
    }

    @Override
    public MessageStream receiveStream() throws InterruptedException {
        return inbox().takeStream();
    }

    @Override
    public Iterator<Message> iterator() {
        return new MessageIterator(this, inbox());
    }

    void inbox(Inbox fed) {
        extras().inbox = fed;
    }

    // ---- liveness and flow

    @Override
    public CompletionStage<Duration> ping() {
        Pings.Ping ping = new Pings.Ping();
        if (isClosing()) {
            ping.fail(closedException("cannot ping"));
        } else {
            submitOrRun(Submission.of(Submission.Kind.PING, ping));
        }
        return ping.roundTrip.minimalCompletionStage();
    }

    /** The pings that wait. On the loop. */
    Pings pings() {
        Extras held = extras();
        Pings present = held.pings;
        if (present == null) {
            present = new Pings();
            held.pings = present;
        }
        return present;
    }

    /** A pong came; of the library's own pings nobody needs to know. On the loop. */
    void ponged(ByteBuffer payload, int offset, int length, long now) {
        Extras held = extras;
        if (held != null && held.pings != null) {
            held.pings.ponged(payload, offset, length, now);
        }
    }

    @Override
    public void pause() {
        if (connection.loop().inLoop()) {
            connection.pause(Connection.BY_APPLICATION);
        } else if (info == null) {
            connection.submissions().submit(Submission.of(Submission.Kind.PAUSE));
        }
    }

    @Override
    public void resume() {
        if (connection.loop().inLoop()) {
            connection.resume(Connection.BY_APPLICATION);
        } else if (info == null) {
            connection.submissions().submit(Submission.of(Submission.Kind.RESUME));
        }
    }

    @Override
    public long bufferedBytes() {
        return info != null ? 0 : connection.submissions().buffered();
    }

    @Override
    public CompletionStage<@Nullable Void> drained() {
        CompletableFuture<@Nullable Void> waiting = new CompletableFuture<>();
        if (info == null) {
            submitOrRun(Submission.of(Submission.Kind.RUN, (Runnable) () -> awaitDrain(waiting)));
        } else {
            waiting.complete(null);
        }
        return waiting.minimalCompletionStage();
    }

    private void awaitDrain(CompletableFuture<@Nullable Void> waiting) {
        if (info != null || connection.submissions().buffered() == 0) {
            waiting.complete(null);
            return;
        }
        Extras held = extras();
        List<CompletableFuture<@Nullable Void>> drains = held.drains;
        if (drains == null) {
            drains = new ArrayList<>(1);
            held.drains = drains;
        }
        drains.add(waiting);
        connection.submissions().oweDrain();
    }

    /** Nothing waits any more. On the loop. */
    void tellDrained() {
        Extras held = extras;
        List<CompletableFuture<@Nullable Void>> drains = held == null ? null : held.drains;
        if (held != null && drains != null) {
            held.drains = null;
            drains.forEach(waiting -> waiting.complete(null));
        }
    }

    @Override
    public Executor executor() {
        return connection.loop();
    }

    // ---- the end

    @Override
    public void close(int code, String reason) {
        requireSendable(code, reason);
        close(code, reason, null);
    }

    /** Refuses a code or a reason that a Close frame cannot carry. */
    public static void requireSendable(int code, String reason) {
        if (!CloseCode.mayBeSent(code)) {
            throw new IllegalArgumentException(
                    "close code " + code + ": expected 1000 to 1003, 1007 to 1014, or 3000 to 4999");
        }
        int bytes = OwnedMessage.utf8(reason).length;
        if (bytes > MAX_REASON_BYTES) {
            throw new IllegalArgumentException(
                    "a reason of " + bytes + " bytes of UTF-8: expected at most " + MAX_REASON_BYTES);
        }
    }

    void close(int code, String reason, @Nullable Throwable cause) {
        if (info == null) {
            submitOrRun(Submission.close(code, reason, cause));
            // Only now: whoever sees it, and closes for it, must not overtake this.
            closing = true;
            connection.submissions().roomMade();
        }
    }

    @Override
    public void abort() {
        if (info == null) {
            submitOrRun(Submission.of(Submission.Kind.ABORT));
        }
        // Behind it, as in close.
        closing = true;
    }

    @Override
    public Optional<CloseInfo> awaitClose(Duration timeout) throws InterruptedException {
        CloseInfo present = info;
        CompletableFuture<CloseInfo> end = closedFuture();
        if (present != null && end.isDone()) {
            return Optional.of(present);
        }
        if (EventLoop.onAnyLoop()) {
            throw new IllegalStateException(
                    "awaitClose would wait, which an event loop's thread must not: use closed()");
        }
        try {
            return Optional.of(end.get(Math.max(0, nanos(timeout)), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end never fails", e);
        }
    }

    @Override
    public CompletionStage<CloseInfo> closed() {
        return closedFuture().minimalCompletionStage();
    }

    private CompletableFuture<CloseInfo> closedFuture() {
        CompletableFuture<CloseInfo> present = closed;
        if (present == null) {
            synchronized (this) {
                present = closed;
                if (present == null) {
                    present = new CompletableFuture<>();
                    closed = present;
                    if (told) {
                        present.complete(info);
                    }
                }
            }
        }
        return present;
    }

    @Override
    public @Nullable CloseInfo closeInfo() {
        return info;
    }

    /** The connection has ended; from now on every call knows. On the loop. */
    void endedBeforeTelling(CloseInfo how) {
        info = how;
        closing = true;
        Extras held = extras;
        if (held == null) {
            return;
        }
        if (held.pings != null) {
            held.pings.fail(closedException("no pong came"));
        }
        List<Members> groups = held.memberships;
        if (groups != null) {
            held.memberships = null;
            groups.forEach(group -> group.left(this));
        }
        tellDrained();
    }

    /** The application was told of the end. On the loop. */
    void ended(CloseInfo how) {
        CompletableFuture<CloseInfo> waiting;
        synchronized (this) {
            told = true;
            waiting = closed;
        }
        connection.submissions().roomMade();
        if (waiting != null) {
            waiting.complete(how);
        }
    }

    boolean isClosing() {
        return closing || info != null;
    }

    /** Our Close was sent or the peer's came: other threads see it from now on. On the loop. */
    void markClosing() {
        closing = true;
    }

    void requireOpen(String what) {
        if (isClosing()) {
            throw closedException(what);
        }
    }

    WebSocketClosedException closedException(String what) {
        CloseInfo how = info;
        return new WebSocketClosedException(
                what
                        + (how == null
                                ? ": the connection is closing"
                                : ": the connection has ended with " + how.code()
                                        + (how.reason().isEmpty() ? "" : " " + CloseRecord.printable(how.reason()))),
                how);
    }

    // ---- about

    @Override
    public HandshakeRequest request() {
        return request;
    }

    @Override
    public Optional<HandshakeResponse> response() {
        Extras held = extras;
        return Optional.ofNullable(held == null ? null : held.response);
    }

    /** Keeps what a client was answered. Before the connection is open. */
    public void response(HandshakeResponse answer) {
        extras().response = answer;
    }

    @Override
    public Optional<String> subprotocol() {
        return Optional.ofNullable(subprotocol);
    }

    @Override
    public String extensions() {
        return connection.extensions().field();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> @Nullable T attribute(AttributeKey<T> key) {
        Extras held = extras;
        if (held == null) {
            return null;
        }
        synchronized (this) {
            Map<AttributeKey<?>, Object> present = held.attributes;
            return present == null ? null : (T) present.get(key);
        }
    }

    @Override
    public <T> void attribute(AttributeKey<T> key, @Nullable T value) {
        Extras held = extras();
        synchronized (this) {
            Map<AttributeKey<?>, Object> present = held.attributes;
            if (present == null) {
                present = new HashMap<>(4);
                held.attributes = present;
            }
            if (value == null) {
                present.remove(key);
            } else {
                present.put(key, value);
            }
        }
    }

    /** Attaches what the handshake hook decided. Before the connection is open. */
    public void attributes(Map<AttributeKey<?>, Object> decided) {
        if (!decided.isEmpty()) {
            Extras held = extras();
            synchronized (this) {
                held.attributes = new HashMap<>(decided);
            }
        }
    }

    @Override
    public SocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public ConnectionStats stats() {
        Sending sending = connection.sending();
        Lending lending = connection.lending();
        // Counts of a moment: the loop writes them without fences, which a snapshot for people does not need.
        return new ConnectionStats(
                connection.messagesReceived(),
                sending.messagesSent() + (lending == null ? 0 : lending.messages()),
                connection.received(),
                connection.outgoing().written() + (lending == null ? 0 : lending.written()),
                bufferedBytes(),
                connection.heldBytes(),
                sending.messagesDropped(),
                connection.deflateStats(),
                Duration.ofNanos(Math.max(
                        0, connection.loop().clockNow() - connection.deadlines().lastRead())));
    }

    @Override
    public void tap(@Nullable FrameTap observer) {
        if (connection.loop().inLoop()) {
            installTap(observer);
        } else if (info == null) {
            connection.submissions().submit(Submission.of(Submission.Kind.TAP, observer));
        }
    }

    void installTap(@Nullable FrameTap observer) {
        // Threads that write by themselves would pass it by; from now on none does.
        connection.outgoing().reclaim();
        TapRecorder recorder = observer == null ? null : new TapRecorder(observer);
        extras().tap = recorder;
        connection.engine().tap(recorder);
    }

    private @Nullable TapRecorder tap() {
        Extras held = extras;
        return held == null ? null : held.tap;
    }

    boolean tapped() {
        return tap() != null;
    }

    /** Shows a payload that does not pass the engine. */
    void tapPayload(ByteBuffer payload, int offset, int length) {
        TapRecorder recorder = tap();
        if (recorder != null) {
            recorder.payload(false, payload, offset, length);
        }
    }

    /** The incoming frame broke a rule. On the loop. */
    void tapFailed() {
        TapRecorder recorder = tap();
        if (recorder != null) {
            recorder.failed();
        }
    }

    // ---- groups

    /** A group wants to hear of the end. On the loop. */
    void joined(Members group) {
        Extras held = extras();
        List<Members> groups = held.memberships;
        if (groups == null) {
            groups = new ArrayList<>(1);
            held.memberships = groups;
        }
        groups.add(group);
    }

    /** Takes what was sent to the groups and has not been delivered yet. On the loop. */
    void takeFromGroups() {
        Extras held = extras;
        List<Members> groups = held == null ? null : held.memberships;
        // By index, and looking again each time: what is delivered may end this connection.
        for (int i = 0; groups != null && i < groups.size(); i++) {
            groups.get(i).deliver(connection.loop());
        }
    }

    /** A group does not any more. On the loop. */
    void parted(Members group) {
        Extras held = extras;
        if (held != null && held.memberships != null) {
            held.memberships.remove(group);
        }
    }

    Connection connection() {
        return connection;
    }

    private static long nanos(Duration duration) {
        return duration.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE >> 1 : duration.toNanos();
    }

    @Override
    public String toString() {
        return "WebSocket " + connection;
    }
}
