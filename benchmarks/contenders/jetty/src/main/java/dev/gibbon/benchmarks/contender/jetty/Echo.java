package dev.gibbon.benchmarks.contender.jetty;

import java.nio.ByteBuffer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/** Sends each message back. Public, for Jetty looks its methods up. */
public final class Echo implements Session.Listener.AutoDemanding {
    private @Nullable Session session;

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
    }

    @Override
    public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
        if (session != null) {
            session.sendBinary(payload, callback);
        }
    }

    @Override
    public void onWebSocketText(String message) {
        if (session != null) {
            session.sendText(message, Callback.NOOP);
        }
    }

    @Override
    public void onWebSocketError(Throwable fault) {
        // A load generator that ends in the midst of things is no news.
    }
}
