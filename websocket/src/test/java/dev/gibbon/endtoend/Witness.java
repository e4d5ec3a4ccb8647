package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Passes every call on to another listener and notes what must hold for all of them: one {@code onOpen} first, one {@code
 * onClose} last, nothing at the same time as something else of the same connection.
 */
final class Witness implements WebSocketListener {
    private final WebSocketListener to;
    private final Queue<WebSocket> opened;
    private final Queue<CloseInfo> ended;
    private final Map<WebSocket, Phase> phases = new ConcurrentHashMap<>();
    private final Map<WebSocket, Thread> inside = new ConcurrentHashMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    private enum Phase {
        OPEN,
        CLOSED
    }

    private interface Call {
        void run() throws Exception;
    }

    Witness(WebSocketListener to, Queue<WebSocket> opened, Queue<CloseInfo> ended) {
        this.to = to;
        this.opened = opened;
        this.ended = ended;
    }

    private void during(String name, WebSocket socket, Call call) throws Exception {
        if (phases.get(socket) != Phase.OPEN) {
            faults.add(name + " of a connection that is " + phases.get(socket));
        }
        Thread other = inside.putIfAbsent(socket, Thread.currentThread());
        if (other != null && other != Thread.currentThread()) {
            faults.add(name + " while " + other + " is inside another call");
        }
        try {
            call.run();
        } finally {
            if (other == null) {
                inside.remove(socket);
            }
        }
    }

    @Override
    public void onOpen(WebSocket socket) throws Exception {
        if (phases.put(socket, Phase.OPEN) != null) {
            faults.add("a second onOpen");
        }
        opened.add(socket);
        during("onOpen", socket, () -> to.onOpen(socket));
    }

    @Override
    public void onMessage(WebSocket socket, Message message) throws Exception {
        during("onMessage", socket, () -> to.onMessage(socket, message));
    }

    @Override
    public void onPart(WebSocket socket, Message part, boolean last) throws Exception {
        during("onPart", socket, () -> to.onPart(socket, part, last));
    }

    @Override
    public void onPing(WebSocket socket, ByteBuffer payload) throws Exception {
        during("onPing", socket, () -> to.onPing(socket, payload));
    }

    @Override
    public void onPong(WebSocket socket, ByteBuffer payload) throws Exception {
        during("onPong", socket, () -> to.onPong(socket, payload));
    }

    @Override
    public void onDrain(WebSocket socket) throws Exception {
        during("onDrain", socket, () -> to.onDrain(socket));
    }

    @Override
    public void onClose(WebSocket socket, CloseInfo info) throws Exception {
        try {
            during("onClose", socket, () -> to.onClose(socket, info));
        } finally {
            phases.put(socket, Phase.CLOSED);
            ended.add(info);
        }
    }

    /** Asserts that everything that was opened was closed, in order. */
    void verify() {
        assertThat(faults).as("calls of a listener out of order").isEmpty();
        assertThat(phases.values()).as("connections at the end").doesNotContain(Phase.OPEN);
    }
}
