package dev.gibbon.interop;

import dev.gibbon.Deflate;
import dev.gibbon.WebSocketOptions;
import java.time.Duration;

/** The settings of our end, in either role. */
enum Ours {
    /** No extension. */
    PLAIN,
    /** As it is by default: no context takeover, and only messages of 1 KiB and more are compressed. */
    USUAL,
    /** Context takeover both ways, and every message is compressed. */
    TAKEOVER,
    /** Windows of 512 bytes both ways, no context takeover, and every message is compressed. */
    SMALL_WINDOWS,
    /** Windows of 512 bytes both ways, with context takeover, and every message is compressed. */
    SMALL_WINDOWS_TAKEOVER;

    private static final long MAX_MESSAGE_BYTES = 4 << 20;

    WebSocketOptions options() {
        // No heartbeat: nothing but what a scenario says is to be on the wire.
        WebSocketOptions.Builder options = WebSocketOptions.builder()
                .maxMessageBytes(MAX_MESSAGE_BYTES)
                .maxQueuedBytes(4 * MAX_MESSAGE_BYTES)
                .pingInterval(Duration.ZERO);
        return options.deflate(deflate()).build();
    }

    private Deflate deflate() {
        Deflate on = Deflate.on();
        return switch (this) {
            case PLAIN -> Deflate.off();
            case USUAL -> on;
            case TAKEOVER -> taking(on.threshold(0));
            case SMALL_WINDOWS -> narrowed(on.threshold(0));
            case SMALL_WINDOWS_TAKEOVER -> narrowed(taking(on.threshold(0)));
        };
    }

    private static Deflate taking(Deflate deflate) {
        return deflate.incomingTakeover(true).outgoingTakeover(true);
    }

    private static Deflate narrowed(Deflate deflate) {
        return deflate.incomingWindowBits(9).outgoingWindowBits(9);
    }
}
