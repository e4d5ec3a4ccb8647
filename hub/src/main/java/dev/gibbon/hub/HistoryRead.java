package dev.gibbon.hub;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
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
    private final Consumer<History> then;
    private Duration pause = FIRST_PAUSE;

    HistoryRead(Hub hub, String topic, @Nullable Position after, int most, Consumer<History> then) {
        this.hub = hub;
        this.topic = topic;
        this.after = after;
        this.most = most;
        this.then = then;
    }

    void start() {
        CompletionStage<History> page = hub.backplane().read(topic, after, most);
        var unused = page.whenComplete((read, failure) -> {
            if (read != null) {
                then.accept(read);
            } else if (!hub.isClosed()) {
                LOG.log(Level.DEBUG, "the history of " + topic + " cannot be read; again in " + pause, failure);
                long millis = pause.toMillis();
                // Many ask for the same after an engine was away; they should not do so at the same time.
                hub.later(
                        Duration.ofMillis(
                                millis / 2 + ThreadLocalRandom.current().nextLong(millis)),
                        this::start);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        });
    }
}
