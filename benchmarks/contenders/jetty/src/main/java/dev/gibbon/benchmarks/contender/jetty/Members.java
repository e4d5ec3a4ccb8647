package dev.gibbon.benchmarks.contender.jetty;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/** The connections that get what one of them sends. */
final class Members {
    private final List<Session> sessions = new CopyOnWriteArrayList<>();

    void add(Session session) {
        sessions.add(session);
    }

    void remove(Session session) {
        sessions.remove(session);
    }

    void sendBinary(ByteBuffer shared) {
        for (Session session : sessions) {
            session.sendBinary(shared.duplicate(), Callback.NOOP);
        }
    }

    void sendText(String text) {
        for (Session session : sessions) {
            session.sendText(text, Callback.NOOP);
        }
    }
}
