package dev.gibbon.benchmarks.bench;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Where and how a run was made.
 *
 * @param gibbon version of this checkout
 * @param began when, in UTC
 * @param arguments of the command line
 * @param system name and version of the operating system's kernel, and architecture
 * @param processor its model
 * @param processors how many there are
 * @param memoryBytes how much memory was available at the start; 0 if not told
 * @param jdk that runs the generator
 * @param placement who ran on which core, with which priority
 * @param rounds how many
 * @param timing how long windows and warm-ups were, in seconds
 * @param loops event loops that each server was asked for
 */
record Environment(
        String gibbon,
        String began,
        List<String> arguments,
        String system,
        String processor,
        int processors,
        long memoryBytes,
        String jdk,
        String placement,
        int rounds,
        Timing timing,
        int loops) {

    /** Looks around. */
    static Environment now(List<String> arguments, Placement placement, int rounds, Timing timing, int loops) {
        Proc proc = Proc.ofMachine();
        String processor = "unknown";
        long memory = 0;
        int processors = Runtime.getRuntime().availableProcessors();
        try {
            if (proc.isThere()) {
                processor = proc.processorModel();
                memory = proc.availableBytes().orElse(0);
                processors = proc.allowedProcessors().size();
            }
        } catch (IOException untold) {
            // What is known is enough.
        }
        return new Environment(
                version(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                arguments,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                processor,
                processors,
                memory,
                System.getProperty("java.version"),
                placement.inWords(),
                rounds,
                timing,
                loops);
    }

    private static String version() {
        String version = Environment.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
