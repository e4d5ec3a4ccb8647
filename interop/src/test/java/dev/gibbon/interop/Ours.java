package dev.gibbon.interop;

import dev.gibbon.WebSocketOptions;
import java.time.Duration;

/** The settings of our end, in either role. */
enum Ours {
    /** No extension. */
    PLAIN;

    private static final long MAX_MESSAGE_BYTES = 4 << 20;

    WebSocketOptions options() {
        // No heartbeat: nothing but what a scenario says is to be on the wire.
        WebSocketOptions.Builder options = WebSocketOptions.builder()
                .maxMessageBytes(MAX_MESSAGE_BYTES)
                .maxQueuedBytes(4 * MAX_MESSAGE_BYTES)
                .pingInterval(Duration.ZERO);
        return switch (this) {
            case PLAIN -> options.build();
        };
    }
}
