package dev.gibbon.interop;

import java.nio.charset.StandardCharsets;

/** What an application hears of its connection after it is open. */
sealed interface Heard {
    /**
     * A whole message.
     *
     * @param isText whether it is text, whose payload is given as UTF-8
     */
    record Message(boolean isText, byte[] payload) implements Heard {
        static Message text(String text) {
            return new Message(true, text.getBytes(StandardCharsets.UTF_8));
        }

        static Message binary(byte[] payload) {
            return new Message(false, payload);
        }

        @Override
        public String toString() {
            String start = new String(payload, 0, Math.min(40, payload.length), StandardCharsets.UTF_8);
            return (isText ? "text" : "binary") + " of " + payload.length + " bytes: " + start;
        }
    }

    /** A pong that answers a ping of ours. */
    record Pong(byte[] payload) implements Heard {
        @Override
        public String toString() {
            return "pong: " + new String(payload, StandardCharsets.UTF_8);
        }
    }

    /** The end of the connection. */
    record Closed(int code, String reason) implements Heard {}

    /** Something went wrong. */
    record Failure(String message) implements Heard {}
}
