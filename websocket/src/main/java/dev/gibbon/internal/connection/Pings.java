package dev.gibbon.internal.connection;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The application's pings that wait for their pongs. Only for the loop's thread. */
final class Pings {
    /** The payload of the library's own pings: empty, so that it never matches an application's. */
    static final byte[] HEARTBEAT = {};

    private @Nullable ArrayDeque<Ping> waiting;
    private long number;

    /** One ping. */
    static final class Ping {
        final CompletableFuture<Duration> roundTrip = new CompletableFuture<>();
        private long number;
        private long sentAt;

        void fail(Throwable cause) {
            roundTrip.completeExceptionally(cause);
        }
    }

    /** Notes a ping that is sent now; its payload. */
    byte[] sending(Ping ping, long now) {
        ArrayDeque<Ping> pings = waiting;
        if (pings == null) {
            pings = new ArrayDeque<>();
            waiting = pings;
        }
        ping.number = ++number;
        ping.sentAt = now;
        pings.add(ping);
        return ByteBuffer.allocate(Long.BYTES).putLong(ping.number).array();
    }

    /** A pong came. RFC 6455, 5.5.3: it may answer only the most recent ping, so it answers the earlier ones too. */
    void ponged(ByteBuffer payload, int offset, int length, long now) {
        ArrayDeque<Ping> pings = waiting;
        if (pings == null || length != Long.BYTES) {
            return;
        }
        long answered = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            answered = (answered << 8) | (payload.get(offset + i) & 0xff);
        }
        if (answered > number) {
            return;
        }
        for (Ping ping = pings.peek(); ping != null && ping.number <= answered; ping = pings.peek()) {
            pings.remove();
            ping.roundTrip.complete(Duration.ofNanos(now - ping.sentAt));
        }
    }

    /** The connection has ended. */
    void fail(Throwable cause) {
        ArrayDeque<Ping> pings = waiting;
        waiting = null;
        if (pings != null) {
            pings.forEach(ping -> ping.fail(cause));
        }
    }
}
