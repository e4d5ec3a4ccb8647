package dev.gibbon.hub.redis;

import dev.gibbon.Message;
import dev.gibbon.hub.Entry;
import dev.gibbon.hub.MessageId;
import dev.gibbon.hub.Position;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** How Redis tells messages. */
final class Entries {
    static final String TEXT = "t";
    static final String BINARY = "b";

    private Entries() {}

    /** From one of the entries that read.lua returns. */
    static Entry of(String epoch, List<?> fields) {
        var id = new MessageId(Wire.string(fields.get(2)), Long.parseLong(Wire.string(fields.get(3))));
        return entry(
                new Position(epoch, (Long) fields.get(0), id),
                Long.parseLong(Wire.string(fields.get(1))),
                Wire.string(fields.get(4)),
                (byte[]) fields.get(5));
    }

    /** From what publish.lua tells everybody: M EPOCH OFFSET TIME SEQUENCE KIND LENGTH, each with a blank, producer and payload. */
    static Entry of(byte[] body) {
        var words = new Wire.Words(body);
        words.next();
        String epoch = words.next();
        long offset = Long.parseLong(words.next());
        long time = Long.parseLong(words.next());
        long sequence = Long.parseLong(words.next());
        String kind = words.next();
        int length = Integer.parseInt(words.next());
        int at = words.at();
        var id = new MessageId(Wire.string(body, at, length), sequence);
        return entry(new Position(epoch, offset, id), time, kind, Arrays.copyOfRange(body, at + length, body.length));
    }

    private static Entry entry(Position position, long timeMillis, String kind, byte[] payload) {
        Message message = kind.equals(TEXT) ? Message.text(Wire.string(payload)) : Message.binary(payload);
        return new Entry(position, message, Instant.ofEpochMilli(timeMillis));
    }
}
