package dev.gibbon.cli.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * What a process takes of the machine.
 *
 * @param name which one
 * @param processor time that it has had
 * @param residentKib memory that it has, KiB; 0 where the system does not tell
 */
record ProcessLoad(String name, Duration processor, long residentKib) {
    /** Looks at a process. */
    static ProcessLoad of(String name, ProcessHandle process) {
        return new ProcessLoad(name, process.info().totalCpuDuration().orElse(Duration.ZERO), resident(process.pid()));
    }

    /** The time since an earlier look, with the memory of now. */
    ProcessLoad since(ProcessLoad earlier) {
        return new ProcessLoad(name, processor.minus(earlier.processor), residentKib);
    }

    /** For people. */
    String inWords(double seconds) {
        return String.format(
                Locale.ROOT,
                "%-16s %5.1f %% of a processor, %d MiB",
                name,
                processor.toNanos() / 1e7 / seconds,
                residentKib >> 10);
    }

    private static long resident(long pid) {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException notThere) {
            return 0;
        }
    }
}
