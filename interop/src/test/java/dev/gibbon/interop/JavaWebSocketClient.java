package dev.gibbon.interop;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.handshake.ServerHandshake;

/** The client of Java-WebSocket. */
final class JavaWebSocketClient implements PeerClient {
    @Override
    public Conversation connect(URI uri, Offer offer) throws Exception {
        var talk = new Talk(uri, draft(offer));
        if (uri.getScheme().equals("wss")) {
            talk.setSocketFactory(Certificates.trusting().getSocketFactory());
        }
        talk.setTcpNoDelay(true);
        if (!talk.connectBlocking(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("not connected: " + talk.ears.next());
        }
        return talk.conversation();
    }

    /**
     * The draft with the extension, which is always offered without context takeover; and anything may be compressed. It does as
     * it is set, whatever was agreed, so there is only one good way to set it.
     */
    static Draft_6455 draft(Offer offer) {
        if (offer == Offer.NONE) {
            return new Draft_6455();
        }
        var deflate = new PerMessageDeflateExtension();
        deflate.setThreshold(0);
        return new Draft_6455(deflate);
    }

    private static final class Talk extends WebSocketClient {
        private final Ears ears = new Ears();
        private String extensions = "";

        Talk(URI uri, Draft_6455 draft) {
            super(uri, draft);
        }

        @Override
        protected void onSetSSLParameters(SSLParameters parameters) {
            // Without the check of the host's name that it makes by itself.
        }

        @Override
        public void onOpen(ServerHandshake handshake) {
            extensions = handshake.getFieldValue("Sec-WebSocket-Extensions");
        }

        @Override
        public void onMessage(String message) {
            ears.hear(Heard.Message.text(message));
        }

        @Override
        public void onMessage(ByteBuffer bytes) {
            byte[] payload = new byte[bytes.remaining()];
            bytes.get(payload);
            ears.hear(Heard.Message.binary(payload));
        }

        @Override
        public void onWebsocketPong(org.java_websocket.WebSocket socket, Framedata frame) {
            super.onWebsocketPong(socket, frame);
            byte[] payload = new byte[frame.getPayloadData().remaining()];
            frame.getPayloadData().duplicate().get(payload);
            ears.hear(new Heard.Pong(payload));
        }

        @Override
        public void onClose(int code, String reason, boolean remote) {
            ears.hear(new Heard.Closed(code, reason));
        }

        @Override
        public void onError(Exception error) {
            ears.hear(new Heard.Failure(error.toString()));
        }

        Conversation conversation() {
            return new Conversation() {
                @Override
                public String extensions() {
                    return extensions;
                }

                @Override
                public void send(Heard.Message message) {
                    if (message.isText()) {
                        Talk.this.send(new String(message.payload(), StandardCharsets.UTF_8));
                    } else {
                        Talk.this.send(message.payload());
                    }
                }

                @Override
                public void sendParts(boolean isText, List<byte[]> parts) {
                    for (int i = 0; i < parts.size(); i++) {
                        sendFragmentedFrame(
                                isText ? Opcode.TEXT : Opcode.BINARY,
                                ByteBuffer.wrap(parts.get(i)),
                                i == parts.size() - 1);
                    }
                }

                @Override
                public void ping(byte[] payload) {
                    var frame = new PingFrame();
                    frame.setPayload(ByteBuffer.wrap(payload));
                    sendFrame(frame);
                }

                @Override
                public void close(int code, String reason) {
                    Talk.this.close(code, reason);
                }

                @Override
                public Heard hear() throws InterruptedException {
                    return ears.next();
                }

                @Override
                public void close() {
                    getConnection().closeConnection(1006, "");
                }
            };
        }
    }
}
