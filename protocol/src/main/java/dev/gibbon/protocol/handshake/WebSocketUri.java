package dev.gibbon.protocol.handshake;

import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@code ws} or {@code wss} URI (RFC 6455, 3), read and checked: where to connect, and what to ask for. Immutable; safe
 * from any thread.
 *
 * <p>Characters beyond ASCII become Punycode in the host and percent-encoded UTF-8 in path and query; dot segments are
 * resolved (RFC 3986, 5.2.4). Everything else that is not a URI is refused. A message about a bad URI never repeats it as a
 * whole, because it may hold a password; {@link #toString} leaves the user information out for the same reason.
 */
public final class WebSocketUri {

    private final boolean secure;
    private final String host;
    private final int port;
    private final String requestTarget;
    private final @Nullable BasicCredentials credentials;

    WebSocketUri(boolean secure, String host, int port, String requestTarget, @Nullable BasicCredentials credentials) {
        this.secure = secure;
        this.host = host;
        this.port = port;
        this.requestTarget = requestTarget;
        this.credentials = credentials;
    }

    /**
     * Reads a URI.
     *
     * @param uri such as {@code wss://example.com/chat?room=1}, {@code ws://user:secret@[::1]:8080/}
     * @return the URI
     * @throws IllegalArgumentException if it is not a ws or wss URI, or has a fragment (RFC 6455, 3: "Fragment identifiers are
     *     meaningless in the context of WebSocket URIs and MUST NOT be used on these URIs"); the message says what was
     *     expected
     */
    public static WebSocketUri parse(String uri) {
        return UriParser.parse(uri);
    }

    /**
     * Reads a URI.
     *
     * @param uri a ws or wss URI
     * @return the URI
     * @throws IllegalArgumentException as {@link #parse(String)} has it
     */
    public static WebSocketUri parse(URI uri) {
        return UriParser.parse(uri.toString());
    }

    /**
     * Whether it is a wss URI.
     *
     * @return true for wss, false for ws
     */
    public boolean secure() {
        return secure;
    }

    /**
     * The host to look up, to connect to, and to check the server's certificate against.
     *
     * @return a name in ASCII and lower case, or an IPv4 address, or an IPv6 address without brackets
     */
    public String host() {
        return isIpv6() ? host.substring(1, host.length() - 1) : host;
    }

    /**
     * Whether the host is an address rather than a name: then there is nothing to look up and no SNI.
     *
     * @return true for an IPv4 or IPv6 address
     */
    public boolean hasAddress() {
        return isIpv6() || UriParser.isIpv4(host);
    }

    private boolean isIpv6() {
        return host.startsWith("[");
    }

    /**
     * The port to connect to.
     *
     * @return 1 to 65535; 80 or 443 when none was written
     */
    public int port() {
        return port;
    }

    /**
     * The request target: path and query (RFC 6455, 3, "resource-name").
     *
     * @return begins with a slash; visible ASCII
     */
    public String requestTarget() {
        return requestTarget;
    }

    /**
     * The user information, decoded.
     *
     * @return user and password, null if the URI had none
     */
    public @Nullable BasicCredentials credentials() {
        return credentials;
    }

    /**
     * The value for {@code Host}. RFC 6455, 4.1, 4: "|Host| header field whose value contains /host/ plus optionally ":"
     * followed by /port/ (when not using the default port)."
     *
     * @return the host, an IPv6 address in brackets, and the port unless it is the default one of the scheme
     */
    public String hostField() {
        return port == Origin.defaultPort(scheme()) ? host : host + ':' + port;
    }

    private String scheme() {
        return secure ? "wss" : "ws";
    }

    /** The host as it stands in a URI: an IPv6 address in brackets. */
    String bracketedHost() {
        return host;
    }

    /**
     * Whether scheme, host and port are the same: what one of them may be told, the other may.
     *
     * @param other another URI
     * @return true if a redirect from one to the other may carry credentials
     */
    public boolean isSameOriginAs(WebSocketUri other) {
        return secure == other.secure && port == other.port && host.equals(other.host);
    }

    /**
     * The same URI as an {@link URI}, without the user information; its scheme is http or https, as cookies and proxies
     * are looked up by.
     *
     * @return an http or https URI
     */
    public URI toHttpUri() {
        return URI.create((secure ? "https://" : "http://") + hostField() + requestTarget);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WebSocketUri uri
                && isSameOriginAs(uri)
                && requestTarget.equals(uri.requestTarget)
                && Objects.equals(credentials, uri.credentials);
    }

    @Override
    public int hashCode() {
        return Objects.hash(secure, host, port, requestTarget);
    }

    /** The URI in ASCII, without the user information, which may be a secret. */
    @Override
    public String toString() {
        return scheme() + "://" + hostField() + requestTarget;
    }
}
