package dev.gibbon.cli.soak;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Tells whoever waits how far it is, on standard error: a bar on a terminal; elsewhere a line for each thing that happens. For any thread. */
final class SoakProgress implements AutoCloseable {
    private static final int UPDATE_MILLIS = 500;
    private static final int MOST_COLUMNS = 120;

    private final PrintStream err;
    private final @Nullable ProgressBar bar;

    /**
     * Begins.
     *
     * @param seconds that the run takes
     * @param columns of the terminal; 0 if it is none
     */
    SoakProgress(PrintStream err, int seconds, int columns) {
        this.err = err;
        bar = columns <= 0
                ? null
                : new ProgressBarBuilder()
                        .setTaskName("soak")
                        .setInitialMax(seconds)
                        .setUnit(" s", 1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(UPDATE_MILLIS)
                        .setConsumer(new ConsoleProgressBarConsumer(err, Math.min(columns, MOST_COLUMNS) - 1))
                        .clearDisplayOnFinish()
                        .build();
    }

    /** Something begins. */
    void at(String what) {
        if (bar != null) {
            bar.setExtraMessage(what);
        } else {
            err.println("soak: " + what);
        }
    }

    /** So much of the run is over. */
    void passed(long seconds) {
        if (bar != null) {
            bar.stepTo(seconds);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
