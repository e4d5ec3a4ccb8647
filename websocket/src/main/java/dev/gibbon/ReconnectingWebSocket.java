package dev.gibbon;

import dev.gibbon.internal.client.DefaultLoops;
import dev.gibbon.internal.connection.ConnectedSocket;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.reconnect.Handover;
import dev.gibbon.internal.reconnect.Outbox;
import dev.gibbon.internal.reconnect.Plan;
import dev.gibbon.internal.reconnect.Reconnector;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is made again when it is lost, until it is closed or gives up ({@link ReconnectPolicy}). For any thread; it has
 * no thread of its own.
 *
 * <p><b>Listener style</b> ({@link Builder#start(WebSocketListener)}): one listener takes what comes on all connections, one after
 * the other: {@code onOpen ... onClose} for each. What the server must be told on each new connection belongs into {@code onOpen}.
 * <b>Blocking style</b> ({@link Builder#start()}): {@link #iterator()} or {@link #awaitConnection} give the connections, and a thread of
 * the application reads each to its end.
 *
 * <p><b>What is sent</b> by {@link #send} and {@link #trySend} goes to the open connection. While there is none it is refused,
 * unless there is an outbox ({@link Builder#outbox}): then it is kept, and goes out on the next connection, in order: after what
 * {@code onOpen} sends (in the blocking style: first of all), and before what is sent later. A message that was handed to a connection is never sent again: if that connection
 * dies, the message may have arrived or not. So each arrives once at most, and which ones did is for the application to find out.
 *
 * <p>A connection's own methods still work: a {@link WebSocket#close()} of the application ends that one, and another one follows.
 */
public final class ReconnectingWebSocket implements AutoCloseable, Iterable<WebSocket> {
    private final Reconnector reconnector;
    private final Outbox outbox;
    private final @Nullable Handover handover;

    private ReconnectingWebSocket(Reconnector reconnector, Outbox outbox, @Nullable Handover handover) {
        this.reconnector = reconnector;
        this.outbox = outbox;
        this.handover = handover;
    }

    /** Gives the client of an attempt. */
    @FunctionalInterface
    public interface ClientSource {
        /**
         * Gives the client of the next attempt: with a fresh token, or for another server.
         *
         * @param attempt its number, as in {@link ReconnectEvent.Connecting}
         * @return completes with the client, on any thread and within a time that the source itself keeps; what it fails with is what
         *     the attempt fails with. Cancelled when the attempt is not wanted any more
         * @throws Exception fails the attempt
         */
        CompletionStage<WebSocketClient> client(int attempt) throws Exception;
    }

    /** What it is doing. */
    public enum State {
        /** An attempt is under way. */
        CONNECTING,
        /** A connection is open. */
        CONNECTED,
        /** The next attempt waits for its time. */
        WAITING,
        /** It gave up or was stopped; there will be no further attempt. */
        ENDED
    }

    /**
     * Begins to describe one that connects by the same client each time. Fresh header fields for each attempt are for {@link
     * WebSocketClient.Builder#headers}.
     *
     * @param client how to connect
     * @return a builder
     */
    public static Builder builder(WebSocketClient client) {
        CompletableFuture<WebSocketClient> always = CompletableFuture.completedFuture(client);
        return new Builder(attempt -> always.copy(), client::group);
    }

    /**
     * Begins to describe one that asks for a client before each attempt.
     *
     * @param source gives the clients; called on an event loop, so it must not block. Their own event loops are not used
     * @return a builder
     */
    public static Builder builder(ClientSource source) {
        return new Builder(Objects.requireNonNull(source), DefaultLoops::group);
    }

    /**
     * Sends a text message, or keeps it.
     *
     * @param text the text; an unpaired surrogate cannot be sent
     * @throws IllegalArgumentException if the text holds an unpaired surrogate
     * @throws WebSocketClosedException if it gave up or was stopped
     * @throws SendQueueFullException if there is no connection and no room in the outbox, or no room in the connection's queue
     */
    public void send(String text) {
        send(Message.text(text));
    }

    /**
     * Sends a message, or keeps it; never waits.
     *
     * @param message the message, borrowed or owned
     * @throws WebSocketClosedException if it gave up or was stopped
     * @throws SendQueueFullException if there is no connection and no room in the outbox, or no room in the connection's queue
     */
    public void send(Message message) {
        switch (trySend(message)) {
            case ACCEPTED -> {}
            case FULL ->
                throw new SendQueueFullException("a message of " + message.size() + " bytes has no room: "
                        + (reconnector.socket() == null
                                ? "there is no connection now, and the outbox (outbox) holds " + outbox.bytes()
                                        + " bytes"
                                : "the connection's queue is full (maxQueuedBytes)"));
            case CLOSED ->
                throw new WebSocketClosedException("cannot send: reconnecting has been given up or stopped", null);
        }
    }

    /**
     * Sends a text message, or keeps it; see {@link #trySend(Message)}.
     *
     * @param text the text
     * @return what happened
     * @throws IllegalArgumentException if the text holds an unpaired surrogate
     */
    public SendResult trySend(String text) {
        return trySend(Message.text(text));
    }

    /**
     * Sends a message, or keeps it; never waits.
     *
     * @param message the message, borrowed or owned
     * @return accepted: the connection or the outbox has it; full: the queue of the open connection has no room, or there is no
     *     connection and no room in the outbox; closed: it gave up or was stopped
     */
    public SendResult trySend(Message message) {
        return outbox.offer(message);
    }

    /**
     * What waits in the outbox.
     *
     * @return bytes, 64 more for each message
     */
    public long outboxBytes() {
        return outbox.bytes();
    }

    /**
     * How many messages were dropped because the outbox was full, as its policy says.
     *
     * @return a count since the start
     */
    public long outboxDropped() {
        return outbox.dropped();
    }

    /**
     * What it is doing.
     *
     * @return the state of a moment
     */
    public State state() {
        return switch (reconnector.phase()) {
            case CONNECTING -> State.CONNECTING;
            case CONNECTED -> State.CONNECTED;
            case WAITING -> State.WAITING;
            case ENDED -> State.ENDED;
        };
    }

    /**
     * The open connection.
     *
     * @return the connection of a moment, or empty
     */
    public Optional<WebSocket> socket() {
        return Optional.ofNullable(reconnector.socket());
    }

    /** Ends the wait for the next attempt, say because the network is back. Does nothing in another state. */
    public void tryNow() {
        reconnector.hurry();
    }

    /**
     * Waits for the next connection, in the blocking style. Each connection is given once; if several came and went meanwhile, the
     * newest.
     *
     * @param timeout the longest wait; zero or less only looks
     * @return the connection, which may have ended again; empty when the time has passed, or when there will be none any more (see
     *     {@link #state()})
     * @throws IllegalStateException in the listener style, or on an event loop's thread
     * @throws InterruptedException if the thread is interrupted while waiting
     */
    public Optional<WebSocket> awaitConnection(Duration timeout) throws InterruptedException {
        if (timeout.compareTo(Duration.ZERO) > 0 && EventLoop.onAnyLoop()) {
            throw new IllegalStateException(
                    "awaitConnection would wait, which an event loop's thread must not: use start(WebSocketListener)");
        }
        return Optional.ofNullable(handover().take(timeout));
    }

    private Handover handover() {
        Handover present = handover;
        if (present == null) {
            throw new IllegalStateException(
                    "in the listener style connections come to onOpen: start() without a listener"
                            + " makes the blocking style");
        }
        return present;
    }

    /**
     * Iterates over the connections in the blocking style, waiting for each, until it gave up or is stopped; {@link #ended()} tells.
     * Asking for the next one closes the one before it, if that is still open. An interrupt while waiting stops it and ends the
     * iteration, with the thread's interrupt status set.
     *
     * @return an iterator for one thread
     * @throws IllegalStateException in the listener style
     */
    @Override
    public Iterator<WebSocket> iterator() {
        return new Connections(handover());
    }

    private final class Connections implements Iterator<WebSocket> {
        private final Handover connections;
        private @Nullable WebSocket given;
        private @Nullable WebSocket ahead;

        Connections(Handover connections) {
            this.connections = connections;
        }

        @Override
        public boolean hasNext() {
            WebSocket before = given;
            if (before != null) {
                before.close();
                given = null;
            }
            try {
                while (ahead == null && !connections.isOver()) {
                    ahead = awaitConnection(Duration.ofDays(1)).orElse(null);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                close(1001, "");
            }
            return ahead != null;
        }

        @Override
        public WebSocket next() {
            if (!hasNext()) {
                throw new NoSuchElementException("reconnecting has been given up or stopped");
            }
            WebSocket next = Objects.requireNonNull(ahead);
            ahead = null;
            given = next;
            return next;
        }
    }

    /** Stops: closes the open connection with code 1000, or ends what is under way; see {@link #close(int, String)}. */
    @Override
    public void close() {
        close(1000, "");
    }

    /**
     * Stops, and returns at once. An open connection is closed as {@link WebSocket#close(int, String)} has it; an attempt is ended
     * at once, wherever it is; the next one never begins. What is in the outbox is dropped and counted. Does nothing when it has
     * ended.
     *
     * @param code 1000 to 1003, 1007 to 1014, or 3000 to 4999
     * @param reason at most 123 bytes of UTF-8
     * @throws IllegalArgumentException for any other code or a longer reason
     */
    public void close(int code, String reason) {
        ConnectedSocket.requireSendable(code, reason);
        reconnector.stop(socket -> socket.close(code, reason));
    }

    /** Stops, and cuts an open connection without the closing handshake. */
    public void abort() {
        reconnector.stop(WebSocket::abort);
    }

    /**
     * Tells when and how it ended.
     *
     * @return completes once with {@link ReconnectEvent.GaveUp} or {@link ReconnectEvent.Stopped}, on the loop's thread (so what
     *     depends on it must not block); never exceptionally
     */
    public CompletionStage<ReconnectEvent> ended() {
        return reconnector.ended();
    }

    /** Describes a reconnecting connection. For one thread. */
    public static final class Builder {
        private final ClientSource source;
        private Supplier<LoopGroup> group;
        private ReconnectPolicy policy = ReconnectPolicy.defaults();
        private long outboxBytes;
        private OutboxPolicy outboxPolicy = OutboxPolicy.REFUSE;
        private Consumer<ReconnectEvent> events = event -> {};
        private RandomGenerator random = new SplittableRandom();
        private InstantSource clock = Clock.systemUTC();

        private Builder(ClientSource source, Supplier<LoopGroup> group) {
            this.source = source;
            this.group = group;
        }

        /**
         * Sets when to try again, and when to give up.
         *
         * @param value the policy
         * @return this
         */
        public Builder policy(ReconnectPolicy value) {
            policy = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Keeps what is sent while there is no connection. Default: nothing is kept, and it is refused.
         *
         * @param maxBytes the most payload bytes to keep, 64 more counted for each message; 0 to keep nothing
         * @param whenFull what to do with more
         * @return this
         * @throws IllegalArgumentException for less than zero
         */
        public Builder outbox(long maxBytes, OutboxPolicy whenFull) {
            if (maxBytes < 0) {
                throw new IllegalArgumentException("an outbox of " + maxBytes + " bytes: expected 0 or more");
            }
            outboxBytes = maxBytes;
            outboxPolicy = Objects.requireNonNull(whenFull);
            return this;
        }

        /**
         * Hears every change, in order, on the loop of the connections.
         *
         * @param value must not block; what it throws is logged
         * @return this
         */
        public Builder events(Consumer<ReconnectEvent> value) {
            events = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Lives on these loops, which the caller closes; that ends it. Default: those of the client, else those that all clients share.
         *
         * @param value a group, which may serve others too
         * @return this
         */
        public Builder eventLoops(EventLoops value) {
            group = value::group;
            return this;
        }

        /** Draws the jitter from a source of a test. */
        Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /** Reads dates by the clock of a test. */
        Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        /**
         * Begins the first attempt, in the listener style.
         *
         * @param listener takes what comes on each connection
         * @return the reconnecting connection, not connected yet
         */
        public ReconnectingWebSocket start(WebSocketListener listener) {
            return begin(Objects.requireNonNull(listener));
        }

        /**
         * Begins the first attempt, in the blocking style.
         *
         * @return the reconnecting connection, not connected yet
         */
        public ReconnectingWebSocket start() {
            return begin(null);
        }

        private ReconnectingWebSocket begin(@Nullable WebSocketListener listener) {
            EventLoop loop = group.get().next();
            Outbox outbox = new Outbox(loop, outboxBytes, outboxPolicy);
            Handover handover = new Handover();
            Class<?> application = listener == null ? ReconnectingWebSocket.class : listener.getClass();
            Plan plan = new Plan(
                    source,
                    (client, on, taker) -> client.connectOn(on, taker, application),
                    listener,
                    policy,
                    events,
                    random,
                    clock);
            Reconnector reconnector = new Reconnector(loop, plan, outbox, handover);
            reconnector.begin();
            return new ReconnectingWebSocket(reconnector, outbox, listener == null ? handover : null);
        }
    }
}
