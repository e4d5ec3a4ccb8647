package dev.gibbon.hub.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one subscription of this node has seen of a topic, and how it gets the rest. Live messages come on the channel; when one is missing
 * (after a cut connection), it reads what is behind the last one it has seen, and Redis checks that this one is still there. While it
 * reads it ignores the channel: the connection keeps the order, so what comes behind the last page is not in it. Belongs to the
 * thread of the backplane.
 */
final class Feed implements Hearer {
    private static final int PAGE = 256;

    private final RedisNode node;
    private final Keys keys;
    private final Listener listener;
    /** Completes with the place from which on it tells messages. */
    private final CompletableFuture<Mark> started = new CompletableFuture<>();

    private @Nullable Mark seen;
    private boolean reading;

    /** Who listens; called on the thread of the backplane. */
    interface Listener {
        /** The next message. */
        void entry(Entry entry);

        /** Messages were lost; the next ones are those behind a mark. */
        void lost(Lost reason, Mark now);

        /** Redis does not answer; what others publish is not heard of. */
        void away(Throwable cause);

        /** Redis is back, and everything missed meanwhile has been told. */
        void back();
    }

    /** Why what is behind a place cannot be told. */
    enum Lost {
        /** The topic began anew, or an entry that was there is gone with an older state of Redis. */
        EPOCH,
        /** The history does not reach back so far. */
        TRIMMED
    }

    /** Begins behind a mark, or, without one, behind what is there when Redis answers. */
    Feed(RedisNode node, Keys keys, @Nullable Mark after, Listener listener) {
        this.node = node;
        this.keys = keys;
        this.seen = after;
        this.listener = new Guarded(listener);
    }

    CompletableFuture<Mark> started() {
        return started;
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
            live(session, Entry.of(body));
        }
    }

    @Override
    public void down(Throwable cause) {
        reading = false;
        if (started.isDone()) {
            listener.away(cause);
        }
    }

    private void live(Session session, Entry entry) {
        Mark last = seen;
        if (reading || last == null) {
            return;
        }
        boolean sameEpoch = entry.mark().epoch().equals(last.epoch());
        if (sameEpoch && entry.mark().offset() == last.offset() + 1) {
            seen = entry.mark();
            listener.entry(entry);
        } else if (!sameEpoch || entry.mark().offset() > last.offset()) {
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
        Mark last = seen;
        byte[][] values = node.readValues(keys, last, PAGE, true);
        if (last == null) {
            // Only the place, no entry.
            values[5] = Wire.bytes(0);
        }
        session.run(Script.READ, keys.log(), values, (answer, failure) -> {
            if (answer == null) {
                reading = false;
                node.renew(session, failure);
            } else {
                page(session, new Page(answer));
            }
        });
    }

    private void page(Session session, Page page) {
        Mark last = seen;
        if (last == null) {
            seen = page.end();
            caughtUp(page);
            return;
        }
        if (!page.isWhole()) {
            boolean trimmed = page.outcome().equals("trimmed");
            Mark now = page.restart(trimmed);
            seen = now;
            started.complete(now);
            listener.lost(trimmed ? Lost.TRIMMED : Lost.EPOCH, now);
            read(session);
            return;
        }
        started.complete(last);
        List<Entry> entries = page.entries();
        for (Entry entry : entries) {
            last = entry.mark();
            seen = last;
            listener.entry(entry);
        }
        if (last.offset() < page.last()) {
            read(session);
        } else {
            caughtUp(page);
        }
    }

    private void caughtUp(Page page) {
        reading = false;
        if (!started.complete(page.end())) {
            listener.back();
        }
    }

    /** A listener that fails hears the next message all the same, and does not stop the feed. */
    private record Guarded(Listener listener) implements Listener {
        private static final System.Logger LOG = System.getLogger(Feed.class.getName());

        @Override
        public void entry(Entry entry) {
            guard(() -> listener.entry(entry));
        }

        @Override
        public void lost(Lost reason, Mark now) {
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
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a listener of a topic failed", e);
            }
        }
    }
}
