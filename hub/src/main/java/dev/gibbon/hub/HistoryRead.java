package dev.gibbon.hub;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Reads a page of a topic's history, and tries again, with longer pauses, while the engine cannot be read. */
final class HistoryRead {
    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Hub hub;
    private final String topic;
    private final @Nullable Position after;
    private final int most;
    private final Executor executor;
    private final Reader reader;
    private Duration pause = FIRST_PAUSE;

    /** Who wants the page; called on the executor, one of the two and once, or never if the hub is closed before. */
    interface Reader {
        void read(History page);

        /** The engine will never answer this. */
        void failed(RuntimeException cause);
    }

    HistoryRead(Hub hub, String topic, @Nullable Position after, int most, Executor executor, Reader reader) {
        this.hub = hub;
        this.topic = topic;
        this.after = after;
        this.most = most;
        this.executor = executor;
        this.reader = reader;
    }

    /** Begins a little later. */
    void startLater() {
        long millis = pause.toMillis();
        // Many ask for the same after an engine was away; they should not do so at the same time.
        hub.later(Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis)), this::start);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }

    void start() {
        CompletionStage<History> page;
        try {
            page = hub.backplane().read(topic, after, most);
        } catch (RuntimeException e) {
            tell(() -> reader.failed(e));
            return;
        }
        var unused = page.whenComplete((read, thrown) -> {
            if (read != null) {
                tell(() -> reader.read(read));
            } else if (!hub.isClosed()) {
                failed(thrown == null ? new IllegalStateException("no history") : Hub.causeOf(thrown));
            }
        });
    }

    private void failed(Throwable failure) {
        if (failure instanceof BackplaneException never && !never.isRetryable()) {
            tell(() -> reader.failed(never));
        } else {
            LOG.log(Level.DEBUG, "the history of " + topic + " cannot be read; again in " + pause, failure);
            startLater();
        }
    }

    private void tell(Runnable answer) {
        try {
            executor.execute(answer);
        } catch (RejectedExecutionException e) {
            // The loop is closed, and the connection with it.
        }
    }
}
