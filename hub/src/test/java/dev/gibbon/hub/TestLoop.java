package dev.gibbon.hub;

import static org.assertj.core.api.Assertions.fail;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** An event loop without a network: its tasks run when the test says so, on the test's thread. */
final class TestLoop implements Executor {
    private static final long MOST_NANOS = 20_000_000_000L;

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs what is there now, and what that leads to. */
    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** How many tasks wait. */
    int waiting() {
        return tasks.size();
    }

    /** Runs tasks until something is so. */
    void until(String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > MOST_NANOS) {
                fail("in vain: until %s", what);
            }
            run();
            Thread.onSpinWait();
        }
        run();
    }
}
