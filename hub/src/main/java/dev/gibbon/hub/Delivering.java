package dev.gibbon.hub;

import dev.gibbon.Message;
import dev.gibbon.PreparedMessage;
import dev.gibbon.SendResult;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings a topic to one subscriber: first what it missed, at the speed of its connection, then what comes live. A cursor says behind
 * which message it is, so that between the two there is neither a gap nor a repeat.
 *
 * <p>Only for the executor of the connection, but for {@link #position}.
 */
final class Delivering {
    private static final System.Logger LOG = System.getLogger("dev.gibbon.hub");

    /** With more than this waiting in the connection, nothing is added there; well below the mark at which it stops reading. */
    static final long ENOUGH_BUFFERED_BYTES = 32 << 10;

    private static final int PIECE = 64;
    private static final int CLOSE_SLOW = 1013;

    private final NodeTopic topic;
    private final Subscription subscription;
    private final Outlet outlet;
    private final SubscribeOptions options;
    private final WaitingQueue queue;
    /** Of the history, what was read and not sent yet. */
    private final ArrayDeque<Delivery> missed = new ArrayDeque<>();

    private State state = State.CATCHING_UP;
    private boolean told;
    private boolean reading;
    private boolean awaitsDrain;
    private boolean knowsMembers;
    /** Behind the last entry that was taken for the connection; null before the first of the history. */
    private @Nullable Position cursor;
    /** The number of the last change of who is present that this subscriber knows of. */
    private long membersAt;

    private volatile @Nullable Position sent;

    private enum State {
        CATCHING_UP,
        LIVE,
        OVER
    }

    Delivering(NodeTopic topic, Subscription subscription, Outlet outlet, SubscribeOptions options) {
        this.topic = topic;
        this.subscription = subscription;
        this.outlet = outlet;
        this.options = options;
        this.queue = new WaitingQueue(options.slowConsumer());
        this.cursor = options.after();
    }

    /** Behind the last message that was given to the connection; null if there was none. Any thread. */
    @Nullable
    Position position() {
        return sent;
    }

    // ---- the past

    /** Begins, now that the topic is heard of on this node. */
    void begin() {
        if (state == State.OVER) {
            return;
        }
        if (options.start() == SubscribeOptions.Start.NOW) {
            Position now = topic.goLive(this, outlet.executor());
            cursor = now;
            tellSubscribed(now, null);
        } else {
            topic.comeIn(this, outlet.executor());
            catchUp();
        }
    }

    /** What comes from now on is taken as it comes. While the topic is locked. */
    void live() {
        state = State.LIVE;
    }

    private void catchUp() {
        while (state == State.CATCHING_UP && !reading) {
            if (!sendMissed()) {
                return;
            }
            Position from = cursor;
            List<Delivery> next = from == null ? null : topic.after(from, PIECE, this);
            if (next == null) {
                read(from);
                return;
            }
            if (from != null) {
                tellSubscribed(from, null);
            }
            missed.addAll(next);
        }
        if (state == State.LIVE) {
            flush();
        }
    }

    /** Sends what was read; false if the connection has enough for now. */
    private boolean sendMissed() {
        while (true) {
            Delivery first = missed.peek();
            if (first == null) {
                return true;
            }
            if (!give(first)) {
                return false;
            }
            missed.poll();
            cursor = first.requirePosition();
        }
    }

    private void read(@Nullable Position from) {
        reading = true;
        topic.read(from, PIECE, outlet.executor(), page -> {
            reading = false;
            if (state == State.CATCHING_UP) {
                take(page, from);
                catchUp();
            }
        });
    }

    private void take(History page, @Nullable Position from) {
        LossReason lost = page.lost();
        Position before = before(page);
        if (lost != null) {
            if (told) {
                missed.add(topic.lost(lost, before));
            } else {
                tellLost(lost, before);
            }
        }
        tellSubscribed(lost == null && from != null ? from : before, lost);
        page.entries().forEach(entry -> missed.add(topic.delivery(entry)));
        if (page.entries().isEmpty()) {
            cursor = page.end();
        }
    }

    /** A position behind which the page is all there is. */
    private static Position before(History page) {
        if (page.entries().isEmpty()) {
            return page.end();
        }
        Position first = page.entries().get(0).position();
        return new Position(first.epoch(), first.offset() - 1, null);
    }

    private void tellSubscribed(Position from, @Nullable LossReason lost) {
        if (!told) {
            told = true;
            hear(() -> options.listener().began(subscription, from, lost));
            Message message = topic.made(() -> topic.hub().format().subscribed(topic.name(), from, lost));
            tell(message);
            if (options.presence()) {
                topic.tellMembers(this, false);
            }
            if (topic.isAway()) {
                tell(topic.made(() -> topic.hub().format().away(topic.name())));
            }
        }
    }

    /** Sends a message for this subscriber alone, before what waits. */
    void tell(@Nullable Message message) {
        if (message != null && outlet.trySend(PreparedMessage.of(message)) == SendResult.FULL) {
            // Little waits in the connection when this is called, so its bound is lower than a single message.
            LOG.log(Level.WARNING, "{0} has no room for a message of {1} bytes", outlet, message.size());
        }
    }

    // ---- the present

    /** Something happens in the topic. */
    void take(Delivery delivery, long number) {
        if (state == State.OVER || !concerns(delivery, number)) {
            return;
        }
        if (queue.isEmpty() && missed.isEmpty() && give(delivery)) {
            return;
        }
        if (state != State.OVER && !queue.add(delivery)) {
            tooSlow();
        }
    }

    private boolean concerns(Delivery delivery, long number) {
        return switch (delivery.kind()) {
            case ENTRY -> {
                if (state != State.LIVE || !isBehind(delivery.requirePosition(), cursor)) {
                    yield false;
                }
                cursor = delivery.requirePosition();
                yield true;
            }
            case LOST -> {
                Position now = delivery.requirePosition();
                Position before = cursor;
                if (state != State.LIVE
                        || (before != null && before.epoch().equals(now.epoch()) && before.offset() >= now.offset())) {
                    // While catching up the cursor itself will find out.
                    yield false;
                }
                cursor = now;
                yield true;
            }
            case PRESENCE -> knowsMembers && number > membersAt;
            case ENGINE -> told;
        };
    }

    private static boolean isBehind(Position position, @Nullable Position other) {
        return other == null
                || position.offset() > other.offset()
                || !position.epoch().equals(other.epoch());
    }

    /**
     * Who is present, unless this subscriber does not want to know or knows already.
     *
     * @param number of the last change that the message has heard of
     * @param again whether to tell it even if this subscriber knew
     */
    void tellMembers(@Nullable Message message, long number, boolean again) {
        if (state != State.OVER && told && options.presence() && (again || !knowsMembers)) {
            knowsMembers = true;
            membersAt = number;
            tell(message);
        }
    }

    /** Gives a delivery to the connection; false if that has enough, and asks it to say when it has not. */
    private boolean give(Delivery delivery) {
        if (outlet.bufferedBytes() > ENOUGH_BUFFERED_BYTES) {
            awaitDrain();
            return false;
        }
        PreparedMessage message = delivery.message();
        if (message != null) {
            switch (outlet.trySend(message)) {
                case FULL -> {
                    awaitDrain();
                    return false;
                }
                case CLOSED -> {
                    end();
                    subscription.close();
                    return true;
                }
                case ACCEPTED -> {
                    if (delivery.kind() == Delivery.Kind.ENTRY) {
                        topic.hub().counters().delivered.increment();
                    }
                }
            }
        }
        switch (delivery.kind()) {
            case ENTRY -> sent = delivery.requirePosition();
            case LOST -> {
                sent = delivery.requirePosition();
                tellLost(delivery.requireReason(), delivery.requirePosition());
            }
            case PRESENCE, ENGINE -> {}
        }
        return true;
    }

    private void tellLost(LossReason reason, Position now) {
        topic.hub().counters().lost.increment();
        hear(() -> options.listener().lost(subscription, reason, now));
    }

    private void awaitDrain() {
        if (!awaitsDrain) {
            awaitsDrain = true;
            var unused = outlet.drained().thenRun(this::drained);
        }
    }

    private void drained() {
        awaitsDrain = false;
        switch (state) {
            case CATCHING_UP -> catchUp();
            case LIVE -> flush();
            case OVER -> {}
        }
    }

    /** Gives what waits to the connection, as much as it takes. */
    private void flush() {
        if (!queue.dropsNewest()) {
            tellDropped();
        }
        for (Delivery first = queue.first(); first != null; first = queue.first()) {
            if (!give(first)) {
                return;
            }
            if (state == State.OVER) {
                return;
            }
            queue.removeFirst();
        }
        tellDropped();
        if (queue.takePresenceMissed()) {
            topic.tellMembers(this, true);
        }
    }

    private void tellDropped() {
        long count = queue.takeDropped();
        if (count > 0) {
            topic.hub().counters().dropped.add(count);
            tell(topic.made(() -> topic.hub().format().dropped(topic.name(), count)));
            hear(() -> options.listener().dropped(subscription, count));
        }
    }

    private void tooSlow() {
        topic.hub().counters().disconnected.increment();
        SlowConsumer slow = options.slowConsumer();
        outlet.close(
                CLOSE_SLOW,
                "too slow: " + slow.messages() + " messages or " + slow.bytes() + " bytes wait for this connection");
        end();
        subscription.close();
    }

    // ---- the end

    boolean isOver() {
        return state == State.OVER;
    }

    /** Nothing is delivered any more. */
    void end() {
        if (state != State.OVER) {
            state = State.OVER;
            tellDroppedTooLate();
            queue.clear();
            missed.clear();
            hear(() -> options.listener().ended(subscription));
        }
    }

    private void tellDroppedTooLate() {
        long count = queue.takeDropped();
        if (count > 0) {
            topic.hub().counters().dropped.add(count);
            hear(() -> options.listener().dropped(subscription, count));
        }
    }

    private static void hear(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a subscription's listener failed", e);
        }
    }
}
