package dev.gibbon.hub.nats;

import dev.gibbon.Message;
import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.History;
import dev.gibbon.hub.Member;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node's way to NATS with JetStream, 2.9 or newer. One stream keeps all topics, and each topic is one subject of it; what an
 * acknowledgement survives depends on the engine and on {@link NatsSettings}. It connects in the background, again and again, and needs no
 * engine to begin with.
 */
public final class NatsBackplane implements Backplane {

    private static final int MOST_READ = 4_096;

    private final NatsSettings settings;
    private final NatsNode node;
    /** What waits for its acknowledgement, counted before the loop sees it. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger asking = new AtomicInteger();

    /**
     * Begins to connect, and returns at once.
     *
     * @param settings of this node
     */
    public NatsBackplane(NatsSettings settings) {
        this.settings = settings;
        this.node = new NatsNode(settings);
        node.start();
    }

    @Override
    public CompletionStage<Position> publish(String topic, MessageId id, Message message) {
        checkTopic(topic);
        Objects.requireNonNull(id, "id");
        Message kept = message.copy();
        int size = kept.size();
        boolean tooMany = waiting.incrementAndGet() > settings.maxWaiting();
        boolean tooMuch = waitingBytes.addAndGet(size) > settings.maxWaitingBytes();
        if (tooMany || tooMuch) {
            release(size);
            return CompletableFuture.failedStage(BackplaneException.full("more than " + settings.maxWaiting()
                    + " messages or " + settings.maxWaitingBytes() + " bytes wait for NATS: see maxWaiting"));
        }
        var stored = new CompletableFuture<Position>();
        var unused = stored.whenComplete((position, failure) -> release(size));
        long now = System.currentTimeMillis();
        node.onLoop(stored, () -> node.topic(topic).publish(new Outbox.Waiting(id, kept, now, stored)));
        return stored;
    }

    private void release(int size) {
        waiting.decrementAndGet();
        waitingBytes.addAndGet(-size);
    }

    private static void checkTopic(String topic) {
        if (topic.isEmpty()) {
            throw new IllegalArgumentException("a topic has a name");
        }
    }

    @Override
    public CompletionStage<History> read(String topic, @Nullable Position after, int most) {
        checkTopic(topic);
        if (most < 1) {
            throw new IllegalArgumentException("at least 1 entry is read, not " + most);
        }
        // More than anybody wants to hold at once; there may be fewer than were asked for.
        int count = Math.min(most, MOST_READ);
        return ask(session -> node.readNow(session, topic, after, count));
    }

    private <T extends @Nullable Object> CompletionStage<T> ask(Function<Session, CompletableFuture<T>> question) {
        if (asking.incrementAndGet() > settings.maxWaiting()) {
            asking.decrementAndGet();
            return CompletableFuture.failedStage(BackplaneException.full(
                    "more than " + settings.maxWaiting() + " questions wait for NATS: see maxWaiting"));
        }
        var result = new CompletableFuture<T>();
        var unused = result.whenComplete((answer, failure) -> asking.decrementAndGet());
        node.ask(result, question);
        return result;
    }

    @Override
    public Feed subscribe(String topic, @Nullable Position after, FeedListener listener) {
        checkTopic(topic);
        var feed = new NatsFeed(node, topic, after, Objects.requireNonNull(listener, "listener"));
        feed.start();
        return feed;
    }

    @Override
    public CompletionStage<@Nullable Void> enter(String topic, Collection<Member> members, Duration expiry) {
        checkTopic(topic);
        if (expiry.toMillis() < 1) {
            throw new IllegalArgumentException("presence lasts 1 ms or more, not " + expiry);
        }
        return say(topic, List.copyOf(members), expiry);
    }

    @Override
    public CompletionStage<@Nullable Void> leave(String topic, Collection<String> ids) {
        checkTopic(topic);
        return say(topic, ids.stream().map(id -> new Member(id, "")).toList(), Duration.ZERO);
    }

    private CompletionStage<@Nullable Void> say(String topic, List<Member> members, Duration lasting) {
        return ask(session -> {
            List<CompletableFuture<Void>> said = new ArrayList<>();
            for (Member member : members) {
                said.add(node.presence(topic).say(session, member, lasting));
            }
            return CompletableFuture.allOf(said.toArray(CompletableFuture[]::new))
                    .<@Nullable Void>thenApply(all -> null);
        });
    }

    @Override
    public CompletionStage<List<Member>> members(String topic) {
        checkTopic(topic);
        return ask(session -> node.presence(topic).whenKnown());
    }

    @Override
    public Watch watch(String topic, PresenceListener listener) {
        checkTopic(topic);
        var watch = new NatsWatch(node, topic, Objects.requireNonNull(listener, "listener"));
        watch.start();
        return watch;
    }

    @Override
    public void close() {
        node.close();
    }
}
