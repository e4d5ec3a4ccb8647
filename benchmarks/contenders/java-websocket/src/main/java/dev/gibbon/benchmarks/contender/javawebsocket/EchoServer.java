package dev.gibbon.benchmarks.contender.javawebsocket;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** Sends each message back, or to all that came to {@code /broadcast}. */
final class EchoServer extends WebSocketServer {
    private final Set<WebSocket> members = ConcurrentHashMap.newKeySet();
    private final CountDownLatch started = new CountDownLatch(1);

    EchoServer(InetSocketAddress address, int decoders, List<Draft> drafts) {
        super(address, decoders, drafts);
    }

    void awaitStart() throws InterruptedException {
        started.await();
    }

    @Override
    public void onStart() {
        started.countDown();
    }

    @Override
    public void onOpen(WebSocket socket, ClientHandshake handshake) {
        if (handshake.getResourceDescriptor().equals("/broadcast")) {
            members.add(socket);
            socket.setAttachment(members);
        }
    }

    @Override
    public void onMessage(WebSocket socket, ByteBuffer message) {
        if (socket.getAttachment() == null) {
            socket.send(message);
        } else {
            broadcast(message, members);
        }
    }

    @Override
    public void onMessage(WebSocket socket, String message) {
        if (socket.getAttachment() == null) {
            socket.send(message);
        } else {
            broadcast(message, members);
        }
    }

    @Override
    public void onClose(WebSocket socket, int code, String reason, boolean remote) {
        members.remove(socket);
    }

    @Override
    public void onError(WebSocket socket, Exception fault) {
        // A load generator that ends in the midst of things is no news.
    }
}
