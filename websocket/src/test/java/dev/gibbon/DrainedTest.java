package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.MemoryPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whoever sends much learns when it has left, and can do its work on the connection's loop. */
class DrainedTest {
    private static final byte[] MUCH = new byte[900 << 10];

    private final BlockingQueue<WebSocket> opened = new LinkedBlockingQueue<>();

    private final WebSocketListener keeping = new WebSocketListener() {
        @Override
        public void onOpen(WebSocket socket) {
            opened.add(socket);
        }
    };

    private WebSocket next() throws InterruptedException {
        WebSocket socket = opened.poll(15, TimeUnit.SECONDS);
        assertThat(socket).isNotNull();
        return socket;
    }

    private static CompletableFuture<?> drained(WebSocket socket) {
        return socket.drained().toCompletableFuture();
    }

    @Test
    void anEmptyQueueIsDrainedAtOnce() throws Exception {
        try (MemoryServer server = new MemoryServer(Endpoint.listener(keeping))) {
            server.open();
            CompletableFuture<?> told = drained(next());
            server.settle();
            assertThat(told).isCompleted();
        }
    }

    @Test
    void whoeverAsksIsToldWhenThePeerHasReadEnough() throws Exception {
        try (MemoryServer server = new MemoryServer(Endpoint.listener(keeping))) {
            MemoryPeer peer = server.open();
            WebSocket socket = next();
            socket.send(MUCH);
            server.settle();
            CompletableFuture<?> first = drained(socket);
            CompletableFuture<?> second = drained(socket);
            server.settle();
            assertThat(socket.bufferedBytes()).isPositive();
            assertThat(first).isNotDone();

            server.read(peer);

            assertThat(socket.bufferedBytes()).isZero();
            assertThat(first).isCompleted();
            assertThat(second).isCompleted();
        }
    }

    @Test
    void soItIsInTheBlockingStyle() throws Exception {
        WebSocketHandler handler = socket -> {
            opened.add(socket);
            socket.receive();
        };
        try (MemoryServer server = new MemoryServer(Endpoint.blocking(handler))) {
            MemoryPeer peer = server.open();
            WebSocket socket = next();
            socket.send(MUCH);
            server.settle();
            CompletableFuture<?> told = drained(socket);
            server.settle();
            assertThat(told).isNotDone();

            server.read(peer);

            assertThat(told).isCompleted();
        }
    }

    @Test
    void theEndTellsThoseWhoWait() throws Exception {
        try (MemoryServer server = new MemoryServer(Endpoint.listener(keeping))) {
            MemoryPeer peer = server.open();
            WebSocket socket = next();
            socket.send(MUCH);
            server.settle();
            CompletableFuture<?> told = drained(socket);
            peer.reset();
            server.settle();

            assertThat(told).isCompleted();
            assertThat(socket.closeInfo()).isNotNull();
            CompletableFuture<?> later = drained(socket);
            server.settle();
            assertThat(later).isCompleted();
        }
    }

    @Test
    void tasksRunOnTheLoopInTheirOrder() throws Exception {
        List<Integer> ran = new ArrayList<>();
        try (MemoryServer server = new MemoryServer(Endpoint.listener(keeping))) {
            server.open();
            server.open();
            WebSocket socket = next();
            assertThat(next().executor()).isSameAs(socket.executor());
            for (int i = 0; i < 3; i++) {
                int number = i;
                socket.executor().execute(() -> ran.add(number));
            }
            server.settle();
            assertThat(ran).containsExactly(0, 1, 2);
        }
    }
}
