package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Thousands of connections in the listener style, on a handful of threads. */
final class ManyConnectionsEndToEndTest {
    /** Both ends are in this process, and a process has some 20,000 descriptors. */
    private static final int CONNECTIONS = 5_000;

    private static final int LOOPS = 2;

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    @Test
    void fiveThousandConnectionsCostNoThreads() throws Exception {
        Endpoint echo = Endpoint.listener(WebSocketListener.onMessage((socket, message) -> socket.send(message)));
        long before = gibbonThreads();
        WebSocketServer server =
                test.start(WebSocketServer.builder().loops(LOOPS).webSocket("/", echo));
        int threads = Thread.activeCount();
        List<RawWebSocket> peers = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                peers.add(RawWebSocket.connect(server.port(), "/"));
            }
            assertThat(server.stats().webSockets()).isEqualTo(CONNECTIONS);
            // All at once: everybody sends before anybody reads.
            for (int i = 0; i < CONNECTIONS; i++) {
                peers.get(i).sendText("message " + i);
            }
            for (int i = 0; i < CONNECTIONS; i++) {
                assertThat(peers.get(i).readText()).isEqualTo("message " + i);
            }
            assertThat(Thread.activeCount()).as("threads").isLessThanOrEqualTo(threads);
            assertThat(gibbonThreads() - before).as("loops and their watchdog").isBetween(1L, LOOPS + 1L);
            assertThat(server.stats().pooledBytes())
                    .as("connections at rest hold no buffer")
                    .isZero();
            assertThat(server.stats().queuedBytes()).isZero();
            for (RawWebSocket peer : peers) {
                assertThat(peer.closeHandshake(1000).opcode()).isEqualTo(RawFrame.CLOSE);
            }
        } finally {
            peers.forEach(RawWebSocket::close);
        }
        assertThat(server.close(Duration.ofSeconds(10)).cut()).isZero();
    }

    private static long gibbonThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gibbon-"))
                .count();
    }
}
