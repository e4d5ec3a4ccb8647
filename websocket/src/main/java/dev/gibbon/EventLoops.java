package dev.gibbon;

import dev.gibbon.internal.loop.LoopGroup;
import java.time.Duration;
import java.util.Objects;

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
        return builder().loops(loops).daemon(daemon).start();
    }

    /**
     * Begins to describe a group.
     *
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
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

    /**
     * What moves the bytes of these loops.
     *
     * @return {@code nio}, or the name of another transport, such as {@code native}
     */
    public String transport() {
        return group.transport().name();
    }

    /** Cuts the connections that are left and ends the threads. Waits for them, unless called on one of them. */
    @Override
    public void close() {
        group.close();
    }

    LoopGroup group() {
        return group;
    }

    /** Describes a group of loops. For one thread. */
    public static final class Builder {
        private int loops = Runtime.getRuntime().availableProcessors();
        private boolean daemon;
        private TransportChoice transport = TransportChoice.AUTO;

        private Builder() {}

        /**
         * Sets how many threads. Default: the number of processors.
         *
         * @param value 1 to 1024
         * @return this
         * @throws IllegalArgumentException for another number
         */
        public Builder loops(int value) {
            if (value < 1 || value > 1024) {
                throw new IllegalArgumentException(value + " loops: expected 1 to 1024");
            }
            loops = value;
            return this;
        }

        /**
         * Sets whether the JVM may end while the threads run. Default false.
         *
         * @param value true for daemon threads
         * @return this
         */
        public Builder daemon(boolean value) {
            daemon = value;
            return this;
        }

        /**
         * Sets what moves the bytes. Default {@link TransportChoice#AUTO}.
         *
         * @param value the choice
         * @return this
         */
        public Builder transport(TransportChoice value) {
            transport = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Starts the group.
         *
         * @return the group, which the caller closes
         * @throws UnsupportedOperationException if the native transport was asked for and cannot be used
         */
        public EventLoops start() {
            return new EventLoops(LoopGroup.start(transport, loops, daemon));
        }
    }
}
