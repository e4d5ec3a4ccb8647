package dev.gibbon.hub;

import dev.gibbon.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What subscribers are sent, for each thing that happens in a topic. Unless overridden, only what was published, as it was. Whoever wants to come
 * back with a position has to be sent positions, so a protocol with recovery overrides this.
 *
 * <p>Each message is made, framed, and for each set of agreed parameters deflated, once on a node for all subscribers of the topic; those of a history
 * for each who reads it. Called on any thread, must not block; what it throws is logged, and nothing is sent.
 */
public interface DeliveryFormat {
    /** Messages as they were published, and nothing else. */
    DeliveryFormat PLAIN = new DeliveryFormat() {};

    /**
     * A message of the topic.
     *
     * @param topic its name
     * @param entry the message in its place
     * @return what is sent
     */
    default Message entry(String topic, Entry entry) {
        return entry.message();
    }

    /**
     * The first that is sent to a new subscriber.
     *
     * @param topic its name
     * @param from messages follow from behind this position
     * @param lost null if nothing is missing since the position that was asked for, else why something is; then the oldest there are follow
     * @return what is sent; null for nothing
     */
    default @Nullable Message subscribed(String topic, Position from, @Nullable LossReason lost) {
        return null;
    }

    /**
     * Messages are missing between the last one and the next.
     *
     * @param topic its name
     * @param reason why
     * @param now the next message is the first behind this position
     * @return what is sent; null for nothing
     */
    default @Nullable Message lost(String topic, LossReason reason, Position now) {
        return null;
    }

    /**
     * The receiver was slow, and messages were dropped for it.
     *
     * @param topic its name
     * @param messages how many
     * @return what is sent; null for nothing
     */
    default @Nullable Message dropped(String topic, long messages) {
        return null;
    }

    /**
     * Who is present, all of them.
     *
     * @param topic its name
     * @param members who, in no order
     * @return what is sent to those who want to know; null for nothing
     */
    default @Nullable Message members(String topic, List<Member> members) {
        return null;
    }

    /**
     * Somebody is present now, or tells something else of itself.
     *
     * @param topic its name
     * @param member who
     * @return what is sent to those who want to know; null for nothing
     */
    default @Nullable Message joined(String topic, Member member) {
        return null;
    }

    /**
     * Somebody has left.
     *
     * @param topic its name
     * @param memberId who
     * @return what is sent to those who want to know; null for nothing
     */
    default @Nullable Message left(String topic, String memberId) {
        return null;
    }

    /**
     * The engine is out of reach: messages come late.
     *
     * @param topic its name
     * @return what is sent; null for nothing
     */
    default @Nullable Message away(String topic) {
        return null;
    }

    /**
     * The engine is back, and what came meanwhile was sent.
     *
     * @param topic its name
     * @return what is sent; null for nothing
     */
    default @Nullable Message back(String topic) {
        return null;
    }
}
