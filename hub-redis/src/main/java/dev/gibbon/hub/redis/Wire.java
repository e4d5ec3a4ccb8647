package dev.gibbon.hub.redis;

import java.nio.charset.StandardCharsets;

/** Between Java and the bytes that the scripts take and give. */
final class Wire {
    private Wire() {}

    static byte[] bytes(String string) {
        return string.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    static String string(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    static String string(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    /** The words at the beginning of a message of a channel, each with a blank behind it. */
    static final class Words {
        private final byte[] body;
        private int at;

        Words(byte[] body) {
            this.body = body;
        }

        String next() {
            int from = at;
            while (body[at] != ' ') {
                at++;
            }
            return new String(body, from, at++ - from, StandardCharsets.US_ASCII);
        }

        /** Where the rest begins. */
        int at() {
            return at;
        }
    }
}
