package dev.gibbon.demos.echo;

import dev.gibbon.AttributeKey;
import dev.gibbon.CloseInfo;
import dev.gibbon.Endpoint;
import dev.gibbon.FrameTap;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.HandshakeHook;
import dev.gibbon.HandshakeRequest;
import dev.gibbon.Message;
import dev.gibbon.TappedFrame;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Two endpoints: one echoes, the other shows the frames of the first to the page that opened both. The page makes an id that
 * nobody can guess and names it on both sockets; an echo without an id, or with one that no wire has, is just an echo.
 *
 * <p>Each connection's callbacks run on its own event loop, and the tap of an echo on the loop of that echo. The two meet in
 * a concurrent map, and by {@link WebSocket#trySend(String)}, which never waits.
 */
public final class Echo {
    private static final AttributeKey<Inspector> INSPECTOR = AttributeKey.of("inspector");

    private final Map<String, Inspector> inspectors = new ConcurrentHashMap<>();

    /** What comes goes back; compressed, if that was agreed on and is worth it. */
    public Endpoint echo() {
        return Endpoint.listener(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                Inspector inspector = inspectors.get(id(socket.request()));
                if (inspector != null) {
                    socket.attribute(INSPECTOR, inspector);
                    socket.tap(inspector);
                }
            }

            @Override
            public void onMessage(WebSocket socket, Message message) {
                socket.send(message);
            }

            @Override
            public void onClose(WebSocket socket, CloseInfo info) {
                Inspector inspector = socket.attribute(INSPECTOR);
                if (inspector != null) {
                    inspector.end();
                }
            }
        });
    }

    /** Shows what passes on the echo connection of the same id. */
    public Endpoint wire() {
        WebSocketListener listener = new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                var inspector = new Inspector(socket);
                if (inspectors.putIfAbsent(id(socket.request()), inspector) == null) {
                    socket.attribute(INSPECTOR, inspector);
                    socket.send("ready"); // from now on an echo connection finds it
                } else {
                    socket.close(1008, "This id is taken.");
                }
            }

            @Override
            public void onMessage(WebSocket socket, Message message) {
                socket.close(1003, "The wire only shows.");
            }

            @Override
            public void onClose(WebSocket socket, CloseInfo info) {
                Inspector inspector = socket.attribute(INSPECTOR);
                if (inspector != null) {
                    inspectors.remove(id(socket.request()), inspector);
                }
            }
        };
        return Endpoint.listener(listener)
                .options(options -> options.maxMessageBytes(125).maxQueuedBytes(256 << 10))
                .handshake(HandshakeHook.of(request -> id(request).matches("[0-9a-f]{32}")
                        ? HandshakeDecision.accept()
                        : HandshakeDecision.refuse(400, "The wire needs an id of 32 hexadecimal digits.")));
    }

    private static String id(HandshakeRequest request) {
        return request.queryParameter("id").orElse("");
    }

    /** Sends the frames of one echo connection to a wire socket; frames that find its queue full are counted and dropped. */
    private static final class Inspector implements FrameTap {
        private final WebSocket wire;
        private long missed; // on the loop of the echo connection

        Inspector(WebSocket wire) {
            this.wire = wire;
        }

        @Override
        public void onFrame(TappedFrame frame) {
            switch (wire.trySend(WireJson.of(frame, missed))) {
                case ACCEPTED -> missed = 0;
                case FULL -> missed++;
                case CLOSED -> {} // the page is gone, and its echo will be
            }
        }

        void end() {
            wire.close(1000, missed == 0 ? "" : missed + " frames not shown");
        }
    }
}
