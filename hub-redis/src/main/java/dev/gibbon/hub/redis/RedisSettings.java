package dev.gibbon.hub.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Objects;

/**
 * What a backplane on Redis needs to know; immutable. All nodes of one hub must have the same prefix, and should have the same bounds: the
 * history of a topic is cut by the bounds of the node that publishes.
 *
 * @param uri where Redis is, as Lettuce reads it: {@code redis://[user:password@]host[:port][/database]}, {@code rediss://} for TLS
 * @param prefix what all keys begin with, not empty, without braces
 * @param historyEntries the most messages kept of a topic, 1 to 1,000,000
 * @param historyBytes the most bytes kept of a topic, each message counting 64 more and the bytes of its producer; the last message stays
 *     even if it is larger
 * @param historyAge how old a kept message may become, looked at when the topic is published to; the last one stays
 * @param producers of how many producers a topic remembers the last sequence, 1 to 1,000,000, never fewer than historyEntries; those silent for longest go first
 * @param topicIdle how long a topic is kept that nobody uses; at least the age of the history
 * @param pendingMessages the most publishes that may wait for an answer or for Redis to come back, on this node; more are refused
 * @param pendingBytes the most bytes of them
 * @param presenceCheck how often this node looks for members of watched topics whose time is over, at least 10 ms
 * @param timeout how long connecting may take, and an answer, until the connection is given up for a new one
 */
public record RedisSettings(
        String uri,
        String prefix,
        int historyEntries,
        long historyBytes,
        Duration historyAge,
        int producers,
        Duration topicIdle,
        int pendingMessages,
        long pendingBytes,
        Duration presenceCheck,
        Duration timeout) {
    private static final int MOST = 1_000_000;

    /**
     * Checks the ranges; {@link #builder} is easier to read.
     *
     * @param uri see above
     * @param prefix see above
     * @param historyEntries see above
     * @param historyBytes see above
     * @param historyAge see above
     * @param producers see above
     * @param topicIdle see above
     * @param pendingMessages see above
     * @param pendingBytes see above
     * @param presenceCheck see above
     * @param timeout see above
     */
    public RedisSettings {
        Objects.requireNonNull(uri, "uri");
        if (prefix.isEmpty() || prefix.indexOf('{') >= 0 || prefix.indexOf('}') >= 0) {
            throw new IllegalArgumentException("prefix is empty or has a brace: " + prefix);
        }
        range("historyEntries", historyEntries, 1, MOST);
        range("historyBytes", historyBytes, 1, Long.MAX_VALUE);
        range("historyAge", historyAge.toMillis(), 1, topicIdle.toMillis());
        range("producers", producers, 1, MOST);
        range("pendingMessages", pendingMessages, 1, MOST);
        range("pendingBytes", pendingBytes, 1, Long.MAX_VALUE);
        range("presenceCheck in ms", presenceCheck.toMillis(), 10, Integer.MAX_VALUE);
        range("timeout in ms", timeout.toMillis(), 10, Integer.MAX_VALUE);
    }

    /** The URI, read; what is wrong with it is told without it, as there may be a password in it. */
    RedisURI redisUri() {
        try {
            return RedisURI.create(uri);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "the URI of Redis is not of the form redis://[user:password@]host[:port][/database]");
        }
    }

    /** All but the URI, in which there may be a password. */
    @Override
    public String toString() {
        return "RedisSettings[prefix=" + prefix + ", historyEntries=" + historyEntries + ", historyBytes="
                + historyBytes
                + ", historyAge=" + historyAge + ", producers=" + producers + ", topicIdle=" + topicIdle
                + ", pendingMessages=" + pendingMessages + ", pendingBytes=" + pendingBytes + ", presenceCheck="
                + presenceCheck + ", timeout=" + timeout + "]";
    }

    /**
     * Settings with the defaults: prefix {@code gibbon}; 1,000 messages, 16 MiB and one hour of history; 10,000 producers a topic; 7 days
     * until an unused topic goes; 10,000 messages and 16 MiB pending; a look at presence every 5 s; 5 s until a connection is given up.
     *
     * @param uri where Redis is
     * @return a builder
     */
    public static Builder builder(String uri) {
        return new Builder(uri);
    }

    private static void range(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", not from " + least + " to " + most);
        }
    }

    /** Makes settings; not for several threads at once. */
    public static final class Builder {
        private final String uri;
        private String prefix = "gibbon";
        private int historyEntries = 1_000;
        private long historyBytes = 16L << 20;
        private Duration historyAge = Duration.ofHours(1);
        private int producers = 10_000;
        private Duration topicIdle = Duration.ofDays(7);
        private int pendingMessages = 10_000;
        private long pendingBytes = 16L << 20;
        private Duration presenceCheck = Duration.ofSeconds(5);
        private Duration timeout = Duration.ofSeconds(5);

        private Builder(String uri) {
            this.uri = uri;
        }

        /**
         * What all keys begin with.
         *
         * @param value not empty, without braces
         * @return this
         */
        public Builder prefix(String value) {
            prefix = value;
            return this;
        }

        /**
         * How much is kept of each topic.
         *
         * @param entries the most messages, 1 to 1,000,000
         * @param bytes the most bytes
         * @param age the greatest age; beyond {@link #topicIdle}, that grows with it
         * @return this
         */
        public Builder history(int entries, long bytes, Duration age) {
            historyEntries = entries;
            historyBytes = bytes;
            historyAge = age;
            if (topicIdle.compareTo(age) < 0) {
                topicIdle = age;
            }
            return this;
        }

        /**
         * Of how many producers a topic remembers the last sequence; never fewer than messages of history.
         *
         * @param value 1 to 1,000,000
         * @return this
         */
        public Builder producers(int value) {
            producers = value;
            return this;
        }

        /**
         * How long a topic is kept that nobody uses.
         *
         * @param value at least the age of the history
         * @return this
         */
        public Builder topicIdle(Duration value) {
            topicIdle = value;
            return this;
        }

        /**
         * What may wait on this node for an answer, or for Redis to come back.
         *
         * @param messages the most messages, 1 to 1,000,000
         * @param bytes the most bytes of payload
         * @return this
         */
        public Builder pending(int messages, long bytes) {
            pendingMessages = messages;
            pendingBytes = bytes;
            return this;
        }

        /**
         * How often this node looks for members whose time is over, in the topics whose presence it watches.
         *
         * @param value at least 10 ms
         * @return this
         */
        public Builder presenceCheck(Duration value) {
            presenceCheck = value;
            return this;
        }

        /**
         * How long connecting may take, and an answer.
         *
         * @param value at least 10 ms
         * @return this
         */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /**
         * The settings.
         *
         * @return checked settings
         * @throws IllegalArgumentException if one is out of its range
         */
        public RedisSettings build() {
            return new RedisSettings(
                    uri,
                    prefix,
                    historyEntries,
                    historyBytes,
                    historyAge,
                    producers,
                    topicIdle,
                    pendingMessages,
                    pendingBytes,
                    presenceCheck,
                    timeout);
        }
    }
}
