package dev.gibbon.hub.redis;

import java.util.Arrays;
import java.util.List;

/** A message as Redis keeps it. The payload belongs to everybody and is not changed. */
record Entry(Mark mark, long timeMillis, boolean text, byte[] payload) {
    static final String TEXT = "t";
    static final String BINARY = "b";

    /** From one of the entries that read.lua returns. */
    static Entry of(String epoch, List<?> fields) {
        var mark = new Mark(
                epoch, (Long) fields.get(0), Wire.string(fields.get(2)), Long.parseLong(Wire.string(fields.get(3))));
        return new Entry(
                mark,
                Long.parseLong(Wire.string(fields.get(1))),
                Wire.string(fields.get(4)).equals(TEXT),
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
        boolean text = words.next().equals(TEXT);
        int length = Integer.parseInt(words.next());
        int at = words.at();
        String producer = Wire.string(body, at, length);
        var mark = new Mark(epoch, offset, producer, sequence);
        return new Entry(mark, time, text, Arrays.copyOfRange(body, at + length, body.length));
    }
}
