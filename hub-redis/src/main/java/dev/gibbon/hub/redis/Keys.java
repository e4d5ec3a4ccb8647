package dev.gibbon.hub.redis;

import java.util.Locale;

/**
 * The names of a topic in Redis. All of one topic hash to one slot; what would end the tag of the hash too early, and halves of surrogate
 * pairs, which UTF-8 has not, are written differently, so that no two topics share a name.
 */
record Keys(byte[] messages, byte[] presence, byte[][] log, byte[][] members) {
    static Keys of(String prefix, int database, String topic) {
        String base = prefix + ":{" + escaped(topic) + "}:";
        // Channels are the same in all databases.
        String end = database == 0 ? "" : "@" + database;
        return new Keys(
                Wire.bytes(base + "messages" + end),
                Wire.bytes(base + "presence" + end),
                new byte[][] {
                    Wire.bytes(base + "stream"),
                    Wire.bytes(base + "topic"),
                    Wire.bytes(base + "producers"),
                    Wire.bytes(base + "recent")
                },
                new byte[][] {Wire.bytes(base + "expiries"), Wire.bytes(base + "members")});
    }

    private static String escaped(String topic) {
        var name = new StringBuilder(topic.length() + 8);
        topic.codePoints().forEach(c -> {
            if (c == '%' || c == '{' || c == '}') {
                name.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
            } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                name.append("%u").append(Integer.toHexString(c));
            } else {
                name.appendCodePoint(c);
            }
        });
        return name.toString();
    }
}
