package dev.gibbon.internal.client;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Whom to reach.
 *
 * @param secure whether it will be spoken to over TLS, which decides about the proxy
 * @param host a name, or an IP address without brackets
 * @param port 1 to 65535
 * @param address where exactly, for example a Unix-domain address; then no name is looked up and no proxy asked. Null: the host's
 */
public record DialTarget(
        boolean secure, String host, int port, @Nullable SocketAddress address) {
    /** Host and port as in a URI. */
    public String authority() {
        return Addresses.authority(host, port);
    }

    @Override
    public String toString() {
        return address == null ? authority() : authority() + " at " + address;
    }
}
