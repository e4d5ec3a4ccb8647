package dev.gibbon.hub;

import dev.gibbon.Message;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link MemoryEngine}: one thread, on which everything is told. What waits for the thread is bounded: a feed and a watch have one
 * task there at most, and answers are counted.
 */
final class MemoryNode implements Backplane {
    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub");
    private static final int MOST_ANSWERS = 100_000;
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(3_650);

    private final MemoryEngine engine;
    private final int mostAnswers;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        var created = new Thread(task, "gibbon-memory-node");
        created.setDaemon(true);
        return created;
    });
    private final AtomicInteger answers = new AtomicInteger();
    /** Feeds and watches, which end with the node; guards itself and what follows. */
    private final Set<Listening> open = new LinkedHashSet<>();

    private boolean closed;

    /** Who is told something until it is closed. */
    interface Listening {
        void close();

        void refuse(BackplaneException refusal);
    }

    MemoryNode(MemoryEngine engine) {
        this(engine, MOST_ANSWERS);
    }

    MemoryNode(MemoryEngine engine, int mostAnswers) {
        this.engine = engine;
        this.mostAnswers = mostAnswers;
    }

    @Override
    public CompletionStage<Position> publish(String topic, MessageId id, Message message) {
        Message kept = message.copy();
        return ask(topic, there -> there.publish(id, kept));
    }

    @Override
    public CompletionStage<History> read(String topic, @Nullable Position after, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least 1 entry has to be asked for, not " + most);
        }
        return ask(topic, there -> there.read(after, most));
    }

    @Override
    public CompletionStage<@Nullable Void> enter(String topic, Collection<Member> members, Duration expiry) {
        if (expiry.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("an expiry is 1 ms or more, not " + expiry);
        }
        Duration bounded = expiry.compareTo(LONGEST_EXPIRY) > 0 ? LONGEST_EXPIRY : expiry;
        List<Member> copy = List.copyOf(members);
        return ask(topic, there -> {
            there.enter(copy, bounded);
            return null;
        });
    }

    @Override
    public CompletionStage<@Nullable Void> leave(String topic, Collection<String> ids) {
        List<String> copy = List.copyOf(ids);
        return ask(topic, there -> {
            there.leave(copy);
            return null;
        });
    }

    @Override
    public CompletionStage<List<Member>> members(String topic) {
        return ask(topic, there -> List.copyOf(there.members().values()));
    }

    @Override
    public Feed subscribe(String topic, @Nullable Position after, FeedListener listener) {
        var feed = new MemoryFeed(this, after, listener);
        begin(feed, topic, feed::begin);
        return feed;
    }

    @Override
    public Watch watch(String topic, PresenceListener listener) {
        var watch = new MemoryWatch(this, listener);
        begin(watch, topic, watch::begin);
        return watch;
    }

    private void begin(Listening listening, String topic, Consumer<MemoryTopic> begin) {
        MemoryEngine.requireName(topic);
        try {
            synchronized (open) {
                requireOpen();
                open.add(listening);
            }
            engine.with(topic, there -> {
                begin.accept(there);
                return null;
            });
        } catch (BackplaneException e) {
            ended(listening);
            listening.refuse(e);
        }
    }

    void ended(Listening listening) {
        synchronized (open) {
            open.remove(listening);
        }
    }

    /** Does it at once, and answers on the thread, behind what was told before. */
    private <T extends @Nullable Object> CompletionStage<T> ask(String topic, MemoryEngine.Action<T> action) {
        MemoryEngine.requireName(topic);
        if (answers.incrementAndGet() > mostAnswers) {
            answers.decrementAndGet();
            return CompletableFuture.failedStage(BackplaneException.full(
                    mostAnswers + " answers wait for the thread that tells them: a listener blocks it"));
        }
        var answer = new CompletableFuture<T>();
        Runnable complete = outcome(answer, topic, action);
        boolean queued = tell(() -> {
            answers.decrementAndGet();
            complete.run();
        });
        if (!queued) {
            // It may have been done or not: for whoever asked, the node was closed before.
            answer.completeExceptionally(BackplaneException.closed());
        }
        return answer;
    }

    private <T extends @Nullable Object> Runnable outcome(
            CompletableFuture<T> answer, String topic, MemoryEngine.Action<T> action) {
        try {
            requireOpen();
            T result = engine.with(topic, action);
            return () -> answer.complete(result);
        } catch (BackplaneException e) {
            return () -> answer.completeExceptionally(e);
        }
    }

    private void requireOpen() {
        synchronized (open) {
            if (closed) {
                throw BackplaneException.closed();
            }
        }
    }

    /** Runs it on the thread; false if that has ended. */
    boolean tell(Runnable call) {
        try {
            thread.execute(() -> call(call));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /** Calls a listener, on the thread. */
    static void call(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a listener of a topic failed", e);
        }
    }

    @Override
    public void close() {
        List<Listening> left;
        synchronized (open) {
            closed = true;
            left = new ArrayList<>(open);
        }
        left.forEach(Listening::close);
        thread.shutdown();
        engine.forget(this);
    }
}
