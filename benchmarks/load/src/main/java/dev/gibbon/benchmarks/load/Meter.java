package dev.gibbon.benchmarks.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The processor time used up to a moment: by this process, by another one and by all. The kernel counts it in steps of 10 ms.
 * Immutable.
 *
 * @param nanos the moment, of {@link System#nanoTime}
 * @param own seconds of this process
 * @param server seconds of the other process, null if there is none or it cannot be told
 * @param busy seconds of all processes, over all cores
 * @param steal seconds that the machine's host took
 */
record Meter(
        long nanos,
        double own,
        @Nullable Double server,
        @Nullable Double busy,
        @Nullable Double steal) {

    // USER_HZ, which is 100 on every Linux that a JDK runs on.
    private static final double TICKS_A_SECOND = 100;
    private static final double NANOS_A_SECOND = 1e9;

    static Meter read(long pid) {
        double own = ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime() / NANOS_A_SECOND
                : 0;
        Double server = pid == 0 ? null : processSeconds(Path.of("/proc/" + pid + "/stat"));
        Double busy = null;
        Double steal = null;
        try {
            // cpu user nice system idle iowait irq softirq steal ...
            String[] ticks = Files.readString(Path.of("/proc/stat"), StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .split(" +");
            busy = (ticks(ticks, 1) + ticks(ticks, 2) + ticks(ticks, 3) + ticks(ticks, 6) + ticks(ticks, 7))
                    / TICKS_A_SECOND;
            steal = ticks(ticks, 8) / TICKS_A_SECOND;
        } catch (IOException | RuntimeException e) {
            // Not a Linux, or one that hides it.
        }
        return new Meter(System.nanoTime(), own, server, busy, steal);
    }

    private static @Nullable Double processSeconds(Path file) {
        try {
            String stat = Files.readString(file, StandardCharsets.ISO_8859_1);
            // The name of the program, in parentheses, may hold anything; behind it are the state and numbers.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (ticks(fields, 11) + ticks(fields, 12)) / TICKS_A_SECOND;
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static double ticks(String[] fields, int index) {
        return Long.parseLong(fields[index]);
    }

    double secondsSince(Meter before) {
        return (nanos - before.nanos) / NANOS_A_SECOND;
    }

    static @Nullable Double between(@Nullable Double before, @Nullable Double after) {
        return before == null || after == null ? null : after - before;
    }
}
