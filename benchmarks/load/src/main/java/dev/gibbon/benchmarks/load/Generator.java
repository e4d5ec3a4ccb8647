package dev.gibbon.benchmarks.load;

import dev.gibbon.protocol.handshake.WebSocketUri;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Runs orders, each on its caller's thread. What the network and the server do is in the result, never an exception. */
public final class Generator {

    private Generator() {}

    /**
     * Runs one order to its end.
     *
     * @param order what to do
     * @param watcher who is told
     * @return what it came to
     * @throws IllegalArgumentException if this process cannot do that: too many connections for its limit of open files, a host
     *     that has no address, or wss
     * @throws UncheckedIOException if this machine has no selector or address to give
     */
    public static Result run(Order order, Watcher watcher) {
        if (WebSocketUri.parse(order.target()).secure()) {
            throw new IllegalArgumentException(
                    "the generator speaks no TLS: load " + order.target() + " behind its proxy, by a ws URI");
        }
        try (Run run = new Run(order, watcher)) {
            return run.go();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
