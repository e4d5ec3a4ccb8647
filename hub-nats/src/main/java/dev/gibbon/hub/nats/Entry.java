package dev.gibbon.hub.nats;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A message as the engine keeps it: its payload is the body, and what else it is stands in one header, {@code KIND.SEQUENCE.PRODUCER}.
 *
 * @param offset sequence in the stream
 * @param producer of its id
 * @param sequence of its id, as the producer counts
 * @param text whether the payload is text
 * @param payload nobody changes it; empty where only headers were read
 */
record Entry(long offset, String producer, long sequence, boolean text, byte[] payload) {

    static Headers headers(String token, String producer, long sequence, boolean text, long lastOffset) {
        String id = sequence + "." + Tokens.of(producer);
        return new Headers()
                .put(Names.ID, (text ? "t." : "b.") + id)
                // Unique in the stream, in which the same producer may have the same number on another topic.
                .put(Names.MESSAGE_ID, token + "." + id)
                .put(Names.EXPECTED_LAST, Long.toString(lastOffset));
    }

    /** Reads one; what somebody else put there has the sequence -1, and counts only as an offset. */
    static Entry of(long offset, @Nullable Headers headers, byte @Nullable [] payload) {
        String id = headers == null ? null : headers.getFirst(Names.ID);
        int second = id == null ? -1 : id.indexOf('.', 2);
        if (id == null || second < 0) {
            return foreign(offset);
        }
        try {
            return new Entry(
                    offset,
                    Tokens.name(id.substring(second + 1)),
                    Long.parseLong(id, 2, second, 10),
                    id.charAt(0) == 't',
                    payload == null ? new byte[0] : payload);
        } catch (IllegalArgumentException e) {
            return foreign(offset);
        }
    }

    private static Entry foreign(long offset) {
        return new Entry(offset, "", -1, false, new byte[0]);
    }

    boolean isOurs() {
        return sequence >= 0;
    }

    /** Reads one that was published again after it was stored; null if the engine did not say where. */
    static @Nullable Entry ofLive(Message message) {
        long offset = number(message, Names.SEQUENCE);
        return offset < 0 ? null : of(offset, message.getHeaders(), message.getData());
    }

    /** A number in a header; -1 if there is none. */
    static long number(Message message, String header) {
        Headers headers = message.getHeaders();
        String value = headers == null ? null : headers.getFirst(header);
        try {
            return value == null ? -1 : Long.parseLong(value);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    boolean isOf(String otherProducer, long otherSequence) {
        return sequence == otherSequence && producer.equals(otherProducer);
    }
}
