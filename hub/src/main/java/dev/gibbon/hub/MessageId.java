package dev.gibbon.hub;

import java.util.Objects;

/**
 * Which message: who published it, and the how-manieth of theirs it is. A publisher gives each message an id of its own, keeps the
 * message until it is acknowledged, and publishes it under the same id again when it does not know whether it was stored. Two messages with
 * the same id are the same message.
 *
 * @param producer one publisher in one session, such as a browser tab; unique among all who ever publish to the topic; 1 to {@value
 *     #MOST_PRODUCER_CHARS} characters from {@code !} to {@code ~}
 * @param sequence 1 for its first message to a topic, and greater for each later one; 1 to 2<sup>53</sup> - 1, so that a browser can
 *     count it
 */
public record MessageId(String producer, long sequence) {
    /** The most characters that a producer may have. */
    public static final int MOST_PRODUCER_CHARS = 64;

    /** The greatest sequence. */
    public static final long GREATEST_SEQUENCE = (1L << 53) - 1;

    /**
     * Names a message.
     *
     * @param producer as the component says
     * @param sequence as the component says
     * @throws IllegalArgumentException if one of the two is not as it has to be
     */
    public MessageId {
        Objects.requireNonNull(producer, "producer");
        if (!isProducer(producer)) {
            throw new IllegalArgumentException(
                    "a producer has 1 to " + MOST_PRODUCER_CHARS + " characters from ! to ~, not \"" + producer + "\"");
        }
        if (sequence < 1 || sequence > GREATEST_SEQUENCE) {
            throw new IllegalArgumentException("a sequence is from 1 to 2^53 - 1, not " + sequence);
        }
    }

    private static boolean isProducer(String producer) {
        return !producer.isEmpty()
                && producer.length() <= MOST_PRODUCER_CHARS
                && producer.chars().allMatch(c -> c >= '!' && c <= '~');
    }
}
