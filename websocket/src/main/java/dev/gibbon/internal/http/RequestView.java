package dev.gibbon.internal.http;

import dev.gibbon.HandshakeRequest;
import dev.gibbon.internal.connection.AgreedExtensions;
import dev.gibbon.internal.proxied.Client;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.protocol.handshake.RequestHead;
import dev.gibbon.protocol.handshake.Subprotocols;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A handshake's request for the application. It is kept as long as its connection, so it holds the bytes that came and works out what
 * it is asked.
 *
 * @param head the request's head
 * @param route what the path led to
 * @param agreed the extensions of the answer
 * @param remoteAddress the client's
 * @param secure whether the client speaks TLS
 * @param localAddress ours
 * @param tlsSession the TLS session, or null if the connection has none
 */
record RequestView(
        RequestHead head,
        Routes.Route<?> route,
        AgreedExtensions agreed,
        SocketAddress remoteAddress,
        boolean secure,
        SocketAddress localAddress,
        @Nullable SSLSession tlsSession)
        implements HandshakeRequest {

    static RequestView of(RequestHead head, Routes.Route<?> route, AgreedExtensions agreed, Client client, Link link) {
        return new RequestView(
                head, route, agreed, client.address(), client.secure(), link.localAddress(), link.tlsSession());
    }

    /** Keeps only the head's bytes, now that the handshake is over: a connection may live long. */
    void pack() {
        head.pack();
    }

    @Override
    public String path() {
        return head.path();
    }

    @Override
    public Optional<String> pathParameter(String name) {
        return Optional.ofNullable(route.parameters(head.path()).get(name));
    }

    @Override
    public Optional<String> query() {
        return Optional.ofNullable(head.query());
    }

    @Override
    public Optional<String> queryParameter(String name) {
        return Optional.ofNullable(head.queryParameters().first(name));
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(head.fields().first(name));
    }

    @Override
    public List<String> headers(String name) {
        return head.fields().all(name);
    }

    @Override
    public Map<String, String> cookies() {
        return head.cookies();
    }

    @Override
    public List<String> subprotocols() {
        return Subprotocols.offered(head.fields()).orElse(List.of());
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return Optional.ofNullable(tlsSession);
    }

    @Override
    public String extensions() {
        return agreed.field();
    }
}
