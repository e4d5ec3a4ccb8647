package dev.gibbon.internal.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A proxy, or {@link #DIRECT} for none. {@link #toString} shows no credentials.
 *
 * @param kind how it is spoken to
 * @param host a name or an IP address without brackets
 * @param port 1 to 65535
 * @param credentials null for none
 */
public record ProxyServer(
        Kind kind, String host, int port, @Nullable ProxyCredentials credentials) {
    /** No proxy. */
    public static final ProxyServer DIRECT = new ProxyServer(Kind.DIRECT, "", 0, null);

    /** How a proxy is spoken to. */
    public enum Kind {
        /** Not at all. */
        DIRECT("direct", 0),
        /** CONNECT in clear. */
        HTTP("http", 80),
        /** CONNECT over TLS. */
        HTTPS("https", 443),
        /** SOCKS 5; the target's name is looked up here. */
        SOCKS5("socks5", 1080),
        /** SOCKS 5; the proxy looks up the target's name. */
        SOCKS5H("socks5h", 1080);

        private final String scheme;
        private final int defaultPort;

        Kind(String scheme, int defaultPort) {
            this.scheme = scheme;
            this.defaultPort = defaultPort;
        }

        /** Whether it speaks SOCKS. */
        boolean isSocks() {
            return this == SOCKS5 || this == SOCKS5H;
        }

        private static Kind of(String scheme, String shown) {
            for (Kind kind : values()) {
                if (kind != DIRECT && kind.scheme.equals(scheme)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("the proxy " + shown + " is of a kind that is not supported: " + scheme
                    + "; supported are http, https, socks5 and socks5h");
        }
    }

    /** Checks that the credentials suit the kind. */
    public ProxyServer {
        if (credentials != null) {
            credentials.requireFor(kind);
        }
    }

    /** The same with credentials, unless it has some. */
    public ProxyServer orCredentials(@Nullable ProxyCredentials others) {
        return credentials != null || others == null || kind == Kind.DIRECT
                ? this
                : new ProxyServer(kind, host, port, others);
    }

    /**
     * Reads {@code scheme://[user[:password]@]host[:port]}; without a scheme it is {@code http}.
     *
     * @throws IllegalArgumentException if it is none or of a kind that is not supported; the message shows no credentials
     */
    public static ProxyServer parse(String uri) {
        String text = uri.strip();
        int colon = text.indexOf("://");
        String scheme = colon < 0 ? "http" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = colon < 0 ? text : text.substring(colon + 3);
        if (rest.endsWith("/")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        int at = rest.lastIndexOf('@');
        String authority = rest.substring(at + 1);
        if (!scheme.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "+-.".indexOf(c) >= 0)) {
            // Not shown: it may be a user and a password with a slash that is not percent-encoded.
            throw new IllegalArgumentException("what stands before :// is no scheme of a proxy: expected"
                    + " scheme://[user:password@]host[:port], a slash in a password as %2F");
        }
        String shown = PeerText.shown((colon < 0 ? "" : scheme + "://") + (at < 0 ? "" : "...@") + authority);
        Kind kind = Kind.of(scheme, shown);
        ProxyCredentials credentials = at < 0 ? null : credentials(rest.substring(0, at), shown);
        boolean bracketed = authority.startsWith("[");
        int end = bracketed ? authority.indexOf(']') + 1 : authority.lastIndexOf(':');
        if (end < 0) {
            end = authority.length();
        }
        String host = bracketed && end > 1 ? authority.substring(1, end - 1) : authority.substring(0, end);
        requireHost(host, bracketed, shown);
        return new ProxyServer(kind, host, port(authority.substring(end), kind.defaultPort, shown), credentials);
    }

    private static void requireHost(String host, boolean bracketed, String shown) {
        boolean good = !host.isEmpty() && (!bracketed || Addresses.literal(host) != null);
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            good &= letter || c == '-' || c == '.' || c == '_' || (bracketed && (c == ':' || c == '%'));
        }
        if (!good) {
            throw new IllegalArgumentException("the proxy " + shown
                    + " has no host: expected scheme://[user:password@]host[:port], an IPv6 address in brackets");
        }
    }

    private static int port(String text, int defaultPort, String shown) {
        if (text.isEmpty()) {
            return defaultPort;
        }
        String digits = text.startsWith(":") ? text.substring(1) : "";
        boolean number =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = number ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(
                    "the proxy " + shown + " has no port: expected a number from 1 to 65535");
        }
        return port;
    }

    private static ProxyCredentials credentials(String userInfo, String shown) {
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        String password = colon < 0 ? "" : userInfo.substring(colon + 1);
        return new ProxyCredentials(decode(user, shown), decode(password, shown));
    }

    /** Undoes percent-encoding (RFC 3986, 2.1), in UTF-8. */
    private static String decode(String text, String shown) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                bytes.put(raw[i]);
                continue;
            }
            int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw badEncoding(shown);
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw badEncoding(shown);
        }
    }

    private static IllegalArgumentException badEncoding(String shown) {
        return new IllegalArgumentException("user or password of the proxy " + shown
                + " is not percent-encoded UTF-8: write a percent sign as %25");
    }

    @Override
    public String toString() {
        return kind == Kind.DIRECT ? "no proxy" : kind.scheme + "://" + Addresses.authority(host, port);
    }
}
