package dev.gibbon.internal.client;

import dev.gibbon.HandshakeRequest;
import dev.gibbon.protocol.handshake.Cookies;
import dev.gibbon.protocol.handshake.HeaderFields;
import dev.gibbon.protocol.handshake.QueryParameters;
import dev.gibbon.protocol.handshake.WebSocketUri;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The request that a client sent, for its application. Immutable.
 *
 * @param uri where to
 * @param fields all of them
 * @param subprotocols those it offered
 * @param remoteAddress the server's, or the proxy's
 * @param localAddress ours
 * @param session of TLS, or null
 */
record ClientRequest(
        WebSocketUri uri,
        HeaderFields fields,
        List<String> subprotocols,
        SocketAddress remoteAddress,
        SocketAddress localAddress,
        @Nullable SSLSession session)
        implements HandshakeRequest {

    @Override
    public String path() {
        String path = uri.toHttpUri().getPath();
        return path.isEmpty() ? "/" : path;
    }

    @Override
    public Optional<String> pathParameter(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<String> query() {
        int mark = uri.requestTarget().indexOf('?');
        return mark < 0 ? Optional.empty() : Optional.of(uri.requestTarget().substring(mark + 1));
    }

    @Override
    public Optional<String> queryParameter(String name) {
        return Optional.ofNullable(QueryParameters.parse(query().orElse(null)).first(name));
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(fields.first(name));
    }

    @Override
    public List<String> headers(String name) {
        return fields.all(name);
    }

    @Override
    public Map<String, String> cookies() {
        return Cookies.parse(fields);
    }

    @Override
    public boolean secure() {
        return uri.secure();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return Optional.ofNullable(session);
    }

    /** Where to; no fields, which may hold secrets. */
    @Override
    public String toString() {
        return "HandshakeRequest[" + uri.hostField() + ']';
    }
}
