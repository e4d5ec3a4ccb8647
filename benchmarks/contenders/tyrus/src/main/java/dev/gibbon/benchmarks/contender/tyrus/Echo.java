package dev.gibbon.benchmarks.contender.tyrus;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends each message back. Public, for Tyrus makes one for each connection. */
@ServerEndpoint("/")
public final class Echo {
    /** Called by Tyrus. */
    public Echo() {}

    /**
     * Called with a binary message.
     *
     * @param message its payload
     * @param session the connection
     * @throws IOException if that is gone
     */
    @OnMessage
    public void onBinary(ByteBuffer message, Session session) throws IOException {
        session.getBasicRemote().sendBinary(message);
    }

    /**
     * Called with a text message.
     *
     * @param message the text
     * @param session the connection
     * @throws IOException if that is gone
     */
    @OnMessage
    public void onText(String message, Session session) throws IOException {
        session.getBasicRemote().sendText(message);
    }
}
