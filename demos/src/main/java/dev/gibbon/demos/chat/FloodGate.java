package dev.gibbon.demos.chat;

import dev.gibbon.demos.chat.Refusal.Code;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A token bucket: so many requests may come at once, and one more after each interval. For one thread at a time; it holds no timer.
 */
final class FloodGate {
    private final long burst;
    private final long interval; // nanoseconds; 0 for no limit
    private final LongSupplier nanoTime;
    private long spent; // nanoseconds of allowance that are used up
    private long since;

    FloodGate(ChatLimits limits, LongSupplier nanoTime) {
        this.burst = limits.burst();
        this.interval = limits.interval().toNanos();
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /** Takes one request in, or refuses it until there is room for it. */
    void pass() throws Refusal {
        long now = nanoTime.getAsLong();
        spent = Math.max(0, spent - (now - since));
        since = now;
        long wanted = spent + interval;
        long most = burst * interval;
        if (wanted > most) {
            throw Refusal.forNow(
                    Code.TOO_FAST,
                    "Not so fast, please: this waits a moment.",
                    Duration.ofNanos(wanted - most).plusMillis(1));
        }
        spent = wanted;
    }
}
