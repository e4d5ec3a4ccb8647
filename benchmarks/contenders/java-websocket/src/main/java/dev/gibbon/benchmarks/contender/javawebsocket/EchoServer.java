package dev.gibbon.benchmarks.contender.javawebsocket;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/**
 * Sends each message back, or to all that came to {@code /broadcast}.
 *
 * <p>In version 1.6.0 a reply can stay behind for ever: the selector's thread has found the queue empty and is about to stop
 * waiting for room, a decoder adds a reply and asks for it to be written, and then the former takes that back. So now and then
 * it is asked again for what still waits.
 */
final class EchoServer extends WebSocketServer {
    private static final long ASK_AGAIN_MILLIS = 100;

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
        var again = new TimerTask() {
            @Override
            public void run() {
                askAgain();
            }
        };
        new Timer("ask-again", true).schedule(again, ASK_AGAIN_MILLIS, ASK_AGAIN_MILLIS);
        started.countDown();
    }

    private void askAgain() {
        for (WebSocket socket : getConnections()) {
            if (socket.hasBufferedData()) {
                onWriteDemand(socket);
            }
        }
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
