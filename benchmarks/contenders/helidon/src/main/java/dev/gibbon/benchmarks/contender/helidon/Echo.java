package dev.gibbon.benchmarks.contender.helidon;

import io.helidon.common.buffers.BufferData;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;

/** Sends each part of a message back as it came. */
final class Echo implements WsListener {
    @Override
    public void onMessage(WsSession session, BufferData buffer, boolean last) {
        session.send(buffer, last);
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
        session.send(text, last);
    }

    @Override
    public void onPing(WsSession session, BufferData payload) {
        session.pong(payload);
    }
}
