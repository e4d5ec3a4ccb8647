package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A web origin in its ASCII form (RFC 6454, 6.2): {@code scheme://host[:port]} and nothing else. Origins are compared part
 * by part after parsing, never as substrings. Immutable; safe from any thread.
 *
 * @param scheme in lower case
 * @param host in lower case, an IPv6 address in brackets; compared as text, so one spelling of an address is not another
 * @param port 1 to 65535; the default one of the scheme when none was written, {@value #NO_PORT} if there is no default
 */
public record Origin(String scheme, String host, int port) {

    /** The port of an origin that names none, with a scheme that has no default. */
    public static final int NO_PORT = Authority.NO_PORT;

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /**
     * Reads an origin.
     *
     * @param text the text, such as {@code https://example.com} or {@code http://[::1]:8080}
     * @return the origin; null if the text is anything else: {@code null} (an opaque origin), a path or even a slash at
     *     the end, a user, several origins, an empty host
     */
    public static @Nullable Origin parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int schemeEnd = text.indexOf("://");
        if (schemeEnd < 1 || !isScheme(bytes, schemeEnd)) {
            return null;
        }
        Authority authority = Authority.parse(bytes, schemeEnd + 3, bytes.length);
        if (authority == null) {
            return null;
        }
        String scheme = text.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        return new Origin(scheme, authority.host().toLowerCase(Locale.ROOT), authority.portOr(defaultPort(scheme)));
    }

    private static boolean isScheme(byte[] bytes, int end) {
        // RFC 3986, 3.1: scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
        int first = bytes[0] | 0x20;
        if (first < 'a' || first > 'z') {
            return false;
        }
        for (int i = 1; i < end; i++) {
            int lower = bytes[i] | 0x20;
            boolean letter = lower >= 'a' && lower <= 'z';
            if (!letter && !Octets.isDigit(bytes[i]) && "+-.".indexOf(bytes[i]) < 0) {
                return false;
            }
        }
        return true;
    }

    /** 80 or 443 for the schemes of the web, in lower case; {@link #NO_PORT} for others. */
    static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http", "ws" -> HTTP_PORT;
            case "https", "wss" -> HTTPS_PORT;
            default -> NO_PORT;
        };
    }

    /**
     * Whether a page of this origin may be taken for one of the server's own: host and port are those of the {@code Host}
     * field.
     *
     * <p>Where {@code Host} names no port, it is 443 on a secure server. On a plain one it is 80, or 443 if the page came
     * by https: then a proxy in front of the server ends TLS, which is how most servers are run. A page that came by http
     * is never the same as a secure server without a port, because anyone on its way can have written it.
     *
     * @param host the value of the {@code Host} field
     * @param secure whether the server itself speaks TLS on this connection
     * @return true if they are the same; false for a host that is not valid, and for schemes without a default port
     */
    public boolean isSameAs(String host, boolean secure) {
        byte[] bytes = host.getBytes(StandardCharsets.ISO_8859_1);
        Authority authority = Authority.parse(bytes, 0, bytes.length);
        return authority != null && isSameAs(authority, secure);
    }

    boolean isSameAs(Authority authority, boolean secure) {
        int own = defaultPort(scheme);
        if (own == NO_PORT) {
            return false;
        }
        int served = authority.portOr(secure || own == HTTPS_PORT ? HTTPS_PORT : HTTP_PORT);
        return port == served && authority.hasHost(host);
    }

    /** The ASCII form; a default port is left out. */
    @Override
    public String toString() {
        return scheme + "://" + host + (port == defaultPort(scheme) ? "" : ":" + port);
    }
}
