package dev.gibbon.hub;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A connection's subscription to a topic. Every method is for any thread. */
public final class Subscription implements AutoCloseable {
    private final HubConnection connection;
    private final NodeTopic topic;
    private final @Nullable Member member;
    private final Delivering delivering;
    private final Executor executor;
    private final AtomicBoolean closed = new AtomicBoolean();

    Subscription(HubConnection connection, NodeTopic topic, Outlet outlet, SubscribeOptions options) {
        this.connection = connection;
        this.topic = topic;
        this.member = options.member();
        this.executor = outlet.executor();
        this.delivering = new Delivering(topic, this, outlet, options);
    }

    /** Begins, once the topic is heard of on this node. */
    void begin() {
        // Before anybody hears that there is a subscription, who may then publish and wait for it to come.
        Position now = topic.end();
        Member who = member;
        if (who != null && !closed.get()) {
            topic.hub().presence().enter(topic.name(), who, this);
            if (closed.get()) {
                topic.hub().presence().leave(topic.name(), who, this);
            }
        }
        execute(() -> delivering.begin(now));
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // The loop is closed, and the connection with it.
        }
    }

    /**
     * The topic.
     *
     * @return its name
     */
    public String topic() {
        return topic.name();
    }

    /**
     * The connection.
     *
     * @return who has subscribed
     */
    public HubConnection connection() {
        return connection;
    }

    /**
     * How far the connection has been served.
     *
     * @return behind the last message that was given to it; null if there was none yet
     */
    public @Nullable Position position() {
        return delivering.position();
    }

    /** Whether it is over. */
    boolean isClosed() {
        return closed.get();
    }

    /** Unsubscribes. What the connection's own queue holds is still sent. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            connection.forget(this);
            topic.hub().counters().subscriptions.decrementAndGet();
            topic.release();
            if (member != null) {
                topic.hub().presence().leave(topic.name(), member, this);
            }
            execute(() -> {
                delivering.end();
                topic.leave(delivering, executor);
            });
        }
    }
}
