package dev.gibbon.internal.client;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * How a client dials, whatever the target.
 *
 * @param options of the sockets
 * @param proxies which proxy leads to whom
 * @param proxySecurity TLS to a proxy
 * @param resolver of names
 * @param lookups where the resolver is called, and whatever else may wait
 */
public record DialSettings(
        Poller.ConnectOptions options,
        ProxyChoice proxies,
        ProxySecurity proxySecurity,
        Resolver resolver,
        Executor lookups) {

    /** For proxies of which none is spoken to over TLS. */
    public static final ProxySecurity NO_TLS = (loop, link, host, port) -> {
        throw new IOException("no TLS to the proxy " + host);
    };

    /** Puts TLS on the link to a proxy. */
    public interface ProxySecurity {
        /** A link over a link, not attached; its handshake fails by reading. */
        Link over(EventLoop loop, Link link, String host, int port) throws IOException;
    }

    /** The system's resolver. */
    public static DialSettings of(Poller.ConnectOptions options, ProxyChoice proxies, ProxySecurity proxySecurity) {
        return new DialSettings(options, proxies, proxySecurity, Resolver.SYSTEM, LookupThreads.shared());
    }

    /** The system's resolver, and no proxy. */
    public static DialSettings of(Poller.ConnectOptions options) {
        return of(options, ProxyChoice.NONE, NO_TLS);
    }
}
