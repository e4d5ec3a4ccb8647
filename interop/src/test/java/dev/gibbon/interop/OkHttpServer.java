package dev.gibbon.interop;

import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** OkHttp's code as a server, in its MockWebServer. It neither pings nor makes fragments, and answers what it is told to. */
final class OkHttpServer implements PeerServer {
    private final MockWebServer server;
    private final URI uri;

    private OkHttpServer(MockWebServer server, URI uri) {
        this.server = server;
        this.uri = uri;
    }

    static OkHttpServer start(Offer answer, @Nullable Identity identity) throws Exception {
        var server = new MockWebServer();
        if (identity != null) {
            server.useHttps(identity.showing().getSocketFactory());
        }
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                var response = new MockResponse.Builder().webSocketUpgrade(new Echo());
                String extensions = extensions(answer);
                if (!extensions.isEmpty()) {
                    response.addHeader("Sec-WebSocket-Extensions", extensions);
                }
                return response.build();
            }
        });
        server.start(InetAddress.getLoopbackAddress(), 0);
        String scheme = identity == null ? "ws" : "wss";
        return new OkHttpServer(server, URI.create(scheme + "://127.0.0.1:" + server.getPort() + "/"));
    }

    private static String extensions(Offer answer) {
        return switch (answer) {
            case NONE -> "";
            case NO_TAKEOVER -> "permessage-deflate; client_no_context_takeover; server_no_context_takeover";
            default -> "permessage-deflate";
        };
    }

    @Override
    public URI uri() {
        return uri;
    }

    @Override
    public void close() {
        server.close();
    }

    /** One connection. */
    private static final class Echo extends WebSocketListener {
        private @Nullable Obedience obedience;

        @Override
        public void onOpen(WebSocket socket, Response response) {
            obedience = new Obedience(new Obedience.Means() {
                @Override
                public void send(Heard.Message message) {
                    if (message.isText()) {
                        socket.send(new String(message.payload(), StandardCharsets.UTF_8));
                    } else {
                        socket.send(ByteString.of(message.payload()));
                    }
                }

                @Override
                public void close(int code, String reason) {
                    socket.close(code, reason);
                }
            });
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            obedience.onMessage(Heard.Message.text(text));
        }

        @Override
        public void onMessage(WebSocket socket, ByteString bytes) {
            obedience.onMessage(Heard.Message.binary(bytes.toByteArray()));
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            socket.close(code, reason);
        }
    }
}
