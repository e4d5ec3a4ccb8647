package dev.gibbon.internal.client;

import dev.gibbon.ProxyException;
import dev.gibbon.protocol.handshake.ProxyConnect;
import dev.gibbon.protocol.handshake.ReceivedResponse;
import dev.gibbon.protocol.handshake.RefusalBody;
import dev.gibbon.protocol.handshake.ResponseHeadParser;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CONNECT to an HTTP proxy (RFC 9110, 9.3.6). Credentials go with the first request; there is no second one. */
final class HttpTunnel implements TunnelProtocol {
    private static final byte[] NOTHING = new byte[0];

    private final ProxyServer proxy;
    private final String host;
    private final int port;
    private final ResponseHeadParser parser = new ResponseHeadParser();
    private @Nullable RefusalBody body;
    private boolean open;

    HttpTunnel(ProxyServer proxy, String host, int port) {
        this.proxy = proxy;
        this.host = host;
        this.port = port;
    }

    @Override
    public byte[] request() {
        ProxyCredentials credentials = proxy.credentials();
        return ProxyConnect.request(host, port, credentials == null ? null : credentials.basic(), List.of());
    }

    @Override
    public byte[] take(ByteBuffer in) throws ProxyException {
        RefusalBody collecting = body;
        if (collecting == null) {
            ResponseHeadParser.Result result = parser.parse(in);
            if (result == ResponseHeadParser.Result.NEEDS_BYTES) {
                return NOTHING;
            }
            if (result == ResponseHeadParser.Result.FAILED) {
                throw broken("its answer is no HTTP response: " + parser.fault());
            }
            if (ProxyConnect.isOpen(parser.response())) {
                open = true;
                return NOTHING;
            }
            collecting = new RefusalBody(parser.response());
            body = collecting;
        }
        collecting.take(in);
        if (collecting.isDone()) {
            throw refused(collecting);
        }
        return NOTHING;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public @Nullable ProxyException refusal() {
        RefusalBody collected = body;
        return collected == null ? null : refused(collected);
    }

    @Override
    public ProxyException ended() {
        RefusalBody collected = body;
        if (collected != null) {
            collected.end();
            return refused(collected);
        }
        return broken("it ended the connection " + (parser.hasBegun() ? "within" : "without") + " its answer");
    }

    private ProxyException broken(String how) {
        return new ProxyException(what() + how, 0, NOTHING);
    }

    private ProxyException refused(RefusalBody collected) {
        ReceivedResponse response = parser.response();
        StringBuilder message = new StringBuilder(what())
                .append("it answered ")
                .append(response.status())
                .append(' ')
                .append(PeerText.shown(response.reason()));
        if (response.status() == 407) {
            message.append(
                            proxy.credentials() == null
                                    ? ", and no credentials were given"
                                    : ", so it takes other credentials")
                    .append("; it asks for: ")
                    .append(PeerText.shown(String.join(", ", response.fields().all("Proxy-Authenticate"))));
        }
        byte[] bytes = collected.bytes();
        // A page is for a browser; its status says the same in a line.
        if (bytes.length > 0 && bytes[0] != '<') {
            message.append(": ").append(PeerText.shown(bytes));
        }
        return new ProxyException(message.toString(), response.status(), bytes);
    }

    private String what() {
        return "the proxy " + proxy + " opened no tunnel to " + Addresses.authority(host, port) + ": ";
    }
}
