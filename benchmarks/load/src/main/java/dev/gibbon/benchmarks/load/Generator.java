package dev.gibbon.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;

/** Runs orders, each on its caller's thread. What the network and the server do is in the result, never an exception. */
public final class Generator {

    private Generator() {}

    /**
     * Runs one order to its end. A wss target's certificate must be one that this JVM trusts.
     *
     * @param order what to do
     * @param watcher who is told
     * @return what it came to
     * @throws IllegalArgumentException if this process cannot do that: too many connections for its limit of open files, or a host
     *     that has no address
     * @throws UncheckedIOException if this machine has no selector to give
     */
    public static Result run(Order order, Watcher watcher) {
        try {
            return run(order, SSLContext.getDefault(), watcher);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    static Result run(Order order, SSLContext tls, Watcher watcher) {
        try (Run run = new Run(order, tls, watcher)) {
            return run.go();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
