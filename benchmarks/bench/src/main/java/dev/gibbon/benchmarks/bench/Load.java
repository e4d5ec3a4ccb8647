package dev.gibbon.benchmarks.bench;

import dev.gibbon.benchmarks.load.Order;
import dev.gibbon.benchmarks.load.Result;
import java.io.IOException;

/** Whoever makes the load: the generator in its process, or a test. */
interface Load extends AutoCloseable {
    /**
     * Runs an order to its end.
     *
     * @param holding is called when idle connections are all open; they are let go when it returns
     * @throws ServerFailedException if the generator does not do its part
     */
    Result run(Order order, Holding holding) throws IOException, InterruptedException;

    @Override
    void close();

    /** Looks at idle connections. */
    @FunctionalInterface
    interface Holding {
        /** There is nothing to see. */
        Holding NOTHING = () -> {};

        /** Takes what time it needs. */
        void look() throws IOException, InterruptedException;
    }
}
