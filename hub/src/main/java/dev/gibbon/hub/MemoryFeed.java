package dev.gibbon.hub;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A subscription to a topic in memory. The topic only announces that there is something new; the node's thread reads it from the log, so that
 * a listener that is slow holds nothing but its place.
 */
final class MemoryFeed implements Backplane.Feed, MemoryNode.Listening {
    /** Entries in one go, then others have their turn. */
    private static final int BATCH = 256;

    private final MemoryNode node;
    private final Backplane.FeedListener listener;
    private final CompletableFuture<Position> started = new CompletableFuture<>();
    private volatile boolean closed;

    /** Set once, by {@link #begin}; then null no more. */
    private volatile @Nullable MemoryTopic topic;

    /** Belongs to the topic's lock: whether a task waits for the node's thread, or runs there. */
    private boolean announced;

    /** The last one that was told; by {@link #begin}, then by the node's thread. */
    private @Nullable Position at;

    MemoryFeed(MemoryNode node, @Nullable Position after, Backplane.FeedListener listener) {
        this.node = node;
        this.at = after;
        this.listener = listener;
    }

    /** Belongs to the topic's lock. */
    void begin(MemoryTopic there) {
        topic = there;
        // In this order: close() looks for the topic behind its note.
        if (closed) {
            return;
        }
        there.add(this);
        Position after = at;
        boolean lost = after != null && there.read(after, 1).lost() != null;
        Position start = after == null ? there.end() : lost ? there.cut() : after;
        if (!lost) {
            at = start;
        }
        node.tell(() -> started.complete(start));
        announce();
    }

    /** Belongs to the topic's lock: there is something to read. */
    void announce() {
        if (!announced && !closed) {
            announced = node.tell(this::tellNews);
        }
    }

    private void tellNews() {
        MemoryTopic there = topic;
        if (closed || there == null) {
            return;
        }
        History news;
        Position cut;
        there.lock();
        try {
            news = there.read(at, BATCH);
            cut = there.cut();
            announced = !news.complete();
        } finally {
            there.unlock();
        }
        LossReason lost = news.lost();
        if (lost != null) {
            at = cut;
            MemoryNode.call(() -> listener.lost(lost, cut));
        }
        for (Entry entry : news.entries()) {
            if (closed) {
                return;
            }
            at = entry.position();
            MemoryNode.call(() -> listener.entry(entry));
        }
        if (!news.complete()) {
            node.tell(this::tellNews);
        }
    }

    @Override
    public CompletionStage<Position> started() {
        return started;
    }

    @Override
    public void refuse(BackplaneException refusal) {
        started.completeExceptionally(refusal);
    }

    @Override
    public void close() {
        closed = true;
        node.tell(() -> started.completeExceptionally(BackplaneException.closed()));
        node.ended(this);
        MemoryTopic there = topic;
        if (there != null) {
            there.lock();
            try {
                there.remove(this);
            } finally {
                there.unlock();
            }
        }
    }
}
