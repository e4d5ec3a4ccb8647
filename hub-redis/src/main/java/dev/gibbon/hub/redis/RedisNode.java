package dev.gibbon.hub.redis;

import io.lettuce.core.RedisURI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node's side of Redis: one thread, one connection at a time, the feeds of its topics and what it publishes. Its methods are for any
 * thread and wait for nothing, unless they say that they belong to the thread.
 */
// What is scheduled is not waited for.
@SuppressWarnings("FutureReturnValueIgnored")
final class RedisNode implements Link.Owner {
    private static final int PAGE_BYTES = 256 << 10;
    private static final int MOST_READS = 100_000;
    /** Numbers are doubles in the scripts. */
    private static final long GREATEST_SEQUENCE = 1L << 53;

    private final RedisSettings settings;
    private final SecureRandom random = new SecureRandom();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var created = new Thread(task, "gibbon-redis");
        created.setDaemon(true);
        return created;
    });
    private final Link link;
    private final Outbox publishes;
    private final Outbox questions;
    /** By the channel; belongs to the thread. */
    private final Map<String, List<Hearer>> hearers = new HashMap<>();

    private @Nullable Session session;

    RedisNode(RedisSettings settings) {
        this.settings = settings;
        publishes = new Outbox(thread, settings.pendingMessages(), settings.pendingBytes());
        questions = new Outbox(thread, MOST_READS, Long.MAX_VALUE);
        link = new Link(RedisURI.create(settings.uri()), settings.timeout(), thread, this);
        thread.execute(link::start);
        long millis = settings.presenceCheck().toMillis();
        thread.scheduleWithFixedDelay(this::sweep, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Stores a message, once for each producer and sequence; completes with where it is. */
    CompletableFuture<Mark> publish(String topic, String producer, long sequence, boolean text, byte[] payload) {
        if (producer.isEmpty() || sequence < 0 || sequence > GREATEST_SEQUENCE) {
            throw new IllegalArgumentException("producer is empty, or its sequence is not from 0 to 2^53: " + sequence);
        }
        Keys keys = keys(topic);
        byte[][] values = {
            keys.messages(),
            Wire.bytes(producer),
            Wire.bytes(sequence),
            Wire.bytes(text ? Entry.TEXT : Entry.BINARY),
            payload,
            Wire.bytes(newEpoch()),
            Wire.bytes(settings.historyEntries()),
            Wire.bytes(settings.historyBytes()),
            Wire.bytes(settings.historyAge().toMillis()),
            Wire.bytes(settings.producers()),
            Wire.bytes(settings.topicIdle().toMillis())
        };
        return ask(publishes, Script.PUBLISH, keys.log(), values, payload.length + producer.length())
                .thenApply(answer -> {
                    String outcome = Wire.string(answer.get(0));
                    String epoch = Wire.string(answer.get(1));
                    long offset = (Long) answer.get(2);
                    return switch (outcome) {
                        case "stored", "repeat" -> new Mark(epoch, offset, producer, sequence);
                        // It was stored, and is older than the history: nobody can say where it was.
                        case "gone" -> new Mark(epoch, offset, producer, Long.parseLong(Wire.string(answer.get(3))));
                        default ->
                            throw new IllegalStateException("sequence " + sequence + " of producer " + producer
                                    + " comes behind " + Wire.string(answer.get(3)) + ", and was not stored before it");
                    };
                });
    }

    /** Reads at most so many entries behind a mark, or the oldest ones there are. */
    CompletableFuture<Page> read(String topic, @Nullable Mark after, int most) {
        Keys keys = keys(topic);
        return ask(questions, Script.READ, keys.log(), readValues(keys, after, most, false), 0)
                .thenApply(Page::new);
    }

    /** Enters members, or renews them, until a time from now on; pairs of member and information. */
    CompletableFuture<?> enter(String topic, long millis, List<String> membersAndInformation) {
        return members(topic, "enter", millis, membersAndInformation);
    }

    CompletableFuture<?> leave(String topic, List<String> members) {
        return members(topic, "leave", 0, members);
    }

    /** Who is there, and what they told of themselves. */
    CompletableFuture<Map<String, String>> present(String topic) {
        return members(topic, "list", 0, List.of()).thenApply(Roll::answered);
    }

    /** Listens to a topic behind a mark, or from now on. */
    Feed subscribe(String topic, @Nullable Mark after, Feed.Listener listener) {
        var feed = new Feed(this, keys(topic), after, listener);
        add(feed);
        return feed;
    }

    /** Watches who is present in a topic. */
    Roll watch(String topic, Roll.Listener listener) {
        var roll = new Roll(this, keys(topic), listener);
        add(roll);
        return roll;
    }

    private void add(Hearer hearer) {
        execute(() -> {
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

    /** Ends the connection and the thread; who still waits is told so. Completes when both have ended. */
    CompletableFuture<Void> close() {
        var closed = new CompletableFuture<Void>();
        try {
            thread.execute(() -> {
                session = null;
                hearers.clear();
                publishes.close();
                questions.close();
                link.close().whenComplete((ignored, failure) -> {
                    thread.shutdownNow();
                    closed.complete(null);
                });
            });
        } catch (RejectedExecutionException e) {
            closed.complete(null);
        }
        return closed;
    }

    // ---- on the thread

    @Override
    public void up(Session fresh) {
        session = fresh;
        // The feeds first: if Redis has gone back in time they find it before this node adds to what is there.
        for (List<Hearer> same : hearers.values()) {
            fresh.subscribe(same.get(0).channel());
            for (Hearer hearer : List.copyOf(same)) {
                hearer.up(fresh);
            }
        }
        publishes.up(fresh);
        questions.up(fresh);
    }

    @Override
    public void down(Throwable cause) {
        boolean wasUp = session != null;
        session = null;
        publishes.down(cause);
        questions.down(cause);
        if (wasUp) {
            everyHearer().forEach(hearer -> hearer.down(cause));
        }
    }

    @Override
    public void message(byte[] channel, byte[] body) {
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

    void renew(Session old, @Nullable Throwable cause) {
        link.renew(old, cause == null ? new IllegalStateException("no answer") : cause);
    }

    /** The values for read.lua; of who has seen the mark itself, and so proves what there was. */
    byte[][] readValues(Keys keys, @Nullable Mark after, int most, boolean witness) {
        return new byte[][] {
            keys.messages(),
            Wire.bytes(after == null ? "" : after.epoch()),
            Wire.bytes(after == null ? 0 : after.offset()),
            Wire.bytes(after == null ? "" : after.producer()),
            Wire.bytes(after == null ? Mark.NO_SEQUENCE : after.sequence()),
            Wire.bytes(most),
            Wire.bytes(PAGE_BYTES),
            Wire.bytes(newEpoch()),
            Wire.bytes(settings.topicIdle().toMillis()),
            Wire.bytes(witness ? "1" : "0")
        };
    }

    // ---- the rest

    private CompletableFuture<List<Object>> members(String topic, String verb, long millis, List<String> more) {
        Keys keys = keys(topic);
        var values = new byte[3 + more.size()][];
        values[0] = keys.presence();
        values[1] = Wire.bytes(verb);
        values[2] = Wire.bytes(millis);
        for (int i = 0; i < more.size(); i++) {
            values[3 + i] = Wire.bytes(more.get(i));
        }
        return ask(questions, Script.MEMBERS, keys.members(), values, 0);
    }

    private static CompletableFuture<List<Object>> ask(
            Outbox outbox, Script script, byte[][] keys, byte[][] values, int size) {
        var answer = new CompletableFuture<List<Object>>();
        outbox.offer(new Outbox.Call(script, keys, values, size, answer));
        return answer;
    }

    private List<Hearer> everyHearer() {
        return hearers.values().stream().flatMap(List::stream).toList();
    }

    private Keys keys(String topic) {
        return Keys.of(settings.prefix(), topic);
    }

    private String newEpoch() {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("the backplane is closed", e);
        }
    }
}
