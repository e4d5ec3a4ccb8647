package dev.gibbon.benchmarks.bench;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever waits how far it is: a bar on a terminal; elsewhere a line for each scenario. On standard error, which the
 * report never goes to.
 */
final class Progress implements AutoCloseable {
    private static final int UPDATE_MILLIS = 500;
    private static final int MOST_COLUMNS = 120;

    private final PrintStream err;
    private final @Nullable ProgressBar bar;
    private String scenario = "";
    private double done;

    /**
     * Begins.
     *
     * @param seconds that everything takes, about
     * @param columns of the terminal; 0 if it is none
     */
    Progress(PrintStream err, double seconds, int columns) {
        this.err = err;
        bar = columns <= 0 ? null : bar(err, Math.max(1, Math.round(seconds)), columns);
    }

    /** A bar of so many seconds, which leaves nothing behind. */
    static ProgressBar bar(PrintStream err, long seconds, int columns) {
        return new ProgressBarBuilder()
                .setTaskName("bench")
                .setInitialMax(seconds)
                .setUnit(" s", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(new ConsoleProgressBarConsumer(err, Math.min(columns, MOST_COLUMNS) - 1))
                .clearDisplayOnFinish()
                .build();
    }

    /** Tells what is being done. */
    void at(Plan.Step step) {
        String name = step.measure().name();
        if (bar != null) {
            String what = step.warmsUp() ? "warm-up" : "round " + step.round();
            bar.setExtraMessage(name + " " + step.entrant().label() + " " + what);
        } else if (!name.equals(scenario)) {
            err.println("bench: " + name);
        }
        scenario = name;
    }

    /** Some seconds of what was planned are over, however long they took. */
    void passed(double seconds) {
        done += seconds;
        if (bar != null) {
            bar.stepTo(Math.round(done));
        }
    }

    /** Says something at once. */
    void note(String line) {
        if (bar != null) {
            // The bar's line is overwritten, and drawn again below.
            err.print("\r\u001b[K");
        }
        err.println("bench: " + line);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
