package dev.gibbon.hub.nats;

import io.nats.client.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one node has of the engine: the session there is, if any, and the topics that are in use. All of it belongs to one thread, the
 * loop; every method may be called by any thread, never blocks and hands its work to that one.
 */
final class NatsNode {

    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub.nats");
    private static final Duration EXPIRY_TICK = Duration.ofMillis(100);
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final NatsSettings settings;
    private final Names names;
    private final ScheduledThreadPoolExecutor loop;
    private final Connector connector;
    private final Map<String, TopicLog> topics = new HashMap<>();
    private final Map<String, PresenceLog> presences = new HashMap<>();
    /** What waits for its acknowledgement, counted before the loop sees it. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final AtomicLong waitingBytes = new AtomicLong();

    private @Nullable Session session;
    private @Nullable String epoch;
    /** The last offset of the stream when the newest session began. */
    private long highest;

    private volatile boolean closed;

    NatsNode(NatsSettings settings) {
        this.settings = settings;
        this.names = new Names(settings.prefix());
        loop = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    var thread = new Thread(task, "gibbon-nats-" + settings.prefix());
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        loop.setRemoveOnCancelPolicy(true);
        loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        connector = new Connector(settings, names, loop, this::up, this::down);
    }

    void start() {
        var unused = loop.scheduleAtFixedRate(this::sweep, IDLE.toSeconds(), IDLE.toSeconds() / 4, TimeUnit.SECONDS);
        var unusedExpiry = loop.scheduleAtFixedRate(
                () -> List.copyOf(presences.values()).forEach(PresenceLog::expire),
                EXPIRY_TICK.toMillis(),
                EXPIRY_TICK.toMillis(),
                TimeUnit.MILLISECONDS);
        connector.start();
    }

    ScheduledThreadPoolExecutor loop() {
        return loop;
    }

    Names names() {
        return names;
    }

    /** On the loop: the session, null while the engine is out of reach. */
    @Nullable
    Session session() {
        return session;
    }

    /** On the loop: the epoch of the newest session; null before the first. */
    @Nullable
    String epoch() {
        return epoch;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Stores a message once; the future has its offset.
     *
     * @return null if too much waits already
     */
    @Nullable
    CompletableFuture<Long> publish(String topic, Entry message) {
        int length = message.payload().length;
        if (waiting.incrementAndGet() > settings.maxWaiting()) {
            waiting.decrementAndGet();
            return null;
        }
        if (waitingBytes.addAndGet(length) > settings.maxWaitingBytes()) {
            waiting.decrementAndGet();
            waitingBytes.addAndGet(-length);
            return null;
        }
        var stored = new CompletableFuture<Long>();
        var unused = stored.whenComplete((offset, failure) -> {
            waiting.decrementAndGet();
            waitingBytes.addAndGet(-length);
        });
        onLoop(stored, () -> topic(topic).publish(new TopicLog.Waiting(message, stored)));
        return stored;
    }

    /** Runs the task on the loop; if that has ended, fails what waits for it. */
    void onLoop(@Nullable CompletableFuture<?> outcome, Runnable task) {
        loop.execute(() -> {
            if (closed && outcome != null) {
                outcome.completeExceptionally(closedException());
                return;
            }
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a task of the backplane failed", e);
                if (outcome != null) {
                    outcome.completeExceptionally(e);
                }
            }
        });
        if (closed && outcome != null && loop.isShutdown()) {
            outcome.completeExceptionally(closedException());
        }
    }

    private static IllegalStateException closedException() {
        return new IllegalStateException("the backplane is closed");
    }

    /** On the loop. */
    TopicLog topic(String name) {
        TopicLog log = topics.get(name);
        if (log == null) {
            log = new TopicLog(
                    Tokens.of(name),
                    names,
                    settings,
                    loop,
                    () -> withSession(connector::rewound),
                    () -> withSession(live -> live.abandon().run()));
            topics.put(name, log);
            if (session != null) {
                log.up(session, true);
            }
        }
        return log;
    }

    /** On the loop. */
    PresenceLog presence(String topic) {
        PresenceLog presence = presences.get(topic);
        if (presence == null) {
            presence = new PresenceLog(Tokens.of(topic), names, loop);
            presences.put(topic, presence);
            if (session != null) {
                presence.up(session);
            }
        }
        return presence;
    }

    private void withSession(Consumer<Session> action) {
        if (session != null) {
            action.accept(session);
        }
    }

    /** Reads at most so many messages behind a mark, or the oldest ones there are. */
    CompletableFuture<Page> read(String topic, @Nullable Mark after, int most) {
        var result = new CompletableFuture<Page>();
        onLoop(result, () -> {
            var unused = readNow(topic, after, most).whenComplete((page, failure) -> {
                if (failure != null) {
                    result.completeExceptionally(failure);
                } else {
                    result.complete(page);
                }
            });
        });
        return result;
    }

    /** On the loop. */
    CompletableFuture<Page> readNow(String topic, @Nullable Mark after, int most) {
        Session current = session;
        if (current == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("NATS is out of reach"));
        }
        return new PageRead(current, loop, names, settings.maxMessages()).read(Tokens.of(topic), after, most);
    }

    /** Listens to a topic behind a mark, or from now on. */
    Feed subscribe(String topic, @Nullable Mark after, Feed.Listener listener) {
        var feed = new Feed(this, topic, after, listener);
        onLoop(feed.started(), () -> topic(topic).follow(feed));
        return feed;
    }

    /** Listens no more; what is on its way may still be told. */
    void unsubscribe(String topic, Feed feed) {
        onLoop(null, () -> {
            feed.end();
            topic(topic).unfollow(feed);
        });
    }

    /** On the loop: the epoch of what is told now. */
    String epochNow() {
        return epoch == null ? "" : epoch;
    }

    private void up(Session fresh) {
        if (closed) {
            return;
        }
        boolean sameEpoch = fresh.epoch().equals(epoch);
        if (sameEpoch && fresh.lastOffset() < highest) {
            LOG.log(System.Logger.Level.WARNING, "the log of NATS ends before what was seen; a new epoch begins");
            connector.rewound(fresh);
            return;
        }
        epoch = fresh.epoch();
        highest = fresh.lastOffset();
        session = fresh;
        fresh.subscribe(names.epochLive(), message -> epochCame(fresh, message));
        for (TopicLog topic : List.copyOf(topics.values())) {
            topic.up(fresh, sameEpoch);
        }
        List.copyOf(presences.values()).forEach(presence -> presence.up(fresh));
    }

    private void epochCame(Session from, Message message) {
        if (from == session && !new String(message.getData(), StandardCharsets.UTF_8).equals(from.epoch())) {
            // Another node saw that the engine lost something.
            from.abandon().run();
        }
    }

    private void down(Session over) {
        if (over != session) {
            return;
        }
        session = null;
        topics.values().forEach(TopicLog::down);
        presences.values().forEach(PresenceLog::down);
    }

    private void sweep() {
        topics.values().removeIf(topic -> {
            if (!topic.isIdle(IDLE)) {
                return false;
            }
            topic.close(closedException());
            return true;
        });
        presences.values().removeIf(presence -> {
            if (!presence.isIdle(IDLE)) {
                return false;
            }
            presence.close(closedException());
            return true;
        });
    }

    /** Ends everything; what waits fails. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        connector.close();
        var done = new CompletableFuture<Void>();
        loop.execute(() -> {
            topics.values().forEach(topic -> topic.close(closedException()));
            topics.clear();
            presences.values().forEach(presence -> presence.close(closedException()));
            presences.clear();
            done.complete(null);
        });
        var unused = done.orTimeout(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((ok, late) -> loop.shutdown());
    }
}
