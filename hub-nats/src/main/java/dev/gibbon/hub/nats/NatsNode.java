package dev.gibbon.hub.nats;

import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.History;
import dev.gibbon.hub.Position;
import io.nats.client.Message;
import io.nats.client.api.MessageInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one node has of the engine: the session there is, if any, and the topics that are in use. All of it belongs to one thread, the
 * loop; {@link #onLoop}, {@link #start} and {@link #close} are for any thread.
 */
final class NatsNode {

    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub.nats");
    private static final Duration EXPIRY_TICK = Duration.ofMillis(100);
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int MOST_FAILURES = 5;

    /** What is asked until there is an answer. */
    private static final class Question<T extends @Nullable Object> {
        final CompletableFuture<T> result;
        final Function<Session, CompletableFuture<T>> question;
        int failures;

        Question(CompletableFuture<T> result, Function<Session, CompletableFuture<T>> question) {
            this.result = result;
            this.question = question;
        }
    }

    private final NatsSettings settings;
    private final Names names;
    private final ScheduledThreadPoolExecutor loop;
    private final Connector connector;
    private final Map<String, TopicLog> topics = new HashMap<>();
    private final Map<String, PresenceLog> presences = new HashMap<>();
    /** What is asked as soon as there is a session. */
    private final Deque<Runnable> unasked = new ArrayDeque<>();
    /** All that was asked and has no answer. */
    private final Set<Question<?>> open = ConcurrentHashMap.newKeySet();

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

    /** On the loop: the session, null while the engine is out of reach. */
    @Nullable
    Session session() {
        return session;
    }

    /** Runs the task on the loop; if that has ended, fails what waits for it. */
    void onLoop(CompletableFuture<?> outcome, Runnable task) {
        loop.execute(() -> {
            try {
                if (closed) {
                    outcome.completeExceptionally(BackplaneException.closed());
                } else {
                    task.run();
                }
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a task of the backplane failed", e);
                outcome.completeExceptionally(BackplaneException.failed("the backplane failed", e));
            }
        });
        if (closed) {
            // The loop may have ended, and have thrown the task away.
            outcome.completeExceptionally(BackplaneException.closed());
        }
    }

    /**
     * Asks the engine something that does no harm when it is asked twice: now, or when there is a session; again if that ends first; and
     * again a few times if there is no good answer.
     */
    <T extends @Nullable Object> void ask(
            CompletableFuture<T> result, Function<Session, CompletableFuture<T>> question) {
        var asked = new Question<>(result, question);
        open.add(asked);
        var unused = result.whenComplete((answer, failure) -> open.remove(asked));
        onLoop(result, () -> ask(asked));
    }

    private <T extends @Nullable Object> void ask(Question<T> asked) {
        Session current = session;
        if (current == null) {
            unasked.add(() -> ask(asked));
            return;
        }
        var unused = asked.question.apply(current).whenComplete((answer, failure) -> {
            if (failure == null) {
                asked.result.complete(answer);
            } else if (current != session) {
                ask(asked);
            } else if (++asked.failures < MOST_FAILURES) {
                // It may be the end of the session, of which the news come soon.
                var unusedRetry = loop.schedule(() -> ask(asked), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            } else {
                asked.result.completeExceptionally(BackplaneException.failed("NATS does not answer", failure));
            }
        });
    }

    /** On the loop. */
    TopicLog topic(String name) {
        TopicLog log = topics.get(name);
        if (log == null) {
            log = new TopicLog(
                    Tokens.brief(name),
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
            presence = new PresenceLog(Tokens.brief(topic), names, loop, settings.maxReadBytes());
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

    /** On the loop. */
    CompletableFuture<History> readNow(Session current, String topic, @Nullable Position after, int most) {
        return new PageRead(current, loop, names, Tokens.brief(topic), most, settings.maxReadBytes()).read(after);
    }

    /** Follows no more. */
    void unfollow(String topic, NatsFeed feed) {
        loop.execute(() -> {
            TopicLog log = topics.get(topic);
            if (log != null) {
                log.unfollow(feed);
            }
        });
    }

    /** Watches no more. */
    void unwatch(String topic, NatsWatch watch) {
        loop.execute(() -> {
            PresenceLog presence = presences.get(topic);
            if (presence != null) {
                presence.unwatch(watch);
            }
        });
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
        lookAtEpochAgain(fresh);
        for (TopicLog topic : List.copyOf(topics.values())) {
            topic.up(fresh, sameEpoch);
        }
        List.copyOf(presences.values()).forEach(presence -> presence.up(fresh));
        List<Runnable> late = List.copyOf(unasked);
        unasked.clear();
        late.forEach(Runnable::run);
    }

    /** Another node may have changed it after this session read it, and before it listened. */
    private void lookAtEpochAgain(Session fresh) {
        String last = "{\"last_by_subj\":\"" + names.epoch() + "\"}";
        var unused = fresh.request(
                        "$JS.API.STREAM.MSG.GET." + names.epochStream(), null, last.getBytes(StandardCharsets.UTF_8))
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        fresh.abandon().run();
                        return;
                    }
                    try {
                        var info = new MessageInfo(answer, names.epochStream(), false);
                        epochIs(fresh, info.hasError() ? null : info.getData());
                    } catch (RuntimeException e) {
                        fresh.abandon().run();
                    }
                });
    }

    private void epochCame(Session from, Message message) {
        epochIs(from, message.getData());
    }

    private void epochIs(Session current, byte @Nullable [] epoch) {
        if (current == session
                && (epoch == null || !new String(epoch, StandardCharsets.UTF_8).equals(current.epoch()))) {
            // Another node saw that the engine lost something.
            current.abandon().run();
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
            topic.close();
            return true;
        });
        presences.values().removeIf(presence -> {
            if (!presence.isIdle(IDLE)) {
                return false;
            }
            presence.close();
            return true;
        });
    }

    /** Ends everything; what waits fails. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.execute(() -> {
            session = null;
            topics.values().forEach(TopicLog::close);
            topics.clear();
            presences.values().forEach(PresenceLog::close);
            presences.clear();
            unasked.clear();
        });
        connector.close();
        // Behind all that was to be done: an end at once would throw it away.
        loop.execute(loop::shutdown);
        List.copyOf(open).forEach(asked -> asked.result.completeExceptionally(BackplaneException.closed()));
    }
}
