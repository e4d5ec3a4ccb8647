package dev.gibbon.hub;

import dev.gibbon.Message;
import dev.gibbon.PreparedMessage;
import dev.gibbon.WebSocket;
import dev.gibbon.hub.HubException.Reason;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One message to many: topics by exact name, to which connections subscribe and publish. Publishing never waits for a receiver: a message is stored
 * by the engine behind the {@link Backplane}, which gives it its place in the topic, is framed once on each node, and one task on each event
 * loop hands it to the subscribers there. Whoever is slow has a bounded queue of its own, and a {@link SlowConsumer} policy.
 *
 * <p>One hub a node, with one thread of its own for timers. Every method is for any thread and waits for nothing, but for {@link #close}.
 */
public final class Hub implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub");
    private static final Duration SWEEP = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final int RENEWALS_IN_AN_EXPIRY = 3;

    private final Backplane backplane;
    /** Of a hub that was given no backplane. */
    private final @Nullable MemoryEngine memory;

    private final HubLimits limits;
    private final HubAuthorizer authorizer;
    private final DeliveryFormat format;
    private final LocalPresence presence;
    private final Counters counters = new Counters();
    private final ScheduledThreadPoolExecutor timers;
    private final Map<String, NodeTopic> topics = new ConcurrentHashMap<>();
    private final AtomicInteger topicCount = new AtomicInteger();
    private final Set<HubConnection> connections = ConcurrentHashMap.newKeySet();
    private final String producer = "hub-" + UUID.randomUUID();
    private final Object publishing = new Object();
    private long lastSequence;
    private volatile boolean closed;

    private Hub(Builder builder) {
        Backplane given = builder.backplane;
        if (given == null) {
            memory = new MemoryEngine(HistoryBounds.DEFAULT);
            backplane = memory.node();
        } else {
            memory = null;
            backplane = given;
        }
        limits = builder.limits;
        authorizer = builder.authorizer;
        format = builder.format;
        presence = new LocalPresence(backplane, builder.presenceExpiry);
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "gibbon-hub");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        long renewal = Math.max(1, builder.presenceExpiry.toMillis() / RENEWALS_IN_AN_EXPIRY);
        every(renewal, presence::renew);
        every(SWEEP.toMillis(), this::sweep);
    }

    private void every(long millis, Runnable task) {
        var unused = timers.scheduleAtFixedRate(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        // Thrown on, it would never run again.
                        LOG.log(Level.ERROR, "a task of the hub failed", e);
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    /**
     * A hub for one node, with all defaults: topics in memory, everything allowed, messages sent as they were published.
     *
     * @return a new hub
     */
    public static Hub inMemory() {
        return builder().build();
    }

    /**
     * Begins to make a hub.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    // ---- connections

    /**
     * Lets a WebSocket take part. It leaves when it has ended.
     *
     * @param socket an open connection
     * @return what it does in this hub
     * @throws HubException if the hub is closed
     */
    public HubConnection join(WebSocket socket) {
        return join(socket, null);
    }

    /**
     * Lets a WebSocket take part in somebody's name.
     *
     * @param socket an open connection
     * @param principal who it is, for the {@link HubAuthorizer}; null if nobody knows
     * @return what it does in this hub
     * @throws HubException if the hub is closed
     */
    public HubConnection join(WebSocket socket, @Nullable Object principal) {
        return join(new SocketOutlet(socket), principal);
    }

    /**
     * Lets any connection take part.
     *
     * @param outlet an open connection
     * @param principal who it is, for the {@link HubAuthorizer}; null if nobody knows
     * @return what it does in this hub
     * @throws HubException if the hub is closed
     */
    public HubConnection join(Outlet outlet, @Nullable Object principal) {
        HubConnection joined = new HubConnection(this, outlet, principal);
        connections.add(joined);
        counters.connections.incrementAndGet();
        if (closed) {
            joined.leave();
            throw new HubException(Reason.CLOSED, "the hub is closed");
        }
        outlet.closed().whenComplete((how, failure) -> joined.leave());
        return joined;
    }

    /** A connection has left. */
    void left(HubConnection connection) {
        if (connections.remove(connection)) {
            counters.connections.decrementAndGet();
        }
    }

    // ---- topics

    /** Refuses a name that cannot be one. */
    void requireTopic(String topic) {
        if (topic.isEmpty()) {
            throw new HubException(Reason.BAD_TOPIC, "a topic's name is not empty");
        }
        int bytes = utf8Length(topic);
        if (bytes < 0) {
            throw new HubException(Reason.BAD_TOPIC, "a topic's name is text, without a half of a surrogate pair");
        }
        if (bytes > limits.topicBytes()) {
            throw new HubException(
                    Reason.BAD_TOPIC,
                    "a topic's name has at most " + limits.topicBytes() + " bytes of UTF-8 (topicBytes), not " + bytes);
        }
    }

    /** Bytes of UTF-8, or -1 if there is a surrogate alone. */
    private static int utf8Length(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                return -1;
            }
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            i += Character.charCount(point);
        }
        return bytes;
    }

    /** The topic, for one subscriber more. */
    NodeTopic acquire(String name) {
        while (true) {
            if (closed) {
                throw new HubException(Reason.CLOSED, "the hub is closed");
            }
            NodeTopic topic = topics.computeIfAbsent(name, this::newTopic);
            if (topic.acquire()) {
                if (closed) {
                    forget(topic, true);
                }
                return topic;
            }
            remove(topic);
        }
    }

    private NodeTopic newTopic(String name) {
        if (topicCount.incrementAndGet() > limits.topics()) {
            topicCount.decrementAndGet();
            throw new HubException(
                    Reason.LIMIT, "this node listens to " + limits.topics() + " topics at most (topics)");
        }
        return new NodeTopic(this, name);
    }

    private void remove(NodeTopic topic) {
        if (topics.remove(topic.name(), topic)) {
            topicCount.decrementAndGet();
        }
    }

    private void forget(NodeTopic topic, boolean atOnce) {
        if (topic.close(atOnce, IDLE.toNanos())) {
            remove(topic);
        }
    }

    private void sweep() {
        topics.values().forEach(topic -> forget(topic, false));
    }

    // ---- publishing

    /**
     * Publishes a message of the server itself.
     *
     * @param topic its exact name
     * @param message its content; a borrowed one is copied before this returns
     * @return completes with its position once it is stored; fails with a {@link HubException} or a {@link BackplaneException}
     */
    public CompletionStage<Position> publish(String topic, Message message) {
        requireTopic(topic);
        CompletableFuture<Position> stored = new CompletableFuture<>();
        synchronized (publishing) {
            backplane
                    .publish(topic, new MessageId(producer, ++lastSequence), message)
                    .whenComplete(
                            (position, failure) -> answer(stored, position, failure == null ? null : causeOf(failure)));
        }
        return stored;
    }

    /** Counts what became of a message, and answers whoever published it. */
    void answer(CompletableFuture<Position> stored, @Nullable Position position, @Nullable Throwable failure) {
        if (failure == null) {
            counters.published.increment();
            stored.complete(position);
        } else {
            counters.refused.increment();
            stored.completeExceptionally(failure);
        }
    }

    /** What a stage failed with, without the wrapping of stages that depend on others. */
    static Throwable causeOf(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * Publishes a text of the server itself.
     *
     * @param topic its exact name
     * @param text its content
     * @return as {@link #publish(String, Message)}
     */
    public CompletionStage<Position> publish(String topic, String text) {
        return publish(topic, Message.text(text));
    }

    /**
     * Publishes the content of a prepared message, for whoever has one; the hub frames what its {@link DeliveryFormat} makes of it.
     *
     * @param topic its exact name
     * @param message its content
     * @return as {@link #publish(String, Message)}
     */
    public CompletionStage<Position> publish(String topic, PreparedMessage message) {
        return publish(topic, message.message());
    }

    // ---- looking

    /**
     * Reads a part of a topic's history.
     *
     * @param topic its exact name
     * @param after the entries behind this position; null for the oldest there are
     * @param most entries, 1 or more; there may be fewer
     * @return completes with them; fails with a {@link BackplaneException}
     */
    public CompletionStage<History> history(String topic, @Nullable Position after, int most) {
        requireTopic(topic);
        return backplane.read(topic, after, most);
    }

    /**
     * Asks who is present in a topic, on all nodes.
     *
     * @param topic its exact name
     * @return completes with them, in no order; fails with a {@link BackplaneException}
     */
    public CompletionStage<List<Member>> members(String topic) {
        requireTopic(topic);
        return backplane.members(topic);
    }

    /**
     * Counts of this node.
     *
     * @return a snapshot
     */
    public HubStats stats() {
        return counters.snapshot(topics.size());
    }

    // ---- for what is inside

    Backplane backplane() {
        return backplane;
    }

    HubLimits limits() {
        return limits;
    }

    HubAuthorizer authorizer() {
        return authorizer;
    }

    DeliveryFormat format() {
        return format;
    }

    LocalPresence presence() {
        return presence;
    }

    Counters counters() {
        return counters;
    }

    boolean isClosed() {
        return closed;
    }

    /** Does something later; or never, if the hub is closed before. */
    void later(Duration delay, Runnable task) {
        try {
            var unused = timers.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The hub is closed.
        }
    }

    /**
     * Ends all subscriptions, and makes the members of this node leave; connections stay open. Closes the topics in memory that {@link #inMemory} has made,
     * but not a backplane that was given. Idempotent.
     */
    @Override
    public void close() {
        closed = true;
        timers.shutdownNow();
        List.copyOf(connections).forEach(HubConnection::leave);
        presence.close();
        List.copyOf(topics.values()).forEach(topic -> forget(topic, true));
        if (memory != null) {
            backplane.close();
            memory.close();
        }
    }

    /** Makes a hub. Not for several threads. */
    public static final class Builder {
        private @Nullable Backplane backplane;
        private HubLimits limits = HubLimits.DEFAULT;
        private HubAuthorizer authorizer = HubAuthorizer.ALLOW_ALL;
        private DeliveryFormat format = DeliveryFormat.PLAIN;
        private Duration presenceExpiry = Duration.ofSeconds(30);

        private Builder() {}

        /**
         * Where topics are kept; unless set, in the memory of this process, for this hub alone.
         *
         * @param engine this node's way to them; it stays the caller's to close, after the hub
         * @return this
         */
        public Builder backplane(Backplane engine) {
            backplane = Objects.requireNonNull(engine);
            return this;
        }

        /**
         * What connections may ask for; unless set, {@link HubLimits#DEFAULT}.
         *
         * @param most the limits
         * @return this
         */
        public Builder limits(HubLimits most) {
            limits = Objects.requireNonNull(most);
            return this;
        }

        /**
         * Who decides what connections may do; unless set, they may do everything.
         *
         * @param decides is asked
         * @return this
         */
        public Builder authorizer(HubAuthorizer decides) {
            authorizer = Objects.requireNonNull(decides);
            return this;
        }

        /**
         * What subscribers are sent; unless set, messages as they were published, and nothing else.
         *
         * @param made makes it
         * @return this
         */
        public Builder format(DeliveryFormat made) {
            format = Objects.requireNonNull(made);
            return this;
        }

        /**
         * How long the members of a node stay present when nothing is heard of it any more; unless set, 30 s.
         *
         * @param expiry 100 ms to 1 day
         * @return this
         * @throws IllegalArgumentException if it is shorter or longer
         */
        public Builder presenceExpiry(Duration expiry) {
            if (expiry.compareTo(Duration.ofMillis(100)) < 0 || expiry.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException("presence expires after 100 ms to 1 day, not " + expiry);
            }
            presenceExpiry = expiry;
            return this;
        }

        /**
         * Makes the hub, and its thread.
         *
         * @return a new hub
         */
        public Hub build() {
            return new Hub(this);
        }
    }
}
