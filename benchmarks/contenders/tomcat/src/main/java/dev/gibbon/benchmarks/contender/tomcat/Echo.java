package dev.gibbon.benchmarks.contender.tomcat;

import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Sends each part of a message back as it comes. Public, for Tomcat makes one for each connection. */
public final class Echo extends Endpoint {
    /** Called by Tomcat. */
    public Echo() {}

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        session.setMaxIdleTimeout(0);
        RemoteEndpoint.Basic remote = session.getBasicRemote();
        session.addMessageHandler(ByteBuffer.class, (MessageHandler.Partial<ByteBuffer>) (part, last) -> {
            try {
                remote.sendBinary(part, last);
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        });
        session.addMessageHandler(String.class, (MessageHandler.Partial<String>) (part, last) -> {
            try {
                remote.sendText(part, last);
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        });
    }
}
