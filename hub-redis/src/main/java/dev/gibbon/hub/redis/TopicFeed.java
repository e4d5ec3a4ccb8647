package dev.gibbon.hub.redis;

import dev.gibbon.hub.Backplane;
import dev.gibbon.hub.Backplane.FeedListener;
import dev.gibbon.hub.BackplaneException;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.LossReason;
import dev.gibbon.hub.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one subscription of this node has seen of a topic, and how it gets the rest. Live messages come on the channel; when one is missing
 * (after a cut connection), it reads what is behind the last one it has seen, and Redis checks that this one is still there. While it
 * reads it ignores the channel: the connection keeps the order, so what comes behind the last page is not in it. Belongs to the
 * thread of the backplane.
 */
final class TopicFeed implements Hearer, Backplane.Feed {
    private static final int PAGE = 256;

    private final RedisBackplane node;
    private final Keys keys;
    private final FeedListener listener;
    /** Completes with the place from which on it tells messages. */
    private final CompletableFuture<Position> started = new CompletableFuture<>();

    private @Nullable Position seen;
    /** Whether Redis itself has told this feed where it is: only then a place that is gone proves that Redis has gone back. */
    private boolean witness;

    private boolean reading;
    private boolean away;
    private volatile boolean closed;

    /** Begins behind a position, or, without one, behind what is there when Redis answers. */
    TopicFeed(RedisBackplane node, Keys keys, @Nullable Position after, FeedListener listener) {
        this.node = node;
        this.keys = keys;
        this.seen = after;
        this.listener = new Guarded(listener);
    }

    @Override
    public void missed(Session session) {
        if (!reading) {
            read(session);
        }
    }

    @Override
    public void renew(Session session) {
        missed(session);
    }

    @Override
    public CompletableFuture<Position> started() {
        return started;
    }

    @Override
    public void close() {
        closed = true;
        started.completeExceptionally(BackplaneException.failed("the feed was closed before it began", null));
        node.remove(this);
    }

    @Override
    public void closed(BackplaneException cause) {
        started.completeExceptionally(cause);
    }

    @Override
    public byte[] channel() {
        return keys.messages();
    }

    @Override
    public void up(Session session) {
        read(session);
    }

    @Override
    public void hear(Session session, byte[] body) {
        if (body[0] == 'E') {
            var words = new Wire.Words(body);
            words.next();
            renewed(session, words.next());
        } else {
            live(session, Entries.of(body));
        }
    }

    @Override
    public void down(Throwable cause) {
        reading = false;
        if (started.isDone() && !away && !closed) {
            away = true;
            listener.away(cause);
        }
    }

    private void live(Session session, Entry entry) {
        Position last = seen;
        if (reading || last == null || closed) {
            return;
        }
        boolean sameEpoch = entry.position().epoch().equals(last.epoch());
        if (sameEpoch && entry.position().offset() == last.offset() + 1) {
            seen = entry.position();
            listener.entry(entry);
        } else if (!sameEpoch || entry.position().offset() > last.offset()) {
            read(session);
        }
    }

    /** Somebody found that Redis has gone back, and the topic has another epoch now. */
    private void renewed(Session session, String epoch) {
        if (!reading && seen != null && !seen.epoch().equals(epoch)) {
            read(session);
        }
    }

    private void read(Session session) {
        reading = true;
        Position last = seen;
        byte[][] values = node.readValues(keys, last, PAGE, witness);
        if (last == null) {
            // Only the place, no entry.
            values[5] = Wire.bytes(0);
        }
        session.run(Script.READ, keys.log(), values, (answer, failure) -> {
            if (closed) {
                reading = false;
            } else if (answer == null) {
                refused(failure);
            } else {
                page(session, new Page(answer));
            }
        });
    }

    /** Redis refused to read this topic; others it may not. What comes live is not told before this has been read. */
    private void refused(@Nullable Throwable failure) {
        var cause = BackplaneException.failed("Redis has refused to read a topic: " + failure, failure);
        if (started.completeExceptionally(cause)) {
            close();
        } else {
            if (!away) {
                away = true;
                listener.away(cause);
            }
            node.later(this);
        }
    }

    private void page(Session session, Page page) {
        Position last = seen;
        if (last == null) {
            seen = page.end();
            witness = true;
            caughtUp(page);
            return;
        }
        if (!page.isWhole()) {
            Position now = page.restart();
            seen = now;
            witness = true;
            started.complete(now);
            listener.lost(page.lost(), now);
            read(session);
            return;
        }
        witness = true;
        started.complete(last);
        List<Entry> entries = page.entries();
        for (Entry entry : entries) {
            if (closed) {
                break;
            }
            last = entry.position();
            seen = last;
            listener.entry(entry);
        }
        if (closed) {
            reading = false;
        } else if (last.offset() < page.last()) {
            read(session);
        } else {
            caughtUp(page);
        }
    }

    private void caughtUp(Page page) {
        reading = false;
        started.complete(page.end());
        if (away) {
            away = false;
            listener.back();
        }
    }

    /** A listener that fails hears the next message all the same, and does not stop the feed. */
    private record Guarded(FeedListener listener) implements FeedListener {
        private static final System.Logger LOG = System.getLogger(TopicFeed.class.getName());

        @Override
        public void entry(Entry entry) {
            guard(() -> listener.entry(entry));
        }

        @Override
        public void lost(LossReason reason, Position now) {
            guard(() -> listener.lost(reason, now));
        }

        @Override
        public void away(Throwable cause) {
            guard(() -> listener.away(cause));
        }

        @Override
        public void back() {
            guard(listener::back);
        }

        private static void guard(Runnable call) {
            try {
                call.run();
            } catch (Throwable e) {
                LOG.log(System.Logger.Level.ERROR, "a listener of a topic failed", e);
            }
        }
    }
}
