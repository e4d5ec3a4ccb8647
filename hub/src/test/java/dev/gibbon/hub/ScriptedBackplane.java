package dev.gibbon.hub;

import dev.gibbon.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A backplane that says what the test wants, when the test wants it. */
final class ScriptedBackplane implements Backplane {
    private final Position start;
    private final Deque<CompletableFuture<History>> reads = new ArrayDeque<>();
    private final Deque<CompletableFuture<Position>> publishes = new ArrayDeque<>();
    private final List<FeedListener> listeners = new ArrayList<>();

    /** Each topic is at this position when it is first listened to. */
    ScriptedBackplane(Position start) {
        this.start = start;
    }

    /** Who listens, the latest one. */
    FeedListener listener() {
        return listeners.get(listeners.size() - 1);
    }

    /** How many questions for the history wait. */
    int waitingReads() {
        return reads.size();
    }

    /** Answers the oldest question for the history. */
    void answer(History history) {
        reads.remove().complete(history);
    }

    /** Stores the oldest message that waits. */
    void store(Position position) {
        publishes.remove().complete(position);
    }

    /** Fails the oldest question for the history. */
    void fail(RuntimeException failure) {
        reads.remove().completeExceptionally(failure);
    }

    @Override
    public CompletionStage<Position> publish(String topic, MessageId id, Message message) {
        CompletableFuture<Position> stored = new CompletableFuture<>();
        publishes.add(stored);
        return stored;
    }

    @Override
    public CompletionStage<History> read(String topic, @Nullable Position after, int most) {
        CompletableFuture<History> read = new CompletableFuture<>();
        reads.add(read);
        return read;
    }

    @Override
    public Feed subscribe(String topic, @Nullable Position after, FeedListener listener) {
        listeners.add(listener);
        return new Feed() {
            @Override
            public CompletionStage<Position> started() {
                return CompletableFuture.completedStage(start);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public CompletionStage<@Nullable Void> enter(String topic, Collection<Member> members, Duration expiry) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<@Nullable Void> leave(String topic, Collection<String> ids) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<List<Member>> members(String topic) {
        return CompletableFuture.completedStage(List.of());
    }

    @Override
    public Watch watch(String topic, PresenceListener listener) {
        return new Watch() {
            @Override
            public CompletionStage<List<Member>> started() {
                return CompletableFuture.completedStage(List.of());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {}
}
