package dev.gibbon.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long a command may take altogether. Immutable. */
final class Deadline {
    /** Longer than anybody waits, and short enough to be added to a clock. */
    private static final Duration NEVER = Duration.ofDays(10_000);

    /** What ends by itself has ended by then: a Close takes 6 s at most. */
    private static final Duration GRACE = Duration.ofSeconds(8);

    private final long seconds;
    private final long end;

    private Deadline(long seconds) {
        this.seconds = seconds;
        this.end = System.nanoTime() + (seconds == 0 ? NEVER : Duration.ofSeconds(seconds)).toNanos();
    }

    /** So many seconds from now; 0 for no limit. */
    static Deadline in(long seconds) {
        return new Deadline(seconds);
    }

    /** What is left, at least zero. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    long leftMillis() {
        return TimeUnit.NANOSECONDS.toMillis(left().toNanos()) + 1;
    }

    boolean hasPassed() {
        return end - System.nanoTime() <= 0;
    }

    /** The failure when it has passed. */
    CommandFailedException passed(String whatWasMissing) {
        return new CommandFailedException(inWords(whatWasMissing));
    }

    private String inWords(String whatWasMissing) {
        return "not done within " + seconds + (seconds == 1 ? " second" : " seconds") + " (--timeout): "
                + whatWasMissing;
    }

    /**
     * Ends the process well after the deadline, for the one thing that cannot be told to hurry: writing to an output that is open and
     * that nobody reads.
     *
     * @return to be interrupted when all is done
     */
    Thread guard(PrintStream err, String command) {
        Thread guard = new Thread(
                () -> {
                    try {
                        TimeUnit.NANOSECONDS.sleep(left().plus(GRACE).toNanos());
                    } catch (InterruptedException done) {
                        return;
                    }
                    err.println(command + ": " + inWords("nobody reads the output"));
                    Runtime.getRuntime().halt(Gibbon.FAILED);
                },
                "gibbon-deadline");
        guard.setDaemon(true);
        guard.start();
        return guard;
    }
}
