package dev.gibbon.internal.http;

import dev.gibbon.HandshakeRequest;
import dev.gibbon.internal.connection.AgreedExtensions;
import dev.gibbon.internal.proxied.Client;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.protocol.handshake.OpeningHandshake;
import dev.gibbon.protocol.handshake.RequestHead;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * A handshake's request for the application.
 *
 * @param head the request's head
 * @param pathParameters from the endpoint's path
 * @param subprotocols what the client offers
 * @param agreed the extensions of the answer
 * @param remoteAddress the client's
 * @param secure whether the client speaks TLS
 * @param localAddress ours
 * @param sslSession the TLS session, if the connection has one
 */
record RequestView(
        RequestHead head,
        Map<String, String> pathParameters,
        List<String> subprotocols,
        AgreedExtensions agreed,
        SocketAddress remoteAddress,
        boolean secure,
        SocketAddress localAddress,
        Optional<SSLSession> sslSession)
        implements HandshakeRequest {

    static RequestView of(
            RequestHead head,
            OpeningHandshake.Upgrade upgrade,
            Map<String, String> pathParameters,
            AgreedExtensions agreed,
            Client client,
            Link link) {
        return new RequestView(
                head,
                pathParameters,
                upgrade.subprotocols(),
                agreed,
                client.address(),
                client.secure(),
                link.localAddress(),
                Optional.ofNullable(link.tlsSession()));
    }

    @Override
    public String path() {
        return head.path();
    }

    @Override
    public Optional<String> pathParameter(String name) {
        return Optional.ofNullable(pathParameters.get(name));
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
    public String extensions() {
        return agreed.field();
    }
}
