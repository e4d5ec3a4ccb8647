package dev.gibbon.hub;

import dev.gibbon.Message;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A backplane that refuses what is published, or cannot be read, when a test says so. */
final class FailingBackplane implements Backplane {
    private final Backplane real;
    private final AtomicInteger entered = new AtomicInteger();
    private volatile boolean fails;

    FailingBackplane(Backplane real) {
        this.real = real;
    }

    /** How often members were entered or renewed. */
    int entered() {
        return entered.get();
    }

    void fail(boolean now) {
        fails = now;
    }

    private static <T> CompletionStage<T> failure() {
        return CompletableFuture.failedStage(BackplaneException.full("on purpose"));
    }

    @Override
    public CompletionStage<Position> publish(String topic, MessageId id, Message message) {
        return fails ? failure() : real.publish(topic, id, message);
    }

    @Override
    public CompletionStage<History> read(String topic, @Nullable Position after, int most) {
        return fails ? failure() : real.read(topic, after, most);
    }

    @Override
    public Feed subscribe(String topic, @Nullable Position after, FeedListener listener) {
        return real.subscribe(topic, after, listener);
    }

    @Override
    public CompletionStage<@Nullable Void> enter(String topic, Collection<Member> members, Duration expiry) {
        entered.incrementAndGet();
        return real.enter(topic, members, expiry);
    }

    @Override
    public CompletionStage<@Nullable Void> leave(String topic, Collection<String> ids) {
        return real.leave(topic, ids);
    }

    @Override
    public CompletionStage<List<Member>> members(String topic) {
        return real.members(topic);
    }

    @Override
    public Watch watch(String topic, PresenceListener listener) {
        return real.watch(topic, listener);
    }

    @Override
    public void close() {
        real.close();
    }
}
