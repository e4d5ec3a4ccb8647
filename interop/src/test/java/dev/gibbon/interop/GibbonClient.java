package dev.gibbon.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.HandshakeResponse;
import dev.gibbon.Message;
import dev.gibbon.MessageWriter;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Gibbon as the client of servers of others. */
final class GibbonClient {
    private GibbonClient() {}

    static Talk connect(URI uri, Ours ours) throws Exception {
        var talk = new Talk();
        WebSocket socket = WebSocketClient.builder(uri)
                .options(ours.options())
                .sslContext(Identity.OURS.trusting())
                .build()
                .connect(talk)
                .get(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS);
        talk.socket = socket;
        return talk;
    }

    /** One connection. */
    static final class Talk implements Conversation, WebSocketListener {
        private final Ears ears = new Ears();
        private final Frames frames = new Frames();
        private final CompletableFuture<Visit> ended = new CompletableFuture<>();
        private @Nullable WebSocket socket;
        private long received;

        @Override
        public void onOpen(WebSocket opened) {
            opened.tap(frames);
        }

        @Override
        public void onMessage(WebSocket from, Message message) {
            received += message.size();
            ears.hear(new Heard.Message(message.isText(), message.toByteArray()));
        }

        @Override
        public void onClose(WebSocket from, CloseInfo info) {
            ears.hear(info.clean() ? new Heard.Closed(info.code(), info.reason()) : new Heard.Failure(info.toString()));
            ended.complete(new Visit(false, frames, received, from.stats(), info));
        }

        @Override
        public String extensions() {
            List<String> fields = socket.response()
                    .map((HandshakeResponse response) -> response.headers("Sec-WebSocket-Extensions"))
                    .orElse(List.of());
            assertThat(fields).hasSizeLessThan(2);
            return String.join("", fields);
        }

        @Override
        public void send(Heard.Message message) {
            if (message.isText()) {
                socket.send(new String(message.payload(), StandardCharsets.UTF_8));
            } else {
                socket.send(ByteBuffer.wrap(message.payload()));
            }
        }

        @Override
        public void sendParts(boolean isText, List<byte[]> parts) throws Exception {
            try (MessageWriter writer = socket.writer(isText)) {
                for (byte[] part : parts) {
                    writer.write(part);
                    writer.flush();
                }
            }
        }

        /** The payload is the library's own: it says that the pong had the same. */
        @Override
        public void ping(byte[] payload) {
            socket.ping().thenRun(() -> ears.hear(new Heard.Pong(payload)));
        }

        @Override
        public void close(int code, String reason) {
            socket.close(code, reason);
        }

        @Override
        public Heard hear() throws InterruptedException {
            return ears.next();
        }

        /** The connection after its end. */
        Visit visit() throws Exception {
            return ended.get(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            socket.abort();
        }
    }
}
