package dev.gibbon.internal.reconnect;

import dev.gibbon.ReconnectPolicy;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next attempt: with full jitter, so that the clients of a server that went away do not come back
 * all at once. Confined to one thread.
 */
final class BackOff {
    /** What close codes 1012 and 1013 ask for (IANA's registry of close codes, "Service Restart"): 5 to 30 seconds. */
    private static final Duration RESTART_LEAST = Duration.ofSeconds(5);

    private static final Duration RESTART_SPREAD = Duration.ofSeconds(25);

    private final ReconnectPolicy policy;
    private final RandomGenerator random;

    BackOff(ReconnectPolicy policy, RandomGenerator random) {
        this.policy = policy;
        this.random = random;
    }

    /**
     * The delay before the next attempt.
     *
     * @param failures attempts that failed, or whose connection did not last, one after the other; 0 after a stable one
     * @param asked what the server asked for, if it did
     * @param restarting whether the server closed because it restarts or has too much to do
     */
    Duration delay(int failures, @Nullable Duration asked, boolean restarting) {
        Duration ceiling = ceiling(failures);
        if (asked != null) {
            // What is asked for is the least, and the jitter is added: all clients were told the same.
            Duration least = asked.compareTo(policy.maxRetryAfter()) < 0 ? asked : policy.maxRetryAfter();
            return least.plus(upTo(ceiling));
        }
        if (restarting) {
            return RESTART_LEAST.plus(upTo(ceiling.compareTo(RESTART_SPREAD) > 0 ? ceiling : RESTART_SPREAD));
        }
        return upTo(ceiling);
    }

    /** The first delay, doubled for each failure after the first, up to the longest one. */
    private Duration ceiling(int failures) {
        long ceiling = policy.firstDelay().toNanos();
        long most = policy.maxDelay().toNanos();
        for (int i = 1; i < failures && ceiling < most; i++) {
            ceiling = ceiling > most / 2 ? most : ceiling * 2;
        }
        return Duration.ofNanos(Math.min(ceiling, most));
    }

    private Duration upTo(Duration ceiling) {
        return Duration.ofNanos(random.nextLong(ceiling.toNanos() + 1));
    }
}
