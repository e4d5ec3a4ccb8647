package dev.gibbon.benchmarks.contender.tomcat;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends each message to all connections of the path, under a lock for each, since a session refuses a second sender. Parts are
 * joined first: a session's own buffer for whole messages would be reserved in full for each connection. Public, for
 * Tomcat makes one for each connection.
 */
public final class Broadcast extends Endpoint {
    private static final Map<Session, ReentrantLock> MEMBERS = new ConcurrentHashMap<>();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();

    /** Called by Tomcat. */
    public Broadcast() {}

    @Override
    public void onOpen(Session session, EndpointConfig config) {
        session.setMaxIdleTimeout(0);
        MEMBERS.put(session, new ReentrantLock());
        session.addMessageHandler(ByteBuffer.class, (MessageHandler.Partial<ByteBuffer>) this::onBinary);
        session.addMessageHandler(String.class, (MessageHandler.Partial<String>) this::onText);
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
        MEMBERS.remove(session);
    }

    private void onBinary(ByteBuffer part, boolean last) {
        byte[] copy = new byte[part.remaining()];
        part.get(copy);
        bytes.writeBytes(copy);
        if (last) {
            byte[] message = bytes.toByteArray();
            bytes.reset();
            toAll(member -> member.sendBinary(ByteBuffer.wrap(message)));
        }
    }

    private void onText(String part, boolean last) {
        text.append(part);
        if (last) {
            String message = text.toString();
            text.setLength(0);
            toAll(member -> member.sendText(message));
        }
    }

    private static void toAll(Sending sending) {
        MEMBERS.forEach((member, lock) -> {
            lock.lock();
            try {
                sending.to(member.getBasicRemote());
            } catch (IOException | IllegalStateException gone) {
                MEMBERS.remove(member);
            } finally {
                lock.unlock();
            }
        });
    }

    private interface Sending {
        void to(RemoteEndpoint.Basic member) throws IOException;
    }
}
