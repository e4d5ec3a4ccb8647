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
    private static final int CLOSE_INTERNAL = 1011;

    private final NodeTopic topic;
    private final Subscription subscription;
    private final Outlet outlet;
    private final SubscribeOptions options;
    private final WaitingQueue queue;
    /** Of the history, what was read and not sent yet. */
    private final ArrayDeque<Delivery> missed = new ArrayDeque<>();
    /** For this subscriber alone; few, since nothing else is given before them. */
    private final ArrayDeque<PreparedMessage> notices = new ArrayDeque<>();

    private State state = State.CATCHING_UP;
    private boolean told;
    private boolean reading;
    private boolean awaitsDrain;
    private boolean knowsMembers;
    /** Behind the last entry that was taken for the connection; null before the first of the history. */
    private @Nullable Position cursor;
    /** Whether the cursor is a place where the engine has a message, or ends, and not only what a client says. */
    private boolean cursorIsThere;
    /** Whether the engine had no more when it was asked last. */
    private boolean aheadOfNode;
    /** The number of the last event before it went live; what was dispatched until then is behind the cursor. */
    private long liveSince;
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
        this.queue = new WaitingQueue(options.slowConsumer(), topic.hub().counters().dropped);
        this.cursor = options.after();
    }

    /** Behind the last message that was given to the connection; null if there was none. Any thread. */
    @Nullable
    Position position() {
        return sent;
    }

    // ---- the past

    /** Begins, now that the topic is heard of on this node. */
    void begin(Position now) {
        if (state == State.OVER) {
            return;
        }
        if (options.start() == SubscribeOptions.Start.NOW) {
            cursor = now;
            cursorIsThere = true;
        }
        topic.comeIn(this, outlet.executor());
        catchUp();
    }

    /** What is numbered higher is taken as it comes. While the topic is locked. */
    void live(long number) {
        state = State.LIVE;
        liveSince = number;
    }

    private void catchUp() {
        while (state == State.CATCHING_UP && !reading) {
            if (!sendMissed()) {
                return;
            }
            Position from = cursor;
            List<Delivery> next = from == null ? null : topic.after(from, cursorIsThere, PIECE, this);
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
            cursorIsThere = true;
        }
    }

    private void read(@Nullable Position from) {
        reading = true;
        HistoryRead page = topic.page(from, PIECE, outlet.executor(), new HistoryRead.Reader() {
            @Override
            public void read(History page) {
                reading = false;
                if (state == State.CATCHING_UP) {
                    take(page, from);
                    catchUp();
                }
            }

            @Override
            public void failed(RuntimeException cause) {
                if (state == State.CATCHING_UP) {
                    fail(cause);
                }
            }
        });
        if (aheadOfNode) {
            page.startLater();
        } else {
            page.start();
        }
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
        // With the engine's end as the cursor only a new epoch that this node has not heard of keeps it from being
        // live.
        aheadOfNode = page.entries().isEmpty();
        if (aheadOfNode) {
            cursor = page.end();
            cursorIsThere = true;
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
        if (message != null) {
            notices.add(PreparedMessage.of(message));
            giveNotices();
        }
    }

    /** Gives what is for this subscriber alone; false if the connection has no room for it. */
    private boolean giveNotices() {
        for (PreparedMessage first = notices.peek(); first != null; first = notices.peek()) {
            if (outlet.trySend(first) == SendResult.FULL) {
                awaitDrain();
                return false;
            }
            notices.remove();
        }
        return true;
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
                if (!isLiveFor(number) || !isBehind(delivery.requirePosition(), cursor)) {
                    yield false;
                }
                cursor = delivery.requirePosition();
                yield true;
            }
            case LOST -> {
                Position now = delivery.requirePosition();
                Position before = cursor;
                if (!isLiveFor(number)
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

    private boolean isLiveFor(long number) {
        return state == State.LIVE && number > liveSince;
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
        if (!giveNotices()) {
            return false;
        }
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
            // As a task of its own: what has ended drains at once, each time that it is asked.
            var unused = outlet.drained().thenRunAsync(this::drained, outlet.executor());
        }
    }

    private void drained() {
        awaitsDrain = false;
        if (state != State.OVER && !giveNotices()) {
            return;
        }
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

    /** What was to be delivered is lost to this connection: it ends, so that its client comes back for it. */
    void fail(RuntimeException cause) {
        LOG.log(Level.ERROR, "a connection could not be given what it has subscribed to", cause);
        outlet.close(CLOSE_INTERNAL, "the server failed to deliver");
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
            notices.clear();
            hear(() -> options.listener().ended(subscription));
        }
    }

    private void tellDroppedTooLate() {
        long count = queue.takeDropped();
        if (count > 0) {
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
