package dev.gibbon.hub.nats;

import dev.gibbon.Message;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import io.nats.client.impl.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the engine keeps at one offset of a topic. The payload is the body of the message, and what else it is stands in one header,
 * {@code KIND.SEQUENCE.FROM.MILLIS.AFTER.PRODUCER}.
 *
 * @param offset sequence in the stream
 * @param after offset of the message before it in its topic, as its sender knew it; 0 if it knew none, -1 if nobody says so
 * @param from all sequences of its producer from this one up to its own have been stored; so a node that reads it knows of those
 *     that the engine does not keep any more
 * @param entry null if somebody else put it there: it counts only as an offset
 */
record Stored(long offset, long after, long from, @Nullable Entry entry) {

    private static final Message NOTHING = Message.binary(new byte[0]);

    /**
     * The headers of a publication.
     *
     * @param from see above
     * @param millis when it is published
     * @param after the offset of the last message that was read
     * @param last the offset that the engine has to agree to be the topic's last, 0 if it has none
     */
    static Headers headers(String token, MessageId id, long from, boolean text, long millis, long after, long last) {
        String value =
                (text ? "t." : "b.") + id.sequence() + "." + from + "." + millis + "." + after + "." + id.producer();
        return new Headers()
                .put(Names.ID, value)
                // Unique in the stream, in which the same producer may have the same sequence on another topic.
                .put(Names.MESSAGE_ID, token + "." + id.sequence() + "." + id.producer())
                .put(Names.EXPECTED_LAST, Long.toString(last));
    }

    /** Reads one; without a payload if that stayed where it is. */
    static Stored of(String epoch, long offset, @Nullable Headers headers, byte @Nullable [] payload) {
        String value = headers == null ? null : headers.getFirst(Names.ID);
        String[] parts = value == null ? new String[0] : value.split("\\.", 6);
        if (parts.length < 6) {
            return new Stored(offset, -1, 0, null);
        }
        try {
            var id = new MessageId(parts[5], Long.parseLong(parts[1]));
            var time = Instant.ofEpochMilli(Long.parseLong(parts[3]));
            Message message = payload == null ? NOTHING : message(parts[0].equals("t"), payload);
            var entry = new Entry(new Position(epoch, offset, id), message, time);
            return new Stored(offset, Long.parseLong(parts[4]), Long.parseLong(parts[2]), entry);
        } catch (IllegalArgumentException e) {
            return new Stored(offset, -1, 0, null);
        }
    }

    private static Message message(boolean text, byte[] payload) {
        return text ? Message.text(new String(payload, StandardCharsets.UTF_8)) : Message.binary(payload);
    }

    /** Reads one from the history. */
    static Stored of(String epoch, io.nats.client.Message message) {
        return of(epoch, message.metaData().streamSequence(), message.getHeaders(), message.getData());
    }

    /** Reads one that was published again after it was stored; null if the engine did not say where. */
    static @Nullable Stored ofLive(String epoch, io.nats.client.Message message) {
        long offset = number(message, Names.SEQUENCE);
        return offset < 0 ? null : of(epoch, offset, message.getHeaders(), message.getData());
    }

    /** A number in a header; -1 if there is none. */
    static long number(io.nats.client.Message message, String header) {
        Headers headers = message.getHeaders();
        String value = headers == null ? null : headers.getFirst(header);
        try {
            return value == null ? -1 : Long.parseLong(value);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Just behind it. */
    Position position(String epoch) {
        return entry == null ? new Position(epoch, offset, null) : entry.position();
    }

    /**
     * Whether nothing is missing between an offset up to which everything was seen and this message, if it is the first behind it
     * that is there.
     *
     * @param first the offset of the first message of the whole stream, at the latest when this one was read
     */
    boolean follows(long seen, long first) {
        if (after > 0) {
            return after <= seen;
        }
        // The topic was empty before it, or nobody knows; if so, what was there went with the beginning of the stream.
        return first <= seen + 1;
    }
}
