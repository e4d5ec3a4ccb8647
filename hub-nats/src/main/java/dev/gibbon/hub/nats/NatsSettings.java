package dev.gibbon.hub.nats;

import io.nats.client.Options;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What the backplane on NATS needs to know; immutable, made by {@link #builder(String)}. All nodes of one hub must have the same prefix, and
 * should have the same limits of the history: they belong to the stream, and the node that connected last sets them.
 */
public final class NatsSettings {

    private static final long MAX_READ_BYTES = 4 << 20;

    private final List<String> servers;
    private final String prefix;
    private final int maxMessages;
    private final Duration maxAge;
    private final long maxStreamBytes;
    private final boolean onDisk;
    private final int replicas;
    private final Duration duplicateWindow;
    private final Duration maxPresence;
    private final int maxWaiting;
    private final long maxWaitingBytes;
    private final Duration requestTimeout;
    private final Duration pingInterval;
    private final Duration reconnectDelay;
    private final Duration maxReconnectDelay;
    private final Consumer<Options.Builder> customizer;

    private NatsSettings(Builder builder) {
        servers = List.copyOf(builder.servers);
        prefix = builder.prefix;
        maxMessages = builder.maxMessages;
        maxAge = builder.maxAge;
        maxStreamBytes = builder.maxStreamBytes;
        onDisk = builder.onDisk;
        replicas = builder.replicas;
        duplicateWindow =
                builder.duplicateWindow.compareTo(builder.maxAge) < 0 ? builder.duplicateWindow : builder.maxAge;
        maxPresence = builder.maxPresence;
        maxWaiting = builder.maxWaiting;
        maxWaitingBytes = builder.maxWaitingBytes;
        requestTimeout = builder.requestTimeout;
        pingInterval = builder.pingInterval;
        reconnectDelay = builder.reconnectDelay;
        maxReconnectDelay = builder.maxReconnectDelay;
        customizer = builder.customizer;
    }

    /**
     * Settings with the defaults.
     *
     * @param servers URIs such as {@code nats://host:4222}, separated by commas; one of them is enough to begin with
     * @return a builder
     */
    public static Builder builder(String servers) {
        return new Builder(List.of(servers.split(",")));
    }

    List<String> servers() {
        return servers;
    }

    String prefix() {
        return prefix;
    }

    int maxMessages() {
        return maxMessages;
    }

    Duration maxAge() {
        return maxAge;
    }

    long maxStreamBytes() {
        return maxStreamBytes;
    }

    boolean onDisk() {
        return onDisk;
    }

    int replicas() {
        return replicas;
    }

    Duration duplicateWindow() {
        return duplicateWindow;
    }

    Duration maxPresence() {
        return maxPresence;
    }

    int maxWaiting() {
        return maxWaiting;
    }

    long maxWaitingBytes() {
        return maxWaitingBytes;
    }

    Duration requestTimeout() {
        return requestTimeout;
    }

    Duration pingInterval() {
        return pingInterval;
    }

    Duration reconnectDelay() {
        return reconnectDelay;
    }

    Duration maxReconnectDelay() {
        return maxReconnectDelay;
    }

    Consumer<Options.Builder> customizer() {
        return customizer;
    }

    /** How many producers a topic's reader remembers: all that may be in its history, and as many that were trimmed. */
    int rememberedProducers() {
        return Math.max(1_024, 2 * maxMessages);
    }

    /** How many bytes of payload are asked for at a time, about. */
    long maxReadBytes() {
        return MAX_READ_BYTES;
    }

    /** Collects settings; for one thread. */
    public static final class Builder {

        private final List<String> servers;
        private String prefix = "gibbon";
        private int maxMessages = 1_000;
        private Duration maxAge = Duration.ofDays(1);
        private long maxStreamBytes = -1;
        private boolean onDisk = true;
        private int replicas = 1;
        private Duration duplicateWindow = Duration.ofMinutes(2);
        private Duration maxPresence = Duration.ofMinutes(2);
        private int maxWaiting = 10_000;
        private long maxWaitingBytes = 16 << 20;
        private Duration requestTimeout = Duration.ofSeconds(5);
        private Duration pingInterval = Duration.ofSeconds(5);
        private Duration reconnectDelay = Duration.ofMillis(50);
        private Duration maxReconnectDelay = Duration.ofSeconds(2);
        private Consumer<Options.Builder> customizer = options -> {};

        private Builder(List<String> servers) {
            this.servers = servers;
        }

        /**
         * The beginning of the names of all streams and subjects; {@code gibbon} by default.
         *
         * @param name 1 to 32 letters, digits, underscores and hyphens
         * @return this
         */
        public Builder prefix(String name) {
            if (!name.matches("[A-Za-z0-9_-]{1,32}")) {
                throw new IllegalArgumentException(
                        "a prefix has 1 to 32 letters, digits, underscores and hyphens: " + name);
            }
            prefix = name;
            return this;
        }

        /**
         * How many messages of a topic the engine keeps; 1,000 by default.
         *
         * @param count 1 to 1,000,000
         * @return this
         */
        public Builder maxMessages(int count) {
            maxMessages = between("maxMessages", count, 1, 1_000_000);
            return this;
        }

        /**
         * How long the engine keeps a message; a day by default.
         *
         * @param age at least 1 s
         * @return this
         */
        public Builder maxAge(Duration age) {
            maxAge = atLeast("maxAge", age, Duration.ofSeconds(1));
            return this;
        }

        /**
         * How many bytes the engine keeps of all topics together, with about 100 a message for its own cost; the oldest go first, of
         * whichever topic. Unlimited by default: JetStream has no bound in bytes for a single subject.
         *
         * @param bytes at least 1 MiB
         * @return this
         */
        public Builder maxStreamBytes(long bytes) {
            if (bytes < 1 << 20) {
                throw new IllegalArgumentException("maxStreamBytes is at least 1 MiB, not " + bytes);
            }
            maxStreamBytes = bytes;
            return this;
        }

        /**
         * Whether the engine keeps messages in files, which is the default, or in its memory only, where they end with it.
         *
         * @param disk true for files
         * @return this
         */
        public Builder onDisk(boolean disk) {
            onDisk = disk;
            return this;
        }

        /**
         * On how many servers of a cluster the engine keeps each message; 1 by default.
         *
         * @param count 1 to 5; more than 1 needs a cluster
         * @return this
         */
        public Builder replicas(int count) {
            replicas = between("replicas", count, 1, 5);
            return this;
        }

        /**
         * How long the engine itself remembers ids, besides what the nodes know; 2 min by default, and at most the age. It costs
         * the engine about 100 bytes of memory for each message of that time.
         *
         * @param window at least 100 ms
         * @return this
         */
        public Builder duplicateWindow(Duration window) {
            duplicateWindow = atLeast("duplicateWindow", window, Duration.ofMillis(100));
            return this;
        }

        /**
         * How long somebody can be present without a renewal at most, whatever was asked for; 2 min by default.
         *
         * @param age at least 1 s
         * @return this
         */
        public Builder maxPresence(Duration age) {
            maxPresence = atLeast("maxPresence", age, Duration.ofSeconds(1));
            return this;
        }

        /**
         * How much may wait for its acknowledgement on this node, also while the engine is away; more is refused. By default 10,000
         * messages and 16 MiB. As many questions, for the history and for presence, may wait besides.
         *
         * @param messages at least 1
         * @param bytes of payload, at least 1
         * @return this
         */
        public Builder maxWaiting(int messages, long bytes) {
            maxWaiting = between("maxWaiting", messages, 1, Integer.MAX_VALUE);
            if (bytes < 1) {
                throw new IllegalArgumentException("maxWaiting has at least 1 byte, not " + bytes);
            }
            maxWaitingBytes = bytes;
            return this;
        }

        /**
         * How long an answer of the engine may take before it is asked what became of the request; 5 s by default.
         *
         * @param timeout at least 10 ms
         * @return this
         */
        public Builder requestTimeout(Duration timeout) {
            requestTimeout = atLeast("requestTimeout", timeout, Duration.ofMillis(10));
            return this;
        }

        /**
         * How often a silent connection is tried; after three pings without an answer it is dead. 5 s by default.
         *
         * @param interval at least 10 ms
         * @return this
         */
        public Builder pingInterval(Duration interval) {
            pingInterval = atLeast("pingInterval", interval, Duration.ofMillis(10));
            return this;
        }

        /**
         * The pause before connecting again: it begins with the first, doubles up to the second, and half of it is left to chance. 50 ms
         * and 2 s by default.
         *
         * @param first at least 1 ms
         * @param longest at least the first
         * @return this
         */
        public Builder reconnectDelay(Duration first, Duration longest) {
            reconnectDelay = atLeast("reconnectDelay", first, Duration.ofMillis(1));
            maxReconnectDelay = atLeast("the longest reconnectDelay", longest, first);
            return this;
        }

        /**
         * Further options of the NATS client: credentials, TLS. What this module depends on (servers, reconnecting, pings, listeners) is
         * set after them.
         *
         * @param options called before each connection, on a thread of the backplane
         * @return this
         */
        public Builder client(Consumer<Options.Builder> options) {
            customizer = Objects.requireNonNull(options);
            return this;
        }

        /**
         * The settings.
         *
         * @return immutable settings
         */
        public NatsSettings build() {
            return new NatsSettings(this);
        }

        private static int between(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + " is " + least + " to " + most + ", not " + value);
            }
            return value;
        }

        private static Duration atLeast(String name, Duration value, Duration least) {
            if (value.compareTo(least) < 0) {
                throw new IllegalArgumentException(name + " is at least " + least + ", not " + value);
            }
            return value;
        }
    }
}
