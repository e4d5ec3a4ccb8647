package dev.gibbon;

/** A task that runs later, see {@link EventLoops#schedule}. */
@FunctionalInterface
public interface ScheduledTask {
    /** Cancels the task if it has not begun; from any thread, more than once if you like. */
    void cancel();
}
