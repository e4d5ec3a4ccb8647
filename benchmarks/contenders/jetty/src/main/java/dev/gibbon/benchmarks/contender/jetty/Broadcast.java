package dev.gibbon.benchmarks.contender.jetty;

import java.nio.ByteBuffer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/** Sends each message to all members. Public, for Jetty looks its methods up. */
public final class Broadcast implements Session.Listener.AutoDemanding {
    private final Members members;
    private @Nullable Session session;

    Broadcast(Members members) {
        this.members = members;
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        members.add(opened);
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        // The payload is lent until the callback; some members may be slower.
        byte[] copy = new byte[payload.remaining()];
        payload.get(copy);
        callback.succeed();
        members.sendBinary(ByteBuffer.wrap(copy));
    }

    @Override
    public void onWebSocketText(String message) {
        members.sendText(message);
    }

    @Override
    public void onWebSocketClose(int code, @Nullable String reason, Callback callback) {
        if (session != null) {
            members.remove(session);
        }
        callback.succeed();
    }

    @Override
    public void onWebSocketError(Throwable fault) {
        // A load generator that ends in the midst of things is no news.
    }
}
