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
 * @param link where it came from
 * @param told what proxies tell of the client; null if that is what the link says
 */
record RequestView(
        RequestHead head,
        Routes.Route<?> route,
        AgreedExtensions agreed,
        Link link,
        @Nullable Client told) implements HandshakeRequest {

    static RequestView of(RequestHead head, Routes.Route<?> route, AgreedExtensions agreed, Client client, Link link) {
        boolean direct = client.secure() == isSecure(link) && client.address().equals(link.remoteAddress());
        return new RequestView(head, route, agreed, link, direct ? null : client);
    }

    private static boolean isSecure(Link link) {
        return link.tlsSession() != null;
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
    public SocketAddress remoteAddress() {
        return told == null ? link.remoteAddress() : told.address();
    }

    @Override
    public boolean secure() {
        return told == null ? isSecure(link) : told.secure();
    }

    @Override
    public SocketAddress localAddress() {
        return link.localAddress();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return Optional.ofNullable(link.tlsSession());
    }

    @Override
    public String extensions() {
        return agreed.field();
    }
}
