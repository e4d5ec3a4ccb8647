package dev.gibbon.hub;

import dev.gibbon.PreparedMessage;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A WebSocket as the hub sees it. */
final class SocketOutlet implements Outlet {
    private final WebSocket socket;

    SocketOutlet(WebSocket socket) {
        this.socket = socket;
    }

    @Override
    public Executor executor() {
        return socket.executor();
    }

    @Override
    public SendResult trySend(PreparedMessage message) {
        return socket.trySend(message);
    }

    @Override
    public long bufferedBytes() {
        return socket.bufferedBytes();
    }

    @Override
    public CompletionStage<?> drained() {
        return socket.drained();
    }

    @Override
    public void close(int code, String reason) {
        socket.close(code, reason);
    }

    @Override
    public CompletionStage<?> closed() {
        return socket.closed();
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
