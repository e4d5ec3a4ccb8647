package dev.gibbon.hub.redis;

import dev.gibbon.Message;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.History;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Member;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import io.lettuce.core.RedisURI;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Topics on Redis 7 or newer: one node's side of it, with one thread and one connection at a time. What an acknowledgement survives is a
 * setting of Redis; {@code docs/redis.md} says which. Begins at once, also while Redis is away.
 */
// What is scheduled is not waited for.
@SuppressWarnings("FutureReturnValueIgnored")
public final class RedisBackplane implements Backplane {
    private static final System.Logger LOG = System.getLogger(RedisBackplane.class.getName());
    private static final int PAGE_BYTES = 256 << 10;
    private static final int MOST_READS = 100_000;
    private static final long MOST_CLOSING_SECONDS = 5;
    private static final long RETRY_MILLIS = 1_000;

    private final RedisSettings settings;
    private final SecureRandom random = new SecureRandom();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var created = new Thread(task, "gibbon-redis");
        created.setDaemon(true);
        return created;
    });
    private final Link link;
    private final int database;
    private final Outbox publishes;
    private final Outbox questions;
    /** By the channel; belongs to the thread. */
    private final Map<String, List<Hearer>> hearers = new HashMap<>();

    private @Nullable Session session;
    private volatile boolean closed;

    /**
     * Joins the node to Redis, and connects to it on a thread of its own.
     *
     * @param settings where Redis is, and what it is to keep
     */
    public RedisBackplane(RedisSettings settings) {
        this.settings = settings;
        publishes = new Outbox(thread, settings.pendingMessages(), settings.pendingBytes());
        questions = new Outbox(thread, MOST_READS, Long.MAX_VALUE);
        RedisURI uri = settings.redisUri();
        database = uri.getDatabase();
        link = new Link(uri, settings.timeout(), thread, new Connected());
        thread.execute(link::start);
        long millis = settings.presenceCheck().toMillis();
        thread.scheduleWithFixedDelay(new Repeated(this::sweep), millis, millis, TimeUnit.MILLISECONDS);
        long idle = Math.max(1, settings.topicIdle().toMillis() / 4);
        thread.scheduleWithFixedDelay(new Repeated(this::renew), idle, idle, TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletionStage<Position> publish(String topic, MessageId id, Message message) {
        Keys keys = keys(topic);
        byte[] payload = message.toByteArray();
        byte[][] values = {
            keys.messages(),
            Wire.bytes(id.producer()),
            Wire.bytes(id.sequence()),
            Wire.bytes(message.isText() ? Entries.TEXT : Entries.BINARY),
            payload,
            Wire.bytes(newEpoch()),
            Wire.bytes(settings.historyEntries()),
            Wire.bytes(settings.historyBytes()),
            Wire.bytes(settings.historyAge().toMillis()),
            // As long as one of its messages is there, a producer must be known, or a repeat would be stored.
            Wire.bytes(Math.max(settings.producers(), settings.historyEntries())),
            Wire.bytes(settings.topicIdle().toMillis())
        };
        return ask(
                publishes,
                Script.PUBLISH,
                keys.log(),
                values,
                payload.length + id.producer().length(),
                answer -> {
                    String outcome = Wire.string(answer.get(0));
                    String epoch = Wire.string(answer.get(1));
                    long offset = (Long) answer.get(2);
                    return switch (outcome) {
                        case "stored", "repeat" -> new Position(epoch, offset, id);
                        // It was stored, and is older than the history: nobody can say where it was.
                        case "gone" ->
                            new Position(
                                    epoch,
                                    offset,
                                    new MessageId(id.producer(), Long.parseLong(Wire.string(answer.get(3)))));
                        default ->
                            throw BackplaneException.outOfSequence(id, Long.parseLong(Wire.string(answer.get(3))));
                    };
                });
    }

    @Override
    public CompletionStage<History> read(String topic, @Nullable Position after, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least 1 entry has to be asked for, not " + most);
        }
        return read(keys(topic), after, most, null);
    }

    /** Reads, and if what is behind the position is lost, what is behind that. */
    private CompletableFuture<History> read(
            Keys keys, @Nullable Position after, int most, @Nullable LossReason lostBefore) {
        return ask(questions, Script.READ, keys.log(), readValues(keys, after, most, false), 0, Page::new)
                .thenCompose(page -> page.isWhole()
                        ? CompletableFuture.completedFuture(page.history(lostBefore))
                        : read(keys, page.restart(), most, page.lost()));
    }

    @Override
    public CompletionStage<@Nullable Void> enter(String topic, Collection<Member> members, Duration expiry) {
        if (expiry.toMillis() < 1) {
            throw new IllegalArgumentException("an expiry is 1 ms or more, not " + expiry);
        }
        List<String> both = new ArrayList<>(members.size() * 2);
        for (Member member : members) {
            both.add(member.id());
            both.add(member.information());
        }
        return members(topic, "enter", expiry.toMillis(), both, answer -> null);
    }

    @Override
    public CompletionStage<@Nullable Void> leave(String topic, Collection<String> ids) {
        return members(topic, "leave", 0, List.copyOf(ids), answer -> null);
    }

    @Override
    public CompletionStage<List<Member>> members(String topic) {
        return members(topic, "list", 0, List.of(), answer -> Roll.listed(Roll.answered(answer)));
    }

    @Override
    public Feed subscribe(String topic, @Nullable Position after, FeedListener listener) {
        var feed = new TopicFeed(this, keys(topic), after, listener);
        add(feed);
        return feed;
    }

    @Override
    public Watch watch(String topic, PresenceListener listener) {
        var roll = new Roll(this, keys(topic), listener);
        add(roll);
        return roll;
    }

    private void add(Hearer hearer) {
        boolean added = execute(() -> {
            if (closed) {
                hearer.closed(BackplaneException.closed());
                return;
            }
            List<Hearer> same = hearers.computeIfAbsent(Wire.string(hearer.channel()), channel -> new ArrayList<>(1));
            same.add(hearer);
            Session current = session;
            if (current != null) {
                if (same.size() == 1) {
                    current.subscribe(hearer.channel());
                }
                hearer.up(current);
            }
        });
        // Closing may have overtaken the task; who is told twice hears it once.
        if (!added || closed) {
            hearer.closed(BackplaneException.closed());
        }
    }

    /** Listens or watches no more; what is on its way is still told. */
    void remove(Hearer hearer) {
        execute(() -> {
            String channel = Wire.string(hearer.channel());
            List<Hearer> same = hearers.get(channel);
            if (same != null && same.remove(hearer) && same.isEmpty()) {
                hearers.remove(channel);
                Session current = session;
                if (current != null) {
                    current.unsubscribe(hearer.channel());
                }
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        var ended = new CompletableFuture<@Nullable Void>();
        if (!execute(() -> end(ended))) {
            return;
        }
        try {
            ended.get(MOST_CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(Level.WARNING, "the connection to Redis has not ended in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(CompletableFuture<@Nullable Void> ended) {
        session = null;
        everyHearer().forEach(hearer -> hearer.closed(BackplaneException.closed()));
        hearers.clear();
        publishes.close();
        questions.close();
        link.close().whenComplete((ignored, failure) -> {
            thread.shutdownNow();
            ended.complete(null);
        });
    }

    // ---- on the thread

    /** What the connection tells. */
    private final class Connected implements Link.Owner {
        @Override
        public void up(Session fresh) {
            RedisBackplane.this.up(fresh);
        }

        @Override
        public void down(Throwable cause) {
            RedisBackplane.this.down(cause);
        }

        @Override
        public void message(byte[] channel, byte[] body) {
            RedisBackplane.this.message(channel, body);
        }

        @Override
        public void missed(Session current) {
            everyHearer().forEach(hearer -> hearer.missed(current));
        }
    }

    private void up(Session fresh) {
        session = fresh;
        // The feeds first: if Redis has gone back in time they find it before this node adds to what is there.
        for (List<Hearer> same : hearers.values()) {
            fresh.subscribe(same.get(0).channel());
            for (Hearer hearer : List.copyOf(same)) {
                hearer.up(fresh);
            }
        }
        fresh.behindQuestions(() -> publishes.up(fresh));
        questions.up(fresh);
    }

    private void down(Throwable cause) {
        boolean wasUp = session != null;
        session = null;
        publishes.down(cause);
        questions.down(cause);
        if (wasUp) {
            everyHearer().forEach(hearer -> hearer.down(cause));
        }
    }

    private void message(byte[] channel, byte[] body) {
        Session current = session;
        List<Hearer> same = hearers.get(Wire.string(channel));
        if (current != null && same != null) {
            for (Hearer hearer : List.copyOf(same)) {
                hearer.hear(current, body);
            }
        }
    }

    /** Somebody has to see that others have not been renewed: those who would be told. */
    private void sweep() {
        Session current = session;
        if (current != null) {
            for (Hearer hearer : everyHearer()) {
                if (hearer instanceof Roll roll) {
                    roll.sweep(current);
                }
            }
        }
    }

    /** A topic that is listened to is in use, also while nothing is published. */
    private void renew() {
        Session current = session;
        if (current != null) {
            everyHearer().forEach(hearer -> hearer.renew(current));
        }
    }

    /** Has a hearer that Redis refused ask again, if it has not been closed or has another session by then. */
    void later(Hearer hearer) {
        Session refused = session;
        thread.schedule(
                () -> {
                    List<Hearer> same = hearers.get(Wire.string(hearer.channel()));
                    if (refused != null && session == refused && same != null && same.contains(hearer)) {
                        hearer.up(refused);
                    }
                },
                RETRY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** The values for read.lua; of who has seen the position itself, and so proves what there was. */
    byte[][] readValues(Keys keys, @Nullable Position after, int most, boolean witness) {
        MessageId id = after == null ? null : after.id();
        return new byte[][] {
            keys.messages(),
            Wire.bytes(after == null ? "" : after.epoch()),
            Wire.bytes(after == null ? 0 : after.offset()),
            Wire.bytes(id == null ? "" : id.producer()),
            Wire.bytes(id == null ? -1 : id.sequence()),
            Wire.bytes(most),
            Wire.bytes(PAGE_BYTES),
            Wire.bytes(newEpoch()),
            Wire.bytes(settings.topicIdle().toMillis()),
            Wire.bytes(witness ? "1" : "0")
        };
    }

    // ---- the rest

    private <T extends @Nullable Object> CompletableFuture<T> members(
            String topic, String verb, long millis, List<String> more, Function<List<Object>, T> then) {
        Keys keys = keys(topic);
        var values = new byte[3 + more.size()][];
        values[0] = keys.presence();
        values[1] = Wire.bytes(verb);
        values[2] = Wire.bytes(millis);
        for (int i = 0; i < more.size(); i++) {
            values[3 + i] = Wire.bytes(more.get(i));
        }
        return ask(questions, Script.MEMBERS, keys.members(), values, 0, then);
    }

    /** Runs a script; the answer is read on the thread of the backplane. */
    private static <T extends @Nullable Object> CompletableFuture<T> ask(
            Outbox outbox, Script script, byte[][] keys, byte[][] values, int size, Function<List<Object>, T> then) {
        var result = new CompletableFuture<T>();
        var answer = new CompletableFuture<List<Object>>();
        answer.whenComplete((given, failure) -> {
            try {
                if (failure != null) {
                    result.completeExceptionally(failure);
                } else {
                    result.complete(then.apply(given));
                }
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        outbox.offer(new Outbox.Call(script, keys, values, size, answer));
        return result;
    }

    private List<Hearer> everyHearer() {
        return hearers.values().stream().flatMap(List::stream).toList();
    }

    private Keys keys(String topic) {
        if (topic.isEmpty()) {
            throw new IllegalArgumentException("a topic has a name");
        }
        return Keys.of(settings.prefix(), database, topic);
    }

    private String newEpoch() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Has the thread do something; false if it has ended. */
    private boolean execute(Runnable task) {
        try {
            thread.execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }
}
