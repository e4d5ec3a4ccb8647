package dev.gibbon.interop;

import java.nio.ByteBuffer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/** Jetty's end of a connection, which only listens. */
public final class JettyEndpoint implements Session.Listener.AutoDemanding {
    final Ears ears = new Ears();

    @Override
    public void onWebSocketText(String message) {
        ears.hear(Heard.Message.text(message));
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        ears.hear(Heard.Message.binary(bytes(payload)));
        callback.succeed();
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        ears.hear(new Heard.Pong(bytes(payload)));
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback callback) {
        ears.hear(new Heard.Closed(code, reason != null ? reason : ""));
        callback.succeed();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        ears.hear(new Heard.Failure(cause.toString()));
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
