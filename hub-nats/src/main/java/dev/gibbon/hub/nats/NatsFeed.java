package dev.gibbon.hub.nats;

import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.History;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Position;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of this node: what is behind a position, then what comes, without a gap or a repeat between the two; or, without a
 * position, only what comes. Messages that come while the history is read are put aside; if they become too many, more is read instead.
 * Only on the loop, but for what is the interface's.
 */
final class NatsFeed implements Backplane.Feed, TopicLog.Follower {

    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub.nats");
    private static final int PAGE = 256;
    private static final int MOST_ASIDE = 1_000;
    private static final long PAUSE_MILLIS = 100;

    private final NatsNode node;
    private final String topic;
    private final Backplane.FeedListener listener;
    private final CompletableFuture<Position> started = new CompletableFuture<>();
    private final Deque<Entry> aside = new ArrayDeque<>();
    /** What has been told so far; null once it is level with the topic. */
    private @Nullable Position after;

    /** The last entry that was told from the history, which may be ahead of what the topic's log hands on. */
    private @Nullable Position told;

    private boolean reading;
    private boolean overflown;
    /** Whether the listener was told so last. */
    private boolean away;
    /** Written on the loop or by whoever closes; a call that is under way may still end. */
    private volatile boolean ended;

    NatsFeed(NatsNode node, String topic, @Nullable Position after, Backplane.FeedListener listener) {
        this.node = node;
        this.topic = topic;
        this.after = after;
        this.listener = listener;
        this.reading = after != null;
    }

    @Override
    public CompletionStage<Position> started() {
        return started;
    }

    @Override
    public void close() {
        ended = true;
        node.unfollow(topic, this);
        started.completeExceptionally(BackplaneException.closed());
    }

    /** Begins, or fails if the node is closed. */
    void start() {
        node.onLoop(started, () -> {
            if (!ended) {
                node.topic(topic).follow(this);
            }
        });
    }

    @Override
    public void closed() {
        ended = true;
        started.completeExceptionally(BackplaneException.closed());
    }

    @Override
    public void entry(Entry entry) {
        if (!reading) {
            if (!wasTold(entry.position())) {
                tell(entry);
            }
        } else if (aside.size() < MOST_ASIDE) {
            aside.add(entry);
        } else {
            overflown = true;
        }
    }

    @Override
    public void lost(LossReason reason, Position now) {
        if (!reading && started.isDone() && !wasTold(now)) {
            tell(() -> listener.lost(reason, now));
        }
    }

    @Override
    public void level(boolean level) {
        if (ended) {
            return;
        }
        if (!level) {
            if (started.isDone() && !away) {
                away = true;
                tell(() -> listener.away(new IOException("NATS is out of reach")));
            }
        } else if (reading) {
            read();
        } else {
            started.complete(node.topic(topic).place());
            tellBack();
        }
    }

    private void read() {
        Position from = after;
        Session current = node.session();
        if (from == null || ended || !reading || current == null) {
            return;
        }
        var unused = node.readNow(current, topic, from, PAGE).whenComplete((history, failure) -> {
            if (ended || !reading || from != after) {
                return;
            }
            if (failure == null) {
                read(from, history);
            } else if (current == node.session()) {
                // Without a session the next one reads again.
                var unusedRetry = node.loop().schedule((Runnable) this::read, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    private void read(Position from, History history) {
        LossReason reason = history.lost();
        if (reason != null) {
            Position now = behind(history);
            started.complete(now);
            tell(() -> listener.lost(reason, now));
        }
        started.complete(from);
        history.entries().forEach(this::tell);
        after = history.end();
        if (!history.complete() || overflown) {
            if (history.complete()) {
                overflown = false;
                aside.clear();
            }
            read();
            return;
        }
        reading = false;
        after = null;
        told = history.end();
        while (!aside.isEmpty()) {
            entry(aside.remove());
        }
        tellBack();
    }

    private boolean wasTold(Position position) {
        return told != null && told.epoch().equals(position.epoch()) && position.offset() <= told.offset();
    }

    private void tellBack() {
        if (away) {
            away = false;
            tell(listener::back);
        }
    }

    /** The place just before the first of what was read. */
    private static Position behind(History history) {
        if (history.entries().isEmpty()) {
            return history.end();
        }
        Position first = history.entries().get(0).position();
        return new Position(first.epoch(), first.offset() - 1, null);
    }

    private void tell(Entry entry) {
        tell(() -> listener.entry(entry));
    }

    private void tell(Runnable call) {
        if (ended) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a listener of topic " + topic + " failed", e);
        }
    }
}
