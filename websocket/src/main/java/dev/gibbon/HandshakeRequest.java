package dev.gibbon;

import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** The request of an opening handshake (RFC 6455, 4.1), as a handshake hook and the application see it. Immutable. */
public interface HandshakeRequest {
    /**
     * The path, percent-decoded.
     *
     * @return begins with a slash
     */
    String path();

    /**
     * A parameter of the endpoint's path: of {@code /rooms/{room}}, "room".
     *
     * @param name the name between the braces; "*" for what a prefix path matched
     * @return the decoded segment, or empty
     */
    Optional<String> pathParameter(String name);

    /**
     * The query as it was sent, without the question mark.
     *
     * @return the raw query, or empty
     */
    Optional<String> query();

    /**
     * The first value of a query parameter, decoded as an HTML form is.
     *
     * @param name the name
     * @return the value, or empty
     */
    Optional<String> queryParameter(String name);

    /**
     * The first value of a header field.
     *
     * @param name the field's name, in any case
     * @return the value without white space around it, or empty
     */
    Optional<String> header(String name);

    /**
     * All values of a header field, in order.
     *
     * @param name the field's name, in any case
     * @return the values, perhaps none
     */
    List<String> headers(String name);

    /**
     * The cookies of the request; of a repeated name the first.
     *
     * @return name to value
     */
    Map<String, String> cookies();

    /**
     * The subprotocols the client offers, in its order of preference.
     *
     * @return tokens, perhaps none
     */
    List<String> subprotocols();

    /**
     * The extensions that this handshake agrees on if it is accepted: what the client offers and the endpoint's {@link
     * WebSocketOptions#deflate()} allows. What the client offers is in {@link #headers(String)}.
     *
     * @return the value of the response's {@code Sec-WebSocket-Extensions}; empty when there are none, and in a request of our
     *     own, of which {@link WebSocket#extensions()} tells
     */
    default String extensions() {
        return "";
    }

    /**
     * The client's address.
     *
     * @return the address as the transport tells it, or as trusted proxies do, see
     *     {@link WebSocketServer.Builder#proxyProtocolFrom} and {@link WebSocketServer.Builder#xForwardedFrom}; then its port
     *     may be 0
     */
    SocketAddress remoteAddress();

    /**
     * Whether the client speaks TLS: with this server, or with a proxy that is trusted and says so.
     *
     * @return false if anybody on the way may have read or changed the request
     */
    boolean secure();

    /**
     * Our address of the connection.
     *
     * @return the address as the transport tells it
     */
    SocketAddress localAddress();

    /**
     * The TLS session of the connection: protocol, cipher suite, and the peer's certificates.
     *
     * @return the session; empty without TLS, and when a proxy speaks TLS for us
     */
    default Optional<SSLSession> sslSession() {
        return Optional.empty();
    }

    /**
     * The certificates that the peer has proved to own and that a trusted authority has signed, its own first. A server sees some only
     * if it asked for them.
     *
     * @return the verified chain, perhaps empty
     */
    default List<X509Certificate> peerCertificates() {
        if (sslSession().isEmpty()) {
            return List.of();
        }
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : sslSession().get().getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
        return List.copyOf(chain);
    }
}
