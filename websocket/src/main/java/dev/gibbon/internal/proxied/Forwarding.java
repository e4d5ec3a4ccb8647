package dev.gibbon.internal.proxied;

import dev.gibbon.protocol.handshake.HeaderFields;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the client behind proxies by the fields they add to a request. The fields are read from the end, where the nearest proxy
 * has written, and only as far as trusted proxies wrote them: what stands before that can be anybody's invention.
 *
 * <p>One form only is read, because a proxy that writes one lets the other pass as the client sent it. Immutable; safe from any
 * thread.
 */
public final class Forwarding {
    /** Believes no field. */
    public static final Forwarding NONE = new Forwarding(TrustedAddresses.NONE, Form.X_FORWARDED);

    /** Which fields the proxies write. */
    public enum Form {
        /** {@code X-Forwarded-For}, {@code X-Forwarded-Proto} and {@code X-Forwarded-Host}. */
        X_FORWARDED,
        /** {@code Forwarded} (RFC 7239). */
        FORWARDED
    }

    private final TrustedAddresses trusted;
    private final Form form;

    /** Believes what these addresses write in this form. */
    public Forwarding(TrustedAddresses trusted, Form form) {
        this.trusted = trusted;
        this.form = form;
    }

    /** Whether it reads this form. */
    public boolean isOf(Form other) {
        return form == other;
    }

    /**
     * Who sent a request.
     *
     * @param peer who sent it to us
     * @param secure whether it came to us by TLS
     * @param fields of the request
     * @return the peer itself if it is not trusted; null if a trusted proxy passes on a field that breaks its grammar
     */
    public @Nullable Client client(SocketAddress peer, boolean secure, HeaderFields fields) {
        if (!trusted.contains(peer)) {
            return new Client(peer, secure, null);
        }
        return form == Form.FORWARDED
                ? byForwarded(peer, secure, fields.all("Forwarded"))
                : byXForwarded(peer, secure, fields);
    }

    private Client byXForwarded(SocketAddress peer, boolean secure, HeaderFields fields) {
        List<String> chain = elements(fields.all("X-Forwarded-For"));
        SocketAddress client = peer;
        // The proxies whose word counts: the peer, and each trusted one that a trusted one names.
        int believed = 1;
        for (int i = chain.size() - 1; i >= 0; i--) {
            SocketAddress before = node(chain.get(i), true);
            if (before == null) {
                break;
            }
            client = before;
            if (!trusted.contains(before)) {
                break;
            }
            believed++;
        }
        return new Client(
                client,
                isSecure(byProxy(believed, elements(fields.all("X-Forwarded-Proto"))), secure),
                byProxy(believed, elements(fields.all("X-Forwarded-Host"))));
    }

    /**
     * What the farthest of so many proxies wrote into a list to which each adds at most one element, or which each writes anew;
     * null if the list is empty.
     */
    private static @Nullable String byProxy(int believed, List<String> list) {
        return list.isEmpty() ? null : list.get(Math.max(0, list.size() - believed));
    }

    private @Nullable Client byForwarded(SocketAddress peer, boolean secure, List<String> lines) {
        List<ForwardedElement> chain = new ArrayList<>();
        for (String line : lines) {
            if (!ForwardedElement.read(line, chain)) {
                return null;
            }
        }
        SocketAddress client = peer;
        ForwardedElement farthest = ForwardedElement.EMPTY;
        for (int i = chain.size() - 1; i >= 0; i--) {
            farthest = chain.get(i);
            SocketAddress before = node(farthest.forNode(), false);
            if (before == null) {
                break;
            }
            client = before;
            if (!trusted.contains(before)) {
                break;
            }
        }
        return new Client(client, isSecure(farthest.proto(), secure), farthest.host());
    }

    private static boolean isSecure(@Nullable String scheme, boolean otherwise) {
        if (scheme == null) {
            return otherwise;
        }
        if (scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("wss")) {
            return true;
        }
        return otherwise && !scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("ws");
    }

    /** RFC 9110, 5.6.1: empty elements count for nothing, and lines of one name are one list. */
    private static List<String> elements(List<String> lines) {
        List<String> elements = new ArrayList<>();
        for (String line : lines) {
            for (int start = 0; start <= line.length(); ) {
                int comma = line.indexOf(',', start);
                int end = comma < 0 ? line.length() : comma;
                String element = line.substring(start, end).strip();
                if (!element.isEmpty()) {
                    elements.add(element);
                }
                start = end + 1;
            }
        }
        return elements;
    }

    /**
     * An address with or without a port; an IPv6 address that has a port is in brackets.
     *
     * @param bare whether an IPv6 address may stand without brackets
     * @return null for {@code unknown}, for a name and for anything else
     */
    private static @Nullable SocketAddress node(@Nullable String text, boolean bare) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        int hostEnd = text.charAt(0) == '[' ? text.indexOf(']') + 1 : text.indexOf(':');
        boolean bracketed = text.charAt(0) == '[';
        if ((bracketed && hostEnd == 0) || (!bracketed && text.indexOf(':', hostEnd + 1) >= 0)) {
            InetAddress address = bare && !bracketed ? IpLiteral.parse(text) : null;
            return address == null ? null : new InetSocketAddress(address, 0);
        }
        String host = hostEnd < 0 ? text : text.substring(bracketed ? 1 : 0, bracketed ? hostEnd - 1 : hostEnd);
        InetAddress address = bracketed == host.indexOf(':') >= 0 ? IpLiteral.parse(host) : null;
        int port = hostEnd < 0 || hostEnd == text.length() ? 0 : portBehind(text, hostEnd);
        return address == null || port < 0 ? null : new InetSocketAddress(address, port);
    }

    /** RFC 7239, 6: a node's port is a number, or a name that begins with {@code _} and tells nothing. */
    private static int portBehind(String text, int colon) {
        if (text.charAt(colon) != ':') {
            return -1;
        }
        return text.startsWith("_", colon + 1) ? 0 : ProxyHeader.port(text.substring(colon + 1));
    }
}
