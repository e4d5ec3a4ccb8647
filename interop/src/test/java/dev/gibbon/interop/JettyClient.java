package dev.gibbon.interop;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.JettyUpgradeListener;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/** The client of Jetty. */
final class JettyClient implements PeerClient {
    private final WebSocketClient client;

    JettyClient() throws Exception {
        var tls = new SslContextFactory.Client(true);
        var connector = new ClientConnector();
        connector.setSslContextFactory(tls);
        client = new WebSocketClient(
                new HttpClient(new org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP(connector)));
        client.setMaxTextMessageSize(-1);
        client.setMaxBinaryMessageSize(-1);
        client.start();
    }

    @Override
    public Conversation connect(URI uri, Offer offer) throws Exception {
        var endpoint = new JettyEndpoint();
        var answer = new Answer();
        var request = new ClientUpgradeRequest(uri);
        if (offer != Offer.NONE) {
            request.addExtensions(extension(offer));
        }
        Session session = client.connect(endpoint, request, answer).get(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS);
        return new Talk(endpoint, session, answer.extensions);
    }

    private static String extension(Offer offer) {
        return switch (offer) {
            case NO_TAKEOVER -> "permessage-deflate; client_no_context_takeover; server_no_context_takeover";
            case TAKEOVER -> "permessage-deflate";
            default -> "permessage-deflate; client_max_window_bits";
        };
    }

    @Override
    public void close() {
        try {
            client.stop();
            client.getHttpClient().stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Answer implements JettyUpgradeListener {
        private String extensions = "";

        @Override
        public void onHandshakeResponse(Request request, Response response) {
            String value = response.getHeaders().get("Sec-WebSocket-Extensions");
            extensions = value != null ? value : "";
        }
    }

    private record Talk(JettyEndpoint endpoint, Session session, String extensions) implements Conversation {
        private static void await(Callback.Completable sending) throws Exception {
            sending.get(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void send(Heard.Message message) throws Exception {
            var sent = new Callback.Completable();
            if (message.isText()) {
                session.sendText(new String(message.payload(), StandardCharsets.UTF_8), sent);
            } else {
                session.sendBinary(ByteBuffer.wrap(message.payload()), sent);
            }
            await(sent);
        }

        @Override
        public void sendParts(boolean isText, List<byte[]> parts) throws Exception {
            for (int i = 0; i < parts.size(); i++) {
                var sent = new Callback.Completable();
                boolean last = i == parts.size() - 1;
                if (isText) {
                    session.sendPartialText(new String(parts.get(i), StandardCharsets.UTF_8), last, sent);
                } else {
                    session.sendPartialBinary(ByteBuffer.wrap(parts.get(i)), last, sent);
                }
                await(sent);
            }
        }

        @Override
        public void ping(byte[] payload) throws Exception {
            var sent = new Callback.Completable();
            session.sendPing(ByteBuffer.wrap(payload), sent);
            await(sent);
        }

        @Override
        public void close(int code, String reason) {
            session.close(code, reason, Callback.NOOP);
        }

        @Override
        public Heard hear() throws InterruptedException {
            return endpoint.ears.next();
        }

        @Override
        public void close() {
            session.disconnect();
        }
    }
}
