package dev.gibbon.benchmarks.bench;

import dev.gibbon.benchmarks.load.Latency;
import dev.gibbon.benchmarks.load.Result;
import org.jspecify.annotations.Nullable;

/** Makes of a generator's result what reports need. */
final class Readings {
    private Readings() {}

    /**
     * The figures of a window.
     *
     * @param size payload bytes of a message
     */
    static Figures figures(Result result, int size) {
        Latency latency = result.latency();
        return new Figures(
                result.messages(),
                result.seconds(),
                result.messages() * size,
                result.serverCpuSeconds(),
                result.ownCpuSeconds(),
                others(result),
                result.stealSeconds(),
                latency == null ? null : latency.p50(),
                latency == null ? null : latency.p99(),
                latency == null ? null : latency.p999(),
                result.errors(),
                result.mismatches(),
                result.firstError());
    }

    private static @Nullable Double others(Result result) {
        Double busy = result.busySeconds();
        Double server = result.serverCpuSeconds();
        return busy == null || server == null ? null : Math.max(0, busy - server - result.ownCpuSeconds());
    }
}
