package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which names a server answers to (RFC 9110, 7.4). A page whose name an attacker lets point to an address inside the network
 * of its visitor (DNS rebinding) has that name in {@code Host} and in {@code Origin} alike, so {@link OriginPolicy} alone
 * lets it in; a list of names does not. Immutable; safe from any thread.
 */
public final class HostPolicy {

    private static final HostPolicy ANY = new HostPolicy(List.of());
    private static final Refusal MISDIRECTED =
            new Refusal(421, "This server does not answer to the host name of this request.");

    private final List<Authority> allowed;

    private HostPolicy(List<Authority> allowed) {
        this.allowed = allowed;
    }

    /**
     * Every name; the default.
     *
     * @return the policy
     */
    public static HostPolicy anyHost() {
        return ANY;
    }

    /**
     * The names of a list, compared without regard to case.
     *
     * @param hosts a name or an address, an IPv6 address in brackets; with a port only that port, without one every port
     * @return the policy
     * @throws IllegalArgumentException if one is not {@code host[:port]}, or there is none
     */
    public static HostPolicy only(Collection<String> hosts) {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("expected at least one host that the server answers to");
        }
        List<Authority> allowed = new ArrayList<>(hosts.size());
        for (String host : hosts) {
            byte[] bytes = host.getBytes(StandardCharsets.UTF_8);
            Authority authority = Authority.parse(bytes, 0, bytes.length);
            if (authority == null) {
                throw new IllegalArgumentException(
                        "an allowed host is host or host:port, an IPv6 address in brackets; this is \"" + host + "\"");
            }
            allowed.add(authority);
        }
        return new HostPolicy(List.copyOf(allowed));
    }

    /**
     * Judges a request, an upgrade or another one.
     *
     * @param head the request
     * @return null if the host is allowed; otherwise 421, also for a request of HTTP/1.0 that names none
     */
    public @Nullable Refusal check(RequestHead head) {
        if (allowed.isEmpty()) {
            return null;
        }
        Authority asked = head.authority();
        if (asked != null) {
            for (Authority host : allowed) {
                if (host.hasSameHost(asked) && (host.port() == Authority.NO_PORT || host.port() == asked.port())) {
                    return null;
                }
            }
        }
        return MISDIRECTED;
    }
}
