package dev.gibbon.hub.nats;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of this node: what is behind a mark, then what comes, without a gap or a repeat between the two; or, without a mark,
 * only what comes. Messages that come while the history is read are put aside. Only on the loop.
 */
final class Feed implements TopicLog.Follower {

    /** Who listens; called on the loop, and must return soon. */
    interface Listener {
        void entry(Mark mark, Entry entry);

        /** Messages were lost; the next ones are those there are now. */
        void lost(Page.Outcome reason);

        /** NATS is out of reach; what others publish is not heard of. */
        void away();

        /** It is back, and everything missed meanwhile has been told. */
        void back();
    }

    private static final int PAGE = 256;
    private static final int MOST_ASIDE = 10_000;
    private static final long PAUSE_MILLIS = 100;

    private final NatsNode node;
    private final String topic;
    private final Listener listener;
    private final CompletableFuture<Mark> started = new CompletableFuture<>();
    private final Deque<Entry> aside = new ArrayDeque<>();
    private @Nullable Mark after;
    private boolean reading;
    private boolean overflown;
    private boolean ended;

    Feed(NatsNode node, String topic, @Nullable Mark after, Listener listener) {
        this.node = node;
        this.topic = topic;
        this.after = after;
        this.listener = listener;
        this.reading = after != null;
    }

    /** Completes with the place from which on messages are told. */
    CompletableFuture<Mark> started() {
        return started;
    }

    void end() {
        ended = true;
        aside.clear();
        started.completeExceptionally(new IllegalStateException("the subscription was ended"));
    }

    @Override
    public void entry(Entry entry) {
        if (reading) {
            if (aside.size() < MOST_ASIDE) {
                aside.add(entry);
            } else {
                overflown = true;
            }
        } else if (!ended) {
            listener.entry(Mark.of(node.epochNow(), entry), entry);
        }
    }

    @Override
    public void lost(boolean sameEpoch) {
        if (!reading && !ended) {
            listener.lost(sameEpoch ? Page.Outcome.TRIMMED : Page.Outcome.EPOCH);
        }
    }

    @Override
    public void level(boolean level) {
        if (ended) {
            return;
        }
        if (!level) {
            if (started.isDone()) {
                listener.away();
            }
            return;
        }
        if (reading) {
            read();
        } else if (!started.complete(node.topic(topic).place())) {
            listener.back();
        }
    }

    private void read() {
        Mark from = after;
        if (from == null || ended || !reading) {
            return;
        }
        var unused = node.readNow(topic, from, PAGE).whenComplete((page, failure) -> {
            if (failure == null) {
                read(from, page);
            } else if (node.session() != null && !node.isClosed()) {
                // Without a session the next one reads again.
                var unusedRetry = node.loop().schedule((Runnable) this::read, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    private void read(Mark from, Page page) {
        if (ended || !reading || from != after) {
            return;
        }
        started.complete(from);
        if (page.outcome() != Page.Outcome.WHOLE) {
            listener.lost(page.outcome());
            caughtUp(Long.MIN_VALUE);
            return;
        }
        Mark last = from;
        for (Entry entry : page.entries()) {
            last = Mark.of(page.epoch(), entry);
            listener.entry(last, entry);
        }
        after = last;
        if (page.more() || overflown) {
            if (!page.more()) {
                overflown = false;
            }
            read();
        } else {
            caughtUp(last.offset());
        }
    }

    private void caughtUp(long seen) {
        reading = false;
        after = null;
        while (!aside.isEmpty()) {
            Entry entry = aside.remove();
            if (entry.offset() > seen) {
                listener.entry(Mark.of(node.epochNow(), entry), entry);
            }
        }
    }
}
