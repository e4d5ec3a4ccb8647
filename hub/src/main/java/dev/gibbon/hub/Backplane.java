package dev.gibbon.hub;

import dev.gibbon.Message;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One node's way to the engine that keeps the topics: puts messages in an order that is the same for everybody, stores them, tells them to
 * all nodes, and knows who is present. The engine's order is the only one: a node tells its own subscribers nothing that it has not
 * heard from here.
 *
 * <p>All methods are for any thread and wait for nothing. Stages complete, and listeners are called, on a thread of the backplane, one call at
 * a time for each feed and watch, and must not block: a feed whose listener is too slow falls behind the history, and is told that entries
 * are {@linkplain LossReason#TRIMMED lost}. A listener that throws is logged, and hears the next call all the same.
 *
 * <p>While the engine is away what is asked waits for it, within bounds that the implementation has settings for, and is refused
 * beyond them with a {@link BackplaneException}; nothing is dropped in silence.
 */
public interface Backplane extends AutoCloseable {
    /**
     * Stores a message. Asked again with the same id it stores nothing, and completes as the first time; so whoever does not know whether a
     * message was stored publishes it again. That holds for as long as the engine remembers the producer: while one of its messages is in the
     * history at least.
     *
     * <p>A producer's messages are in the topic in the order of their sequences. So it publishes upwards, each message when all before it are on
     * their way, and after a failure that is retryable first that message again, then those behind it. A sequence below the producer's last one
     * stores nothing. If it is in the history, its position is the answer. If it is gone from the history and the engine knows that it was
     * stored, as all are that were counted without a gap, the answer is the position of the producer's last message. Otherwise it is refused
     * with a {@link BackplaneException} that is not retryable: acknowledged is only what was stored.
     *
     * @param topic its name, any text that is not empty
     * @param id of the message
     * @param message its content; a borrowed one is copied before this returns
     * @return completes with the message's position once it is stored as safely as the engine is set to; fails with a {@link BackplaneException}
     */
    CompletionStage<Position> publish(String topic, MessageId id, Message message);

    /**
     * Reads a part of the history.
     *
     * @param topic its name
     * @param after the entries behind this position; null for the oldest there are
     * @param most entries, 1 or more; the implementation may return fewer, but at least one if there is one
     * @return completes with them
     */
    CompletionStage<History> read(String topic, @Nullable Position after, int most);

    /**
     * Listens to a topic, from a position on or from now on: each entry once, in order, none missing unless {@link FeedListener#lost} says so.
     *
     * @param topic its name
     * @param after what is behind this position is told first; null to begin behind what is there now
     * @param listener is called until the feed is closed
     * @return the feed
     */
    Feed subscribe(String topic, @Nullable Position after, FeedListener listener);

    /** Messages of a topic, as they come. */
    interface Feed extends AutoCloseable {
        /**
         * Where it began.
         *
         * @return completes with the position behind which entries are told, before the first is; fails with a {@link BackplaneException} if
         *     the engine refuses, or the feed or the backplane is closed before it began
         */
        CompletionStage<Position> started();

        /** Listens no more. A call that is under way may still end. Idempotent. */
        @Override
        void close();
    }

    /** Is told what happens in a topic. */
    interface FeedListener {
        /**
         * The next entry.
         *
         * @param entry behind all that were told before
         */
        void entry(Entry entry);

        /**
         * Entries are missing between the last one that was told and the next.
         *
         * @param reason why
         * @param now the next entry is the first behind this position
         */
        void lost(LossReason reason, Position now);

        /**
         * The engine is out of reach: what others publish is not heard of until it is {@link #back}.
         *
         * @param cause what this node has seen of it
         */
        default void away(Throwable cause) {
            // Entries come late, and none is missing; who tells users about it overrides this.
        }

        /** The engine was away, and all that came meanwhile has been told. */
        default void back() {
            // See away.
        }
    }

    /**
     * Makes members present, or keeps them so. Whoever is not renewed in time has left, so that a dead node's members go.
     *
     * @param topic its name
     * @param members who; those who are present are renewed, and their information is replaced
     * @param expiry how long they stay without being renewed, 1 ms or more
     * @return completes when the engine knows them
     */
    CompletionStage<@Nullable Void> enter(String topic, Collection<Member> members, Duration expiry);

    /**
     * Makes members leave at once.
     *
     * @param topic its name
     * @param ids of the members; who is not present is passed over
     * @return completes when the engine knows
     */
    CompletionStage<@Nullable Void> leave(String topic, Collection<String> ids);

    /**
     * Asks who is present.
     *
     * @param topic its name
     * @return completes with them, in no order
     */
    CompletionStage<List<Member>> members(String topic);

    /**
     * Watches who comes and goes.
     *
     * @param topic its name
     * @param listener is called until the watch is closed
     * @return the watch
     */
    Watch watch(String topic, PresenceListener listener);

    /** Who comes and goes in a topic. */
    interface Watch extends AutoCloseable {
        /**
         * Who was there at first.
         *
         * @return completes with them, before the first change is told; fails with a {@link BackplaneException} if the engine refuses,
         *     or the watch or the backplane is closed before it began
         */
        CompletionStage<List<Member>> started();

        /** Watches no more. A call that is under way may still end. Idempotent. */
        @Override
        void close();
    }

    /** Is told who comes and goes. What happened while the engine was away is told as the difference. */
    interface PresenceListener {
        /**
         * Somebody is present now, or tells something else of itself.
         *
         * @param member who
         */
        void joined(Member member);

        /**
         * Somebody has left, or was not renewed in time.
         *
         * @param id of the member
         */
        void left(String id);
    }

    /**
     * Ends this node's part: feeds and watches end, and what waits fails with a {@link BackplaneException}. What was stored stays stored.
     * Waits a few seconds at most. Idempotent.
     */
    @Override
    void close();
}
