package dev.gibbon;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The limits and times of connections. Immutable; every default is safe. Build one with {@link #builder()} or change one
 * with {@link #with()}.
 *
 * @param maxMessageBytes the longest message, bytes after assembly; beyond it 1009. 1 to 2^31-9. Default 1 MiB
 * @param maxFrameBytes the longest frame's payload on the wire, bytes; beyond it 1009. Unless it is less than the longest message,
 *     a compressed frame may have an eighth and 1 KiB more. Default: as the message
 * @param maxFramesPerMessage the most frames of one message; beyond it 1008. Default 131,072
 * @param maxStreamBytes the longest message read by {@link WebSocket#receiveStream()}, bytes. Default: as maxMessageBytes
 * @param pingInterval a ping is sent when no byte has come for this long; zero switches the heartbeat off. Default 25 s
 * @param pongTimeout the connection is dead when no byte has come for this long after that ping. Default 20 s
 * @param idleTimeout the connection is closed with 1001 when no data message went either way for this long; zero for
 *     never. Default zero
 * @param closeTimeout the longest closing handshake. Default 5 s
 * @param writeTimeout the longest time without progress of a write, and of a send that waits for room. Default 10 s
 * @param writerTimeout the longest time without progress of an open {@link MessageWriter}; then 1011. Default 30 s
 * @param maxPause the longest time that we do not read from a peer, whoever wanted it; then 1008. Default 5 min
 * @param maxQueuedBytes bound of the outgoing queue, bytes on the wire, about 64 more a frame; a message counts in full until
 *     it is compressed. Default 1 MiB
 * @param highWaterBytes the listener style stops reading a peer above this many queued bytes. Default 64 KiB
 * @param readAheadBytes the blocking style stops reading a peer above this many received bytes not taken. Default 64 KiB
 * @param overflow what {@code send} does at the bound; null: as the style says. Default null
 * @param deflate what is wanted of permessage-deflate (RFC 7692). Default {@link Deflate#on()}
 */
public record WebSocketOptions(
        long maxMessageBytes,
        long maxFrameBytes,
        int maxFramesPerMessage,
        long maxStreamBytes,
        Duration pingInterval,
        Duration pongTimeout,
        Duration idleTimeout,
        Duration closeTimeout,
        Duration writeTimeout,
        Duration writerTimeout,
        Duration maxPause,
        long maxQueuedBytes,
        long highWaterBytes,
        int readAheadBytes,
        @Nullable OverflowPolicy overflow,
        Deflate deflate) {

    /** The largest message that fits a Java array, bytes. */
    public static final long MAX_MESSAGE_BYTES = Integer.MAX_VALUE - 8L;

    private static final WebSocketOptions DEFAULTS = new Builder().build();

    /**
     * Checks the ranges.
     *
     * @param maxMessageBytes as the component says
     * @param maxFrameBytes as the component says
     * @param maxFramesPerMessage as the component says
     * @param maxStreamBytes as the component says
     * @param pingInterval as the component says
     * @param pongTimeout as the component says
     * @param idleTimeout as the component says
     * @param closeTimeout as the component says
     * @param writeTimeout as the component says
     * @param writerTimeout as the component says
     * @param maxPause as the component says
     * @param maxQueuedBytes as the component says
     * @param highWaterBytes as the component says
     * @param readAheadBytes as the component says
     * @param overflow as the component says
     * @param deflate as the component says
     * @throws IllegalArgumentException for a value out of its range, named
     */
    public WebSocketOptions {
        range("maxMessageBytes", maxMessageBytes, 1, MAX_MESSAGE_BYTES);
        range("maxFrameBytes", maxFrameBytes, 1, MAX_MESSAGE_BYTES);
        range("maxFramesPerMessage", maxFramesPerMessage, 1, Integer.MAX_VALUE);
        range("maxStreamBytes", maxStreamBytes, 1, Long.MAX_VALUE);
        range("maxQueuedBytes", maxQueuedBytes, 1024, Long.MAX_VALUE);
        range("highWaterBytes", highWaterBytes, 1, maxQueuedBytes);
        range("readAheadBytes", readAheadBytes, 1, Integer.MAX_VALUE);
        positive("closeTimeout", closeTimeout);
        positive("writeTimeout", writeTimeout);
        positive("writerTimeout", writerTimeout);
        positive("maxPause", maxPause);
        notNegative("pingInterval", pingInterval);
        notNegative("idleTimeout", idleTimeout);
        positive("pongTimeout", pongTimeout);
        Objects.requireNonNull(deflate, "deflate");
    }

    /**
     * The defaults.
     *
     * @return the defaults
     */
    public static WebSocketOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Begins from the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Begins from these options.
     *
     * @return a builder
     */
    public Builder with() {
        return new Builder(this);
    }

    private static void range(String name, long value, long from, long to) {
        if (value < from || value > to) {
            throw new IllegalArgumentException(name + " is " + value + ": expected " + from + " to " + to);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + ": expected more than zero");
        }
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + ": expected zero (off) or more");
        }
    }

    /** Collects options; for one thread. */
    public static final class Builder {
        private long maxMessageBytes = 1 << 20;
        private long maxFrameBytes;
        private int maxFramesPerMessage = 131_072;
        private long maxStreamBytes;
        private Duration pingInterval = Duration.ofSeconds(25);
        private Duration pongTimeout = Duration.ofSeconds(20);
        private Duration idleTimeout = Duration.ZERO;
        private Duration closeTimeout = Duration.ofSeconds(5);
        private Duration writeTimeout = Duration.ofSeconds(10);
        private Duration writerTimeout = Duration.ofSeconds(30);
        private Duration maxPause = Duration.ofMinutes(5);
        private long maxQueuedBytes = 1 << 20;
        private long highWaterBytes;
        private int readAheadBytes = 64 << 10;
        private @Nullable OverflowPolicy overflow;
        private Deflate deflate = Deflate.on();

        Builder() {}

        Builder(WebSocketOptions from) {
            maxMessageBytes = from.maxMessageBytes;
            maxFrameBytes = from.maxFrameBytes == from.maxMessageBytes ? 0 : from.maxFrameBytes;
            maxFramesPerMessage = from.maxFramesPerMessage;
            maxStreamBytes = from.maxStreamBytes == from.maxMessageBytes ? 0 : from.maxStreamBytes;
            pingInterval = from.pingInterval;
            pongTimeout = from.pongTimeout;
            idleTimeout = from.idleTimeout;
            closeTimeout = from.closeTimeout;
            writeTimeout = from.writeTimeout;
            writerTimeout = from.writerTimeout;
            maxPause = from.maxPause;
            maxQueuedBytes = from.maxQueuedBytes;
            highWaterBytes = from.highWaterBytes == usualHighWater(from.maxQueuedBytes) ? 0 : from.highWaterBytes;
            readAheadBytes = from.readAheadBytes;
            overflow = from.overflow;
            deflate = from.deflate;
        }

        /**
         * Sets {@link WebSocketOptions#maxMessageBytes()}.
         *
         * @param value the longest message, bytes, 1 to 2^31-9
         * @return this
         */
        public Builder maxMessageBytes(long value) {
            maxMessageBytes = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#maxFrameBytes()}.
         *
         * @param value the longest frame's payload, bytes, 1 to 2^31-9
         * @return this
         */
        public Builder maxFrameBytes(long value) {
            maxFrameBytes = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#maxFramesPerMessage()}.
         *
         * @param value the most frames of one message, at least 1
         * @return this
         */
        public Builder maxFramesPerMessage(int value) {
            maxFramesPerMessage = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#maxStreamBytes()}.
         *
         * @param value the longest streamed message, bytes, at least 1
         * @return this
         */
        public Builder maxStreamBytes(long value) {
            maxStreamBytes = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#pingInterval()}.
         *
         * @param value silence before a ping; zero switches the heartbeat off
         * @return this
         */
        public Builder pingInterval(Duration value) {
            pingInterval = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#pongTimeout()}.
         *
         * @param value silence after a ping before the connection is dead, more than zero
         * @return this
         */
        public Builder pongTimeout(Duration value) {
            pongTimeout = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#idleTimeout()}.
         *
         * @param value time without a data message before 1001; zero for never
         * @return this
         */
        public Builder idleTimeout(Duration value) {
            idleTimeout = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#closeTimeout()}.
         *
         * @param value the longest closing handshake, more than zero
         * @return this
         */
        public Builder closeTimeout(Duration value) {
            closeTimeout = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#writeTimeout()}.
         *
         * @param value the longest write without progress, more than zero
         * @return this
         */
        public Builder writeTimeout(Duration value) {
            writeTimeout = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#writerTimeout()}.
         *
         * @param value the longest time without progress of an open writer, more than zero
         * @return this
         */
        public Builder writerTimeout(Duration value) {
            writerTimeout = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#maxPause()}.
         *
         * @param value the longest time without reading from a peer, more than zero
         * @return this
         */
        public Builder maxPause(Duration value) {
            maxPause = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#maxQueuedBytes()}.
         *
         * @param value the outgoing queue's bound, bytes, at least 1024
         * @return this
         */
        public Builder maxQueuedBytes(long value) {
            maxQueuedBytes = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#highWaterBytes()}.
         *
         * @param value queued bytes above which the peer is not read, at most maxQueuedBytes
         * @return this
         */
        public Builder highWaterBytes(long value) {
            highWaterBytes = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#readAheadBytes()}.
         *
         * @param value received bytes not taken above which the peer is not read
         * @return this
         */
        public Builder readAheadBytes(int value) {
            readAheadBytes = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#overflow()}.
         *
         * @param value what send does at the bound
         * @return this
         */
        public Builder overflow(OverflowPolicy value) {
            overflow = value;
            return this;
        }

        /**
         * Sets {@link WebSocketOptions#deflate()}.
         *
         * @param value such as {@link Deflate#off()}
         * @return this
         */
        public Builder deflate(Deflate value) {
            deflate = value;
            return this;
        }

        private static long usualHighWater(long maxQueuedBytes) {
            return Math.min(64 << 10, maxQueuedBytes);
        }

        /**
         * Checks and builds.
         *
         * @return the options
         * @throws IllegalArgumentException for a value out of its range, named
         */
        public WebSocketOptions build() {
            return new WebSocketOptions(
                    maxMessageBytes,
                    maxFrameBytes == 0 ? maxMessageBytes : maxFrameBytes,
                    maxFramesPerMessage,
                    maxStreamBytes == 0 ? maxMessageBytes : maxStreamBytes,
                    pingInterval,
                    pongTimeout,
                    idleTimeout,
                    closeTimeout,
                    writeTimeout,
                    writerTimeout,
                    maxPause,
                    maxQueuedBytes,
                    highWaterBytes == 0 ? usualHighWater(maxQueuedBytes) : highWaterBytes,
                    readAheadBytes,
                    overflow,
                    deflate);
        }
    }
}
