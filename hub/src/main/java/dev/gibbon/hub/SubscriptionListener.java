package dev.gibbon.hub;

import org.jspecify.annotations.Nullable;

/** Hears on the server what happens to one subscription; on the connection's loop, so it must not block. What it throws is logged. */
public interface SubscriptionListener {
    /**
     * The subscription begins; called before anything of the topic is sent to the connection, so what is sent to it now comes before all of it.
     *
     * @param subscription whose
     * @param from messages follow from behind this position
     * @param lost null if nothing is missing since the position that was asked for, else why something is
     */
    default void began(Subscription subscription, Position from, @Nullable LossReason lost) {}

    /**
     * Messages of a slow connection were dropped, as its {@link SlowConsumer} says. Told when the connection takes messages again.
     *
     * @param subscription whose
     * @param messages how many since this was told last
     */
    default void dropped(Subscription subscription, long messages) {}

    /**
     * Messages are missing that cannot be told any more.
     *
     * @param subscription whose
     * @param reason why
     * @param now the next message is the first behind this position
     */
    default void lost(Subscription subscription, LossReason reason, Position now) {}

    /**
     * The subscription is over: it was closed, its connection has ended or was too slow, or the hub is closed.
     *
     * @param subscription whose
     */
    default void ended(Subscription subscription) {}
}
