package dev.gibbon.testkit.autobahn;

/** What a subject sent, frame by frame or, for data, message by message. Immutable, compared by content. */
public sealed interface Event {

    /**
     * A whole data message, whatever its frames were.
     *
     * @param text whether its type is text
     * @param payload its octets
     */
    record Message(boolean text, Payload payload) implements Event {
        @Override
        public String toString() {
            return (text ? "text of " : "binary of ") + payload;
        }
    }

    /**
     * A Ping.
     *
     * @param payload its octets
     */
    record Ping(Payload payload) implements Event {}

    /**
     * A Pong.
     *
     * @param payload its octets
     */
    record Pong(Payload payload) implements Event {}

    /**
     * A Close.
     *
     * @param code 1000 to 4999, or {@link #NO_CODE}
     * @param reason the reason's octets, which are UTF-8
     */
    record Close(int code, Payload reason) implements Event {
        /** Stands for a Close without a code (RFC 6455, 7.1.5). */
        public static final int NO_CODE = 1005;
    }
}
