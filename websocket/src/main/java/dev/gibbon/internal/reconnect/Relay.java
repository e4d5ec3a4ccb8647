package dev.gibbon.internal.reconnect;

import dev.gibbon.CloseInfo;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import java.nio.ByteBuffer;

/** Stands before the application's listener on one connection, and tells its beginning and its end. On the loop. */
final class Relay implements WebSocketListener {
    private final Reconnector reconnector;
    private final WebSocketListener listener;
    private final int round;
    private boolean told;

    Relay(Reconnector reconnector, WebSocketListener listener, int round) {
        this.reconnector = reconnector;
        this.listener = listener;
        this.round = round;
    }

    @Override
    public void onOpen(WebSocket socket) throws Exception {
        if (reconnector.opened(socket, round)) {
            told = true;
            listener.onOpen(socket);
            // Behind what the application says first on a new connection, such as who it is.
            reconnector.flush();
        }
    }

    @Override
    public void onMessage(WebSocket socket, Message message) throws Exception {
        listener.onMessage(socket, message);
    }

    @Override
    public void onPart(WebSocket socket, Message part, boolean last) throws Exception {
        listener.onPart(socket, part, last);
    }

    @Override
    public void onPing(WebSocket socket, ByteBuffer payload) throws Exception {
        listener.onPing(socket, payload);
    }

    @Override
    public void onPong(WebSocket socket, ByteBuffer payload) throws Exception {
        listener.onPong(socket, payload);
    }

    @Override
    public void onDrain(WebSocket socket) throws Exception {
        reconnector.flush();
        listener.onDrain(socket);
    }

    @Override
    public void onClose(WebSocket socket, CloseInfo info) throws Exception {
        if (told) {
            try {
                listener.onClose(socket, info);
            } finally {
                reconnector.closed(info, round);
            }
        }
    }
}
