package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a thread sends to a group and to a member itself arrives in the order in which it did so. */
class GroupOrderTest {
    private final BlockingQueue<WebSocket> opened = new LinkedBlockingQueue<>();
    private final SocketGroup group = new SocketGroup();

    private final Endpoint joining = Endpoint.listener(new WebSocketListener() {
        @Override
        public void onOpen(WebSocket socket) {
            group.add(socket);
            opened.add(socket);
        }
    });

    private WebSocket next() throws InterruptedException {
        WebSocket socket = opened.poll(15, TimeUnit.SECONDS);
        assertThat(socket).isNotNull();
        return socket;
    }

    /** Does something on another thread than the loop's, which is the test's. */
    private static void elsewhere(Runnable task) throws Exception {
        FutureTask<Void> done = new FutureTask<>(task, null);
        Thread thread = new Thread(done, "test-sender");
        thread.setDaemon(true);
        thread.start();
        done.get(15, TimeUnit.SECONDS);
    }

    @Test
    void aMembersOwnMessagesComeWhereTheyWereSent() throws Exception {
        try (MemoryServer server = new MemoryServer(joining)) {
            MemoryPeer peer = server.open();
            MemoryPeer other = server.open();
            WebSocket socket = next();

            elsewhere(() -> {
                group.send(PreparedMessage.text("1"));
                socket.send("2");
            });
            assertThat(server.read(peer)).isEqualTo(Hex.bytes("8101 31 8101 32"));
            elsewhere(() -> {
                socket.send("3");
                group.send(PreparedMessage.text("4"));
            });
            assertThat(server.read(peer)).isEqualTo(Hex.bytes("8101 33 8101 34"));
            assertThat(server.read(other)).isEqualTo(Hex.bytes("8101 31 8101 34"));
        }
    }

    /** "You are about to be disconnected", said to all of a room before each of them is. */
    @Test
    void aCloseGoesBehindWhatTheGroupWasSent() throws Exception {
        try (MemoryServer server = new MemoryServer(joining)) {
            MemoryPeer peer = server.open();
            WebSocket socket = next();

            elsewhere(() -> {
                group.send(PreparedMessage.text("bye"));
                socket.close(1000, "");
            });

            assertThat(server.read(peer)).isEqualTo(Hex.bytes("8103 627965 8802 03e8"));
        }
    }
}
