package dev.gibbon.internal.client;

import dev.gibbon.internal.transport.Poller;
import java.util.concurrent.Executor;

/**
 * How a client dials, whatever the target.
 *
 * @param options of the sockets
 * @param resolver of names
 * @param lookups where the resolver is called
 */
public record DialSettings(Poller.ConnectOptions options, Resolver resolver, Executor lookups) {
    /** The system's resolver. */
    public static DialSettings of(Poller.ConnectOptions options) {
        return new DialSettings(options, Resolver.SYSTEM, LookupThreads.shared());
    }
}
