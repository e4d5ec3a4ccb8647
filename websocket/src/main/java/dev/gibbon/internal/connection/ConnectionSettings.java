package dev.gibbon.internal.connection;

import dev.gibbon.OverflowPolicy;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.protocol.Limits;
import dev.gibbon.protocol.Role;
import java.time.Duration;

/** What the connections of one endpoint share: the options with times in nanoseconds, and what the style makes of them. */
public final class ConnectionSettings {
    final Role role;
    final boolean blocking;
    final boolean parts;
    final Limits limits;
    final long maxMessageBytes;
    final long pingInterval;
    final long pongTimeout;
    final long idleTimeout;
    final long closeTimeout;
    final long writeTimeout;
    final long writerTimeout;
    final long maxPause;
    final long maxQueuedBytes;
    final long highWaterBytes;
    final int readAheadBytes;
    final OverflowPolicy overflow;

    /** Works the options out for a style. */
    public ConnectionSettings(Role role, WebSocketOptions options, boolean blocking, boolean parts) {
        this.role = role;
        this.blocking = blocking;
        this.parts = parts || blocking;
        // A blocking handler may take a message either way; the engine cannot know which.
        long longest = blocking
                ? Math.max(options.maxMessageBytes(), options.maxStreamBytes())
                : parts ? options.maxStreamBytes() : options.maxMessageBytes();
        // A frame limit that was not set apart says nothing of its own: the reason must name the setting that would
        // help.
        long frame = options.maxFrameBytes() == options.maxMessageBytes() ? Long.MAX_VALUE : options.maxFrameBytes();
        this.limits = new Limits(longest, frame, options.maxFramesPerMessage());
        this.maxMessageBytes = options.maxMessageBytes();
        this.pingInterval = nanos(options.pingInterval());
        this.pongTimeout = nanos(options.pongTimeout());
        this.idleTimeout = nanos(options.idleTimeout());
        this.closeTimeout = nanos(options.closeTimeout());
        this.writeTimeout = nanos(options.writeTimeout());
        this.writerTimeout = nanos(options.writerTimeout());
        this.maxPause = nanos(options.maxPause());
        this.maxQueuedBytes = options.maxQueuedBytes();
        this.highWaterBytes = options.highWaterBytes();
        this.readAheadBytes = options.readAheadBytes();
        OverflowPolicy chosen = options.overflow();
        this.overflow = chosen != null ? chosen : blocking ? OverflowPolicy.BLOCK : OverflowPolicy.CLOSE;
    }

    /** Nanoseconds, at most a hundred years, so that sums of them cannot overflow. */
    private static long nanos(Duration duration) {
        Duration most = Duration.ofDays(36_500);
        return (duration.compareTo(most) > 0 ? most : duration).toNanos();
    }
}
