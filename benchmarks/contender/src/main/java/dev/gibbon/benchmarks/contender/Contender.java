package dev.gibbon.benchmarks.contender;

/**
 * A server that takes part in the benchmarks. Each has a class path of its own with exactly one contender, named in {@code
 * META-INF/services}, and is configured as well as its documentation lets one.
 *
 * <p>All do the same: {@code /} echoes text and binary as it came, {@code /broadcast} sends each message to all connections
 * on that path, no TLS, no idle time-outs, no delay of small packets.
 */
public interface Contender {
    /**
     * The name of its folder, such as {@code java-websocket}.
     *
     * @return lower case
     */
    String name();

    /**
     * Starts it on the loopback address. It runs until the process ends.
     *
     * @param settings what is asked of it
     * @return the port, where it accepts connections by now
     * @throws Exception if it cannot be started, or does not know the variant
     */
    int start(Settings settings) throws Exception;
}
