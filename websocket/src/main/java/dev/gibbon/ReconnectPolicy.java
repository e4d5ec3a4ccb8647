package dev.gibbon;

import java.time.Duration;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * When a {@link ReconnectingWebSocket} tries again, and when it gives up. Immutable; for any thread.
 *
 * <p>The delay before an attempt is drawn evenly from zero to a ceiling (full jitter), so that the clients of a server that
 * restarts do not come back all at once. The ceiling is {@code firstDelay}, doubled with each failure, up to {@code maxDelay}. A
 * connection that ends before {@code stableAfter} counts as a failure; one that lasted begins the count anew. A {@code Retry-After} of
 * a refusal (RFC 9110, 10.2.3) is the least delay, and the jitter comes on top; close codes 1012 and 1013 make it at least 5
 * seconds, and spread it over 25 more.
 */
public final class ReconnectPolicy {
    private static final ReconnectPolicy DEFAULTS = builder().build();

    private final Duration firstDelay;
    private final Duration maxDelay;
    private final Duration stableAfter;
    private final Duration maxRetryAfter;
    private final int maxAttempts;
    private final @Nullable Duration maxTime;
    private final IntPredicate fatalStatus;
    private final IntPredicate fatalCloseCode;

    private ReconnectPolicy(Builder builder) {
        firstDelay = builder.firstDelay;
        maxDelay = builder.maxDelay;
        stableAfter = builder.stableAfter;
        maxRetryAfter = builder.maxRetryAfter;
        maxAttempts = builder.maxAttempts;
        maxTime = builder.maxTime;
        fatalStatus = builder.fatalStatus;
        fatalCloseCode = builder.fatalCloseCode;
    }

    /**
     * The policy that is used when none is given.
     *
     * @return 1 s doubled up to 30 s, stable after 10 s, {@code Retry-After} up to 5 minutes, for ever
     */
    public static ReconnectPolicy defaults() {
        return DEFAULTS;
    }

    /**
     * Begins with the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Whether a status of a refused handshake is fatal by default: one that the same request would meet again. These are all of
     * 4xx but 408, 421, 425 and 429, the permanent redirects 301 and 308, and 501 and 505.
     *
     * @param status the status
     * @return true if another attempt makes no sense
     */
    public static boolean isFatalStatus(int status) {
        return switch (status) {
            case 408, 421, 425, 429 -> false;
            case 301, 308, 501, 505 -> true;
            default -> status >= 400 && status < 500;
        };
    }

    /**
     * Whether a close code that the server sent is fatal by default: 1000, which says that the purpose was fulfilled; 1002, 1003,
     * 1007, 1008 and 1010, which say that the server cannot or will not go on with this client (RFC 6455, 7.4.1); and the registered 3000
     * (unauthorized) and 3003 (forbidden).
     *
     * @param code the code that came
     * @return true if another attempt makes no sense
     */
    public static boolean isFatalCloseCode(int code) {
        return switch (code) {
            case 1000, 1002, 1003, 1007, 1008, 1010, 3000, 3003 -> true;
            default -> false;
        };
    }

    /**
     * The ceiling of the first delay.
     *
     * @return more than zero
     */
    public Duration firstDelay() {
        return firstDelay;
    }

    /**
     * The highest ceiling.
     *
     * @return {@link #firstDelay()} or more
     */
    public Duration maxDelay() {
        return maxDelay;
    }

    /**
     * How long a connection must last to begin the count anew.
     *
     * @return zero or more
     */
    public Duration stableAfter() {
        return stableAfter;
    }

    /**
     * What a server may ask for at most by {@code Retry-After}.
     *
     * @return zero or more
     */
    public Duration maxRetryAfter() {
        return maxRetryAfter;
    }

    /**
     * How many attempts may fail one after the other.
     *
     * @return 1 or more; {@link Integer#MAX_VALUE} for any number
     */
    public int maxAttempts() {
        return maxAttempts;
    }

    /**
     * How long it may be without a stable connection.
     *
     * @return more than zero, or null for ever
     */
    public @Nullable Duration maxTime() {
        return maxTime;
    }

    /**
     * Which statuses end it.
     *
     * @return a test of the status of a refusal
     */
    public IntPredicate fatalStatus() {
        return fatalStatus;
    }

    /**
     * Which close codes end it.
     *
     * @return a test of the code that the server closed with
     */
    public IntPredicate fatalCloseCode() {
        return fatalCloseCode;
    }

    /** Describes a policy. For one thread. */
    public static final class Builder {
        private Duration firstDelay = Duration.ofSeconds(1);
        private Duration maxDelay = Duration.ofSeconds(30);
        private Duration stableAfter = Duration.ofSeconds(10);
        private Duration maxRetryAfter = Duration.ofMinutes(5);
        private int maxAttempts = Integer.MAX_VALUE;
        private @Nullable Duration maxTime;
        private IntPredicate fatalStatus = ReconnectPolicy::isFatalStatus;
        private IntPredicate fatalCloseCode = ReconnectPolicy::isFatalCloseCode;

        private Builder() {}

        /**
         * Sets the ceiling of the delay, which is drawn from zero to there. Default: 1 s, doubled up to 30 s.
         *
         * @param first the first ceiling, more than zero
         * @param most the highest one, at least the first
         * @return this
         * @throws IllegalArgumentException for other durations, or more than a year
         */
        public Builder delays(Duration first, Duration most) {
            if (first.isZero() || first.compareTo(most) > 0) {
                throw new IllegalArgumentException("delays from " + first + " to " + most
                        + ": expected more than zero, and the second not less than the first");
            }
            firstDelay = checked("the first delay", first);
            maxDelay = checked("the longest delay", most);
            return this;
        }

        /**
         * Sets how long a connection must last to begin the count of failures anew. Default 10 s.
         *
         * @param value zero or more; with zero each connection does
         * @return this
         * @throws IllegalArgumentException for another duration, or more than a year
         */
        public Builder stableAfter(Duration value) {
            stableAfter = checked("stableAfter", value);
            return this;
        }

        /**
         * Sets what a server may ask for at most by {@code Retry-After}; more is cut to this. Default 5 minutes.
         *
         * @param value zero or more
         * @return this
         * @throws IllegalArgumentException for another duration, or more than a year
         */
        public Builder maxRetryAfter(Duration value) {
            maxRetryAfter = checked("maxRetryAfter", value);
            return this;
        }

        /**
         * Sets how many attempts may fail one after the other, connections that did not last included. Default: any number.
         *
         * @param value 1 or more
         * @return this
         * @throws IllegalArgumentException for another number
         */
        public Builder maxAttempts(int value) {
            if (value < 1) {
                throw new IllegalArgumentException(value + " attempts: expected 1 or more");
            }
            maxAttempts = value;
            return this;
        }

        /**
         * Sets how long it may be without a stable connection: no attempt begins later than this after the start, or after the end
         * of the last stable one. Default: for ever.
         *
         * @param value more than zero
         * @return this
         * @throws IllegalArgumentException for another duration, or more than a year
         */
        public Builder maxTime(Duration value) {
            if (value.isZero()) {
                throw new IllegalArgumentException("maxTime is " + value + ": expected more than zero");
            }
            maxTime = checked("maxTime", value);
            return this;
        }

        /**
         * Sets which statuses of a refused handshake end it.
         *
         * @param value asked with the status, on the event loop; default {@link ReconnectPolicy#isFatalStatus}
         * @return this
         */
        public Builder fatalStatus(IntPredicate value) {
            fatalStatus = value;
            return this;
        }

        /**
         * Sets which close codes end it.
         *
         * @param value asked with the code of a Close that the server began, on the event loop; default {@link
         *     ReconnectPolicy#isFatalCloseCode}
         * @return this
         */
        public Builder fatalCloseCode(IntPredicate value) {
            fatalCloseCode = value;
            return this;
        }

        private static Duration checked(String name, Duration value) {
            if (value.isNegative() || value.compareTo(Duration.ofDays(366)) > 0) {
                throw new IllegalArgumentException(name + " is " + value + ": expected zero to a year");
            }
            return value;
        }

        /**
         * Builds the policy.
         *
         * @return an immutable policy
         */
        public ReconnectPolicy build() {
            return new ReconnectPolicy(this);
        }
    }
}
