package dev.gibbon.benchmarks.load;

import dev.gibbon.protocol.handshake.WebSocketUri;

/**
 * One run: a scenario, a server, and how long. Immutable.
 *
 * @param scenario what to do
 * @param target the server, as a ws or wss URI; with {@code raw} its path is not used
 * @param warmup seconds of load before the window, 0 to {@value #MAX_SECONDS}
 * @param seconds of the window, more than 0 and at most {@value #MAX_SECONDS}; for {@link Mode#IDLE} the longest time to hold the
 *     connections
 * @param pid the server's process, whose CPU time is read at the edges of the window; 0 for none. Linux only
 * @param raw whether the server is a plain TCP echo: no handshake, and the frames are only bytes
 * @param verifyAll whether the content of all replies is compared, not only of the first one on each connection
 * @param sources how many addresses from 127.0.0.1 on connections come from, so that ports do not run out; 0 chooses. Only to
 *     loopback addresses on Linux
 * @param patience seconds that opening all connections may go without progress, and that a reply may take after the window
 */
public record Order(
        Scenario scenario,
        String target,
        double warmup,
        double seconds,
        long pid,
        boolean raw,
        boolean verifyAll,
        int sources,
        double patience) {

    /** The longest window. */
    public static final int MAX_SECONDS = 24 * 3600;

    private static final int MAX_SOURCES = 250;

    public Order {
        boolean secure = WebSocketUri.parse(target).secure();
        require(warmup >= 0 && warmup <= MAX_SECONDS, "warmup must be from 0 to " + MAX_SECONDS + " seconds");
        require(seconds > 0 && seconds <= MAX_SECONDS, "seconds must be more than 0, at most " + MAX_SECONDS);
        require(pid >= 0, "pid must be that of a process, or 0");
        require(sources >= 0 && sources <= MAX_SOURCES, "sources must be from 0 to " + MAX_SOURCES);
        require(patience > 0 && patience <= 3600, "patience must be more than 0, at most 3600 seconds");
        require(
                !raw || scenario.mode() == Mode.ECHO || scenario.mode() == Mode.LATENCY,
                "a plain TCP echo (raw) can only be loaded in mode echo or latency");
        require(!raw || !secure, "a plain TCP echo (raw) knows nothing of TLS");
        require(!raw || !scenario.deflate(), "a plain TCP echo (raw) knows nothing of deflate");
    }

    /**
     * A run of one second after half a second of warm-up.
     *
     * @param scenario what to do
     * @param target the server
     * @return an order to change
     * @throws IllegalArgumentException if the target is not a ws or wss URI
     */
    public static Order of(Scenario scenario, String target) {
        return new Order(scenario, target, 0.5, 1, 0, false, false, 0, 5);
    }

    /**
     * The same for another time.
     *
     * @param newWarmup seconds of load before the window
     * @param newSeconds of the window
     * @return a new order
     */
    public Order lasting(double newWarmup, double newSeconds) {
        return new Order(scenario, target, newWarmup, newSeconds, pid, raw, verifyAll, sources, patience);
    }

    /**
     * The same with a process whose CPU time is read.
     *
     * @param newPid of the server, 0 for none
     * @return a new order
     */
    public Order metering(long newPid) {
        return new Order(scenario, target, warmup, seconds, newPid, raw, verifyAll, sources, patience);
    }

    /**
     * The same with the content of all replies compared.
     *
     * @return a new order
     */
    public Order verifyingAll() {
        return new Order(scenario, target, warmup, seconds, pid, raw, true, sources, patience);
    }

    /**
     * The same for a plain TCP echo.
     *
     * @return a new order
     */
    public Order plain() {
        return new Order(scenario, target, warmup, seconds, pid, true, verifyAll, sources, patience);
    }

    /**
     * The same with another patience.
     *
     * @param newPatience seconds
     * @return a new order
     */
    public Order patient(double newPatience) {
        return new Order(scenario, target, warmup, seconds, pid, raw, verifyAll, sources, newPatience);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
