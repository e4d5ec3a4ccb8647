package dev.gibbon.internal.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up names. May wait, so it is never called on a loop. */
@FunctionalInterface
public interface Resolver {
    /** The system's, with the JDK's cache. */
    Resolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /**
     * The addresses of a name, the best first.
     *
     * @throws UnknownHostException if it has none
     */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
