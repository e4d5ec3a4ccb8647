package dev.gibbon.internal.client;

import dev.gibbon.HandshakeRequest;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.RequestHead;
import dev.gibbon.protocol.handshake.RequestHeadParser;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The request that a client sent, for its application. It keeps the bytes and reads them as a server would when somebody asks,
 * which few do. For any thread.
 */
final class ClientRequest implements HandshakeRequest {
    private final byte[] bytes;
    private final List<String> subprotocols;
    private final boolean secure;
    private final SocketAddress remoteAddress;
    private final SocketAddress localAddress;
    private volatile @Nullable RequestHead head;

    ClientRequest(
            byte[] bytes,
            List<String> subprotocols,
            boolean secure,
            SocketAddress remoteAddress,
            SocketAddress localAddress) {
        this.bytes = bytes;
        this.subprotocols = subprotocols;
        this.secure = secure;
        this.remoteAddress = remoteAddress;
        this.localAddress = localAddress;
    }

    private RequestHead head() {
        RequestHead present = head;
        if (present == null) {
            present = parse();
            head = present;
        }
        return present;
    }

    private RequestHead parse() {
        // Its own limits, since nothing of it came from a peer.
        RequestHeadParser parser = new RequestHeadParser(
                new HeadLimits(HeadLimits.MAX_BYTES, HeadLimits.MAX_BYTES, HeadLimits.MAX_FIELDS));
        if (parser.parse(ByteBuffer.wrap(bytes)) != RequestHeadParser.Result.COMPLETE) {
            throw new IllegalStateException("our own request is not one");
        }
        return parser.head();
    }

    @Override
    public String path() {
        return head().path();
    }

    @Override
    public Optional<String> pathParameter(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<String> query() {
        return Optional.ofNullable(head().query());
    }

    @Override
    public Optional<String> queryParameter(String name) {
        return Optional.ofNullable(head().queryParameters().first(name));
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(head().fields().first(name));
    }

    @Override
    public List<String> headers(String name) {
        return head().fields().all(name);
    }

    @Override
    public Map<String, String> cookies() {
        return head().cookies();
    }

    @Override
    public List<String> subprotocols() {
        return subprotocols;
    }

    @Override
    public boolean secure() {
        return secure;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }
}
