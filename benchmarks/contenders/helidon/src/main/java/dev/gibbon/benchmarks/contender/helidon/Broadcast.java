package dev.gibbon.benchmarks.contender.helidon;

import io.helidon.common.buffers.BufferData;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Sends each message to all connections of the path, under a lock for each, since a session is not for two threads. */
final class Broadcast implements WsListener {
    private final Map<WsSession, ReentrantLock> members = new ConcurrentHashMap<>();

    @Override
    public void onOpen(WsSession session) {
        members.put(session, new ReentrantLock());
    }

    @Override
    public void onClose(WsSession session, int status, String reason) {
        members.remove(session);
    }

    @Override
    public void onError(WsSession session, Throwable fault) {
        members.remove(session);
    }

    @Override
    public void onMessage(WsSession session, BufferData buffer, boolean last) {
        byte[] bytes = buffer.readBytes();
        toAll(member -> member.send(BufferData.create(bytes), last));
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
        toAll(member -> member.send(text, last));
    }

    private void toAll(Consumer<WsSession> sending) {
        members.forEach((member, lock) -> {
            lock.lock();
            try {
                sending.accept(member);
            } catch (RuntimeException gone) {
                members.remove(member);
            } finally {
                lock.unlock();
            }
        });
    }
}
