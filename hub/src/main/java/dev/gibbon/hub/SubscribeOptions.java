package dev.gibbon.hub;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a connection subscribes to a topic: from where on, what happens if it is slow, and who it is. Immutable. */
public final class SubscribeOptions {
    /** Where a subscription begins. */
    enum Start {
        NOW,
        HISTORY,
        POSITION
    }

    private static final SubscriptionListener NOBODY = new SubscriptionListener() {};

    private final Start start;
    private final @Nullable Position after;
    private final SlowConsumer slowConsumer;
    private final @Nullable Member member;
    private final boolean presence;
    private final SubscriptionListener listener;

    private SubscribeOptions(
            Start start,
            @Nullable Position after,
            SlowConsumer slowConsumer,
            @Nullable Member member,
            boolean presence,
            SubscriptionListener listener) {
        this.start = start;
        this.after = after;
        this.slowConsumer = slowConsumer;
        this.member = member;
        this.presence = presence;
        this.listener = listener;
    }

    private static SubscribeOptions of(Start start, @Nullable Position after) {
        return new SubscribeOptions(start, after, SlowConsumer.DEFAULT, null, false, NOBODY);
    }

    /**
     * Only what is published from now on.
     *
     * @return options
     */
    public static SubscribeOptions fromNow() {
        return of(Start.NOW, null);
    }

    /**
     * All the history there is, then what is published.
     *
     * @return options
     */
    public static SubscribeOptions fromHistory() {
        return of(Start.HISTORY, null);
    }

    /**
     * What came behind the last message that was seen, then what is published.
     *
     * @param position of that message
     * @return options
     */
    public static SubscribeOptions after(Position position) {
        return of(Start.POSITION, Objects.requireNonNull(position));
    }

    /**
     * The same with another policy for a slow connection; unless set, it is closed when 256 messages or 1 MiB wait.
     *
     * @param policy what happens
     * @return new options
     */
    public SubscribeOptions slowConsumer(SlowConsumer policy) {
        return new SubscribeOptions(start, after, Objects.requireNonNull(policy), member, presence, listener);
    }

    /**
     * The same, being present in the topic as long as the subscription lasts.
     *
     * @param who with an id that no other connection has
     * @return new options
     */
    public SubscribeOptions member(Member who) {
        return new SubscribeOptions(start, after, slowConsumer, Objects.requireNonNull(who), presence, listener);
    }

    /**
     * The same, being sent who is present, who joins and who leaves.
     *
     * @param wanted whether to send that; unless set, it is not
     * @return new options
     */
    public SubscribeOptions presence(boolean wanted) {
        return new SubscribeOptions(start, after, slowConsumer, member, wanted, listener);
    }

    /**
     * The same with somebody on the server who hears what happens to the subscription.
     *
     * @param hearer is told
     * @return new options
     */
    public SubscribeOptions listener(SubscriptionListener hearer) {
        return new SubscribeOptions(start, after, slowConsumer, member, presence, Objects.requireNonNull(hearer));
    }

    Start start() {
        return start;
    }

    @Nullable
    Position after() {
        return after;
    }

    SlowConsumer slowConsumer() {
        return slowConsumer;
    }

    @Nullable
    Member member() {
        return member;
    }

    boolean presence() {
        return presence;
    }

    SubscriptionListener listener() {
        return listener;
    }
}
