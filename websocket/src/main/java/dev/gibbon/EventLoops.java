package dev.gibbon;

import dev.gibbon.internal.loop.LoopGroup;
import java.time.Duration;

/**
 * A few threads that serve many connections. One group can serve several servers and clients and run the application's
 * timers. Whoever makes a group closes it; a server that was given none makes one and closes it itself.
 */
public final class EventLoops implements AutoCloseable {
    private final LoopGroup group;

    private EventLoops(LoopGroup group) {
        this.group = group;
    }

    /**
     * Starts a group of non-daemon threads, as many as there are processors.
     *
     * @return the group
     */
    public static EventLoops create() {
        return create(Runtime.getRuntime().availableProcessors(), false);
    }

    /**
     * Starts a group.
     *
     * @param loops how many threads, 1 to 1024
     * @param daemon whether the JVM may end while they run
     * @return the group
     * @throws IllegalArgumentException for another number
     */
    public static EventLoops create(int loops, boolean daemon) {
        if (loops < 1 || loops > 1024) {
            throw new IllegalArgumentException(loops + " loops: expected 1 to 1024");
        }
        return new EventLoops(LoopGroup.start(loops, daemon));
    }

    /** Loops on a transport of a test, driven by hand or not. */
    static EventLoops of(LoopGroup group) {
        return new EventLoops(group);
    }

    /**
     * Runs a task once, later, on one of the loops. It must not block.
     *
     * @param delay from now; zero or less means soon
     * @param task the task; what it throws is logged
     * @return to cancel it
     * @throws IllegalStateException if the group is closed
     */
    public ScheduledTask schedule(Duration delay, Runnable task) {
        return group.schedule(delay, task);
    }

    /**
     * How many timers are armed, those of connections included.
     *
     * @return a count of a moment
     */
    public int timers() {
        return group.timers();
    }

    /** Cuts the connections that are left and ends the threads. Waits for them, unless called on one of them. */
    @Override
    public void close() {
        group.close();
    }

    LoopGroup group() {
        return group;
    }
}
