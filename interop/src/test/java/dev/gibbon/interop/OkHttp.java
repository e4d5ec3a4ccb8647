package dev.gibbon.interop;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;

/** The client of OkHttp. It always offers permessage-deflate, and its application neither pings nor makes fragments. */
final class OkHttp implements PeerClient {
    private final OkHttpClient http = new OkHttpClient.Builder()
            .sslSocketFactory(Certificates.trusting().getSocketFactory(), new Certificates.Trusting())
            .hostnameVerifier((host, session) -> true)
            .minWebSocketMessageToCompress(0)
            .build();

    @Override
    public Conversation connect(URI uri, Offer offer) throws Exception {
        var talk = new Talk();
        WebSocket socket =
                http.newWebSocket(new Request.Builder().url(uri.toString()).build(), talk);
        return talk.conversation(socket, talk.opened.get(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }

    private static final class Talk extends WebSocketListener {
        private final Ears ears = new Ears();
        private final CompletableFuture<String> opened = new CompletableFuture<>();

        @Override
        public void onOpen(WebSocket socket, Response response) {
            opened.complete(response.header("Sec-WebSocket-Extensions", ""));
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            ears.hear(Heard.Message.text(text));
        }

        @Override
        public void onMessage(WebSocket socket, ByteString bytes) {
            ears.hear(Heard.Message.binary(bytes.toByteArray()));
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            socket.close(code, reason);
        }

        @Override
        public void onClosed(WebSocket socket, int code, String reason) {
            ears.hear(new Heard.Closed(code, reason));
        }

        @Override
        public void onFailure(WebSocket socket, Throwable failure, Response response) {
            opened.completeExceptionally(failure);
            ears.hear(new Heard.Failure(failure.toString()));
        }

        Conversation conversation(WebSocket socket, String extensions) {
            return new Conversation() {
                @Override
                public String extensions() {
                    return extensions;
                }

                @Override
                public void send(Heard.Message message) {
                    boolean taken = message.isText()
                            ? socket.send(new String(message.payload(), StandardCharsets.UTF_8))
                            : socket.send(ByteString.of(message.payload()));
                    if (!taken) {
                        throw new AssertionError("OkHttp's queue is full or the connection has ended");
                    }
                }

                @Override
                public void close(int code, String reason) {
                    socket.close(code, reason);
                }

                @Override
                public Heard hear() throws InterruptedException {
                    return ears.next();
                }

                @Override
                public void close() {
                    socket.cancel();
                }
            };
        }
    }
}
