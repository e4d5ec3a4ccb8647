package dev.gibbon.interop;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;

/** The server of Jetty. */
final class JettyServer implements PeerServer {
    private final Server server;
    private final URI uri;

    private JettyServer(Server server, URI uri) {
        this.server = server;
        this.uri = uri;
    }

    static JettyServer start(Offer answer, @Nullable Identity identity) throws Exception {
        var server = new Server();
        ServerConnector connector;
        if (identity == null) {
            connector = new ServerConnector(server);
        } else {
            var tls = new SslContextFactory.Server();
            tls.setSslContext(identity.showing());
            connector = new ServerConnector(server, tls);
        }
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> configure(container, answer)));
        server.start();
        String scheme = identity == null ? "ws" : "wss";
        return new JettyServer(server, URI.create(scheme + "://127.0.0.1:" + connector.getLocalPort() + "/"));
    }

    private static void configure(ServerWebSocketContainer container, Offer answer) {
        container.setMaxTextMessageSize(-1);
        container.setMaxBinaryMessageSize(-1);
        container.setMaxFrameSize(-1);
        container.addMapping("/*", (request, response, callback) -> {
            if (answer == Offer.NONE) {
                response.setExtensions(List.of());
            }
            return new Echo();
        });
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One connection. */
    public static final class Echo implements Session.Listener.AutoDemanding {
        private @Nullable Obedience obedience;

        @Override
        public void onWebSocketOpen(Session session) {
            obedience = new Obedience(new Sending(session));
        }

        @Override
        public void onWebSocketText(String message) {
            obedience.onMessage(Heard.Message.text(message));
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            obedience.onMessage(Heard.Message.binary(JettyEndpoint.bytes(payload)));
            callback.succeed();
        }

        @Override
        public void onWebSocketPong(ByteBuffer payload) {
            obedience.onPong(JettyEndpoint.bytes(payload));
        }
    }

    private record Sending(Session session) implements Obedience.Means {
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
        public void sendPart(Heard.Message part, boolean last) throws Exception {
            var sent = new Callback.Completable();
            if (part.isText()) {
                session.sendPartialText(new String(part.payload(), StandardCharsets.UTF_8), last, sent);
            } else {
                session.sendPartialBinary(ByteBuffer.wrap(part.payload()), last, sent);
            }
            await(sent);
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
    }
}
