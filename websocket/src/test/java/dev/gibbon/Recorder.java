package dev.gibbon;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener that writes down what it is told, one line an event, and echoes when asked to. */
final class Recorder implements WebSocketListener {
    final List<String> events = new ArrayList<>();
    boolean echo;

    @Nullable
    WebSocket socket;

    @Nullable
    CloseInfo closed;

    static Recorder echoing() {
        Recorder recorder = new Recorder();
        recorder.echo = true;
        return recorder;
    }

    WebSocket socket() {
        if (socket == null) {
            throw new AssertionError("no connection was opened");
        }
        return socket;
    }

    CloseInfo closed() {
        if (closed == null) {
            throw new AssertionError("the connection has not ended: " + events);
        }
        return closed;
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        events.add("open");
    }

    @Override
    public void onMessage(WebSocket from, Message message) {
        events.add(message.isText() ? "text " + message.text() : "binary " + message.size());
        if (echo) {
            from.send(message);
        }
    }

    @Override
    public void onPing(WebSocket from, ByteBuffer payload) {
        events.add("ping " + payload.remaining());
    }

    @Override
    public void onPong(WebSocket from, ByteBuffer payload) {
        events.add("pong " + payload.remaining());
    }

    @Override
    public void onDrain(WebSocket from) {
        events.add("drain");
    }

    @Override
    public void onClose(WebSocket from, CloseInfo info) {
        events.add("close " + info.code());
        closed = info;
    }
}
