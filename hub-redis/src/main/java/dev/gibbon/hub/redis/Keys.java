package dev.gibbon.hub.redis;

/**
 * The names of a topic in Redis. All of one topic hash to one slot; what would end the tag of the hash too early is written
 * differently, so that no two topics share a name.
 */
record Keys(byte[] messages, byte[] presence, byte[][] log, byte[][] members) {
    static Keys of(String prefix, String topic) {
        String base =
                prefix + ":{" + topic.replace("%", "%25").replace("{", "%7B").replace("}", "%7D") + "}:";
        return new Keys(
                Wire.bytes(base + "messages"),
                Wire.bytes(base + "presence"),
                new byte[][] {
                    Wire.bytes(base + "stream"),
                    Wire.bytes(base + "topic"),
                    Wire.bytes(base + "producers"),
                    Wire.bytes(base + "recent")
                },
                new byte[][] {Wire.bytes(base + "expiries"), Wire.bytes(base + "members")});
    }
}
