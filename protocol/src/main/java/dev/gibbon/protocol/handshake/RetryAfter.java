package dev.gibbon.protocol.handshake;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Retry-After} (RFC 9110, 10.2.3): how long a server wants to be left alone. The clock is the caller's.
 * Stateless and safe from any thread.
 */
public final class RetryAfter {

    /** Longer times are cut to this, a hundred years: the caller has a bound of its own, and sums must not overflow. */
    private static final long MAX_SECONDS = 100L * 365 * 24 * 60 * 60;

    private RetryAfter() {}

    /**
     * The time to wait.
     *
     * @param fields the fields of a response
     * @param now the caller's time, which a date is compared with
     * @return zero or more; null if there is no such field, more than one, or one that is neither a number of seconds nor a
     *     date
     */
    public static @Nullable Duration parse(HeaderFields fields, Instant now) {
        String value = fields.first("Retry-After");
        return value == null || fields.count("Retry-After") != 1 ? null : parse(value, now);
    }

    /**
     * The time to wait.
     *
     * @param value the value of the field
     * @param now the caller's time, which a date is compared with
     * @return zero or more; null if it is neither a number of seconds nor a date
     */
    public static @Nullable Duration parse(String value, Instant now) {
        if (!value.isEmpty() && Octets.isDigit(value.charAt(0))) {
            return seconds(value);
        }
        Instant date = HttpDate.parse(value, now);
        if (date == null) {
            return null;
        }
        long seconds = Math.min(Duration.between(now, date).toSeconds(), MAX_SECONDS);
        return Duration.ofSeconds(Math.max(0, seconds));
    }

    private static @Nullable Duration seconds(String value) {
        long seconds = 0;
        for (int i = 0; i < value.length(); i++) {
            if (!Octets.isDigit(value.charAt(i))) {
                return null;
            }
            seconds = Math.min(10 * seconds + value.charAt(i) - '0', MAX_SECONDS);
        }
        return Duration.ofSeconds(seconds);
    }
}
