package dev.gibbon.hub;

import dev.gibbon.Message;
import dev.gibbon.hub.Backplane.Feed;
import dev.gibbon.hub.Backplane.FeedListener;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A topic on this node: hears it once from the backplane, frames each thing that happens once, and hands it to the loops of its subscribers in
 * one order. Lives as long as it has subscribers, and a while longer.
 *
 * <p>Any thread. What the backplane tells is numbered and handed to the loops while the lock is held, so that whoever comes in under the lock knows exactly
 * what it has seen.
 */
final class NodeTopic {
    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub");

    private final Hub hub;
    private final String name;
    private final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();

    // All below is guarded by the lock.
    private final Map<Executor, LoopSubscribers> loops = new HashMap<>();
    private @Nullable Feed feed;
    private @Nullable Recent recent;
    private @Nullable TopicPresence presence;
    private long number;
    private int subscribers;
    private long idleSince = System.nanoTime();
    private boolean away;
    private boolean closed;

    NodeTopic(Hub hub, String name) {
        this.hub = hub;
        this.name = name;
    }

    String name() {
        return name;
    }

    Hub hub() {
        return hub;
    }

    /** Completes when the backplane is listened to; fails when it cannot be. */
    CompletionStage<@Nullable Void> started() {
        return started;
    }

    // ---- its life

    /** One subscriber more; false if the topic has been closed, and another has to be made. */
    boolean acquire() {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            subscribers++;
            if (feed == null) {
                listen();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** One subscriber less. */
    void release() {
        lock.lock();
        try {
            subscribers--;
            idleSince = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /** Closes if nobody has been subscribed for so long, or at once; true if it is closed now. */
    boolean close(boolean atOnce, long idleNanos) {
        Feed ends;
        TopicPresence endsToo;
        lock.lock();
        try {
            if (!closed && !atOnce && (subscribers > 0 || System.nanoTime() - idleSince < idleNanos)) {
                return false;
            }
            closed = true;
            ends = feed;
            endsToo = presence;
        } finally {
            lock.unlock();
        }
        if (ends != null) {
            ends.close();
        }
        if (endsToo != null) {
            endsToo.close();
        }
        return true;
    }

    private void listen() {
        Feed begun = hub.backplane().subscribe(name, null, new Hearing());
        feed = begun;
        begun.started().whenComplete((position, failure) -> {
            if (position == null) {
                Throwable cause = failure == null ? new IllegalStateException("no position") : failure;
                LOG.log(Level.WARNING, "topic " + name + " cannot be listened to", cause);
                close(true, 0);
                started.completeExceptionally(cause);
                return;
            }
            lock.lock();
            try {
                if (recent == null) {
                    recent = new Recent(position);
                }
            } finally {
                lock.unlock();
            }
            started.complete(null);
        });
    }

    private final class Hearing implements FeedListener {
        @Override
        public void entry(Entry entry) {
            Delivery delivery = delivery(entry);
            lock.lock();
            try {
                if (recent != null) {
                    recent.add(delivery);
                }
                dispatch(delivery);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void lost(LossReason reason, Position now) {
            lock.lock();
            try {
                recent = new Recent(now);
                dispatch(NodeTopic.this.lost(reason, now));
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void away(Throwable cause) {
            engine(true, () -> hub.format().away(name));
        }

        @Override
        public void back() {
            engine(false, () -> hub.format().back(name));
        }

        private void engine(boolean isAway, Supplier<@Nullable Message> message) {
            lock.lock();
            try {
                if (away != isAway) {
                    away = isAway;
                    dispatch(Delivery.engine(made(message)));
                }
            } finally {
                lock.unlock();
            }
        }
    }

    boolean isAway() {
        lock.lock();
        try {
            return away;
        } finally {
            lock.unlock();
        }
    }

    // ---- what is sent

    Delivery delivery(Entry entry) {
        return Delivery.entry(made(() -> hub.format().entry(name, entry)), entry);
    }

    Delivery lost(LossReason reason, Position now) {
        return Delivery.lost(made(() -> hub.format().lost(name, reason, now)), reason, now);
    }

    /** What the format makes; null if it fails. */
    @Nullable
    Message made(Supplier<@Nullable Message> message) {
        try {
            return message.get();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the format failed in topic " + name + "; nothing is sent for this", e);
            return null;
        }
    }

    /** Hands something to all loops. While locked. */
    private void dispatch(Delivery delivery) {
        long now = ++number;
        loops.values().forEach(loop -> loop.execute(subscriber -> subscriber.take(delivery, now)));
    }

    // ---- who comes in; on the executor of the subscriber

    private LoopSubscribers loop(Executor executor) {
        return loops.computeIfAbsent(executor, LoopSubscribers::new);
    }

    /** Adds a subscriber that is to catch up. */
    void comeIn(Delivering subscriber, Executor executor) {
        lock.lock();
        try {
            loop(executor).add(subscriber);
        } finally {
            lock.unlock();
        }
    }

    /** Where the topic ends, as this node has heard. Once it has started. */
    Position end() {
        lock.lock();
        try {
            return heard().end();
        } finally {
            lock.unlock();
        }
    }

    private Recent heard() {
        Recent present = recent;
        if (present == null) {
            throw new IllegalStateException("topic " + name + " has not started");
        }
        return present;
    }

    /**
     * What came behind a position, which may be a client's word or known to be there; if nothing did, the subscriber is live. Null if the engine
     * has to be asked.
     */
    @Nullable
    List<Delivery> after(Position position, boolean isThere, int most, Delivering subscriber) {
        lock.lock();
        try {
            List<Delivery> after = heard().after(position, most, isThere);
            if (after != null && after.isEmpty()) {
                subscriber.live(number);
            }
            return after;
        } finally {
            lock.unlock();
        }
    }

    void leave(Delivering subscriber, Executor executor) {
        LoopSubscribers there;
        lock.lock();
        try {
            there = loops.get(executor);
        } finally {
            lock.unlock();
        }
        if (there != null) {
            there.remove(subscriber);
        }
    }

    /** A page of the history, to be read. */
    HistoryRead page(@Nullable Position after, int most, Executor executor, HistoryRead.Reader reader) {
        return new HistoryRead(hub, name, after, most, executor, reader);
    }

    // ---- who is present

    /** Has everybody told who is present, who wants to know. */
    void watch() {
        lock.lock();
        try {
            if (presence == null && !closed) {
                presence = new TopicPresence(this);
                presence.start(hub.backplane());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells a subscriber who is present, if that is known yet; else it is told when it is. */
    void tellMembers(Delivering subscriber, boolean again) {
        List<Member> members;
        long now;
        lock.lock();
        try {
            members = presence == null ? null : presence.members();
            now = number;
        } finally {
            lock.unlock();
        }
        if (members != null) {
            subscriber.tellMembers(made(() -> hub.format().members(name, members)), now, again);
        }
    }

    /** Somebody came or went, which is noted while nobody else looks. */
    void presenceChanged(Runnable note, Supplier<@Nullable Message> message) {
        lock.lock();
        try {
            note.run();
            dispatch(Delivery.presence(made(message)));
        } finally {
            lock.unlock();
        }
    }

    /** Who is present is known now. */
    void presenceKnown(Runnable note, Supplier<List<Member>> members) {
        lock.lock();
        try {
            note.run();
            Message message = made(() -> hub.format().members(name, members.get()));
            long now = ++number;
            loops.values().forEach(loop -> loop.execute(subscriber -> subscriber.tellMembers(message, now, false)));
        } finally {
            lock.unlock();
        }
    }
}
