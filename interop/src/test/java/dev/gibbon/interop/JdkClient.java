package dev.gibbon.interop;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The client of {@code java.net.http}. It knows no extension, and does not tell whether a server answered with one. */
final class JdkClient implements PeerClient {
    private final HttpClient http =
            HttpClient.newBuilder().sslContext(Certificates.trusting()).build();

    @Override
    public Conversation connect(URI uri, Offer offer) throws Exception {
        var talk = new Talk();
        talk.socket = http.newWebSocketBuilder().buildAsync(uri, talk).get(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS);
        return talk;
    }

    private static final class Talk implements Conversation, WebSocket.Listener {
        private final Ears ears = new Ears();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
        private @Nullable WebSocket socket;

        @Override
        public String extensions() {
            return "";
        }

        @Override
        public void send(Heard.Message message) throws Exception {
            sendPart(message.isText(), message.payload(), true);
        }

        @Override
        public void sendParts(boolean isText, List<byte[]> parts) throws Exception {
            for (int i = 0; i < parts.size(); i++) {
                sendPart(isText, parts.get(i), i == parts.size() - 1);
            }
        }

        private void sendPart(boolean isText, byte[] part, boolean last) throws Exception {
            await(
                    isText
                            ? socket.sendText(new String(part, StandardCharsets.UTF_8), last)
                            : socket.sendBinary(ByteBuffer.wrap(part), last));
        }

        @Override
        public void ping(byte[] payload) throws Exception {
            await(socket.sendPing(ByteBuffer.wrap(payload)));
        }

        @Override
        public void close(int code, String reason) throws Exception {
            await(socket.sendClose(code, reason));
        }

        private static void await(CompletionStage<?> sending) throws Exception {
            sending.toCompletableFuture().get(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public Heard hear() throws InterruptedException {
            return ears.next();
        }

        @Override
        public void close() {
            socket.abort();
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                ears.hear(Heard.Message.text(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            binary.writeBytes(bytes);
            if (last) {
                ears.hear(Heard.Message.binary(binary.toByteArray()));
                binary.reset();
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer payload) {
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            ears.hear(new Heard.Pong(bytes));
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            ears.hear(new Heard.Closed(code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            ears.hear(new Heard.Failure(error.toString()));
        }
    }
}
