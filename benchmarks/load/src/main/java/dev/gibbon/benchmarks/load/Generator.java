package dev.gibbon.benchmarks.load;

/**
 * Runs orders, one at a time, on the caller's thread. What the network and the server do is in the result, never an exception.
 */
public final class Generator {

    /** A generator. It holds nothing between runs. */
    public Generator() {}

    /**
     * Runs one order to its end.
     *
     * @param order what to do
     * @param watcher who is told
     * @return what it came to
     * @throws IllegalArgumentException if this process cannot do that: too many connections for its limit of open files, a name
     *     that has no address, or wss
     */
    public Result run(Order order, Watcher watcher) {
        throw new UnsupportedOperationException("not yet");
    }
}
