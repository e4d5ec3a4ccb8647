package dev.gibbon.benchmarks.contender.tyrus;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.nio.ByteBuffer;
import org.glassfish.tyrus.core.TyrusSession;

/** Sends each message to all connections of the path, framed once. Public, for Tyrus makes one for each connection. */
@ServerEndpoint("/broadcast")
public final class Broadcast {
    /** Called by Tyrus. */
    public Broadcast() {}

    /**
     * Called with a binary message.
     *
     * @param message its payload
     * @param session the connection
     */
    @OnMessage
    public void onBinary(ByteBuffer message, Session session) {
        ((TyrusSession) session).broadcast(message);
    }

    /**
     * Called with a text message.
     *
     * @param message the text
     * @param session the connection
     */
    @OnMessage
    public void onText(String message, Session session) {
        ((TyrusSession) session).broadcast(message);
    }
}
