package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.ServerStats;
import dev.gibbon.ShutdownReport;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Five thousand connections at once, with a few threads and little memory. Both ends of each live in this process: 10,000
 * descriptors.
 */
@Tag("heavy")
class ManyConnectionsEndToEndTest {
    private static final int COUNT = 5000;
    private static final int LOOPS = 2;
    private static final byte[] MASKED_CLOSE =
            RawFrame.close(1000, "").masked(RawWebSocket.KEY).bytes();

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private final List<SocketChannel> peers = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(1024);

    @Test
    void fiveThousand() throws Exception {
        int threadsBefore = Thread.activeCount();
        // The default loops of clients stay, once a test has used them.
        int loopsBefore = EndToEnd.libraryThreads().size();
        long heapBefore = usedAfterCollection();
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(LOOPS)
                .webSocket("/", test.listener(WebSocketListener.onMessage((socket, message) -> socket.send(message)))));
        connectAll(server.port());
        assertThat(server.stats().webSockets()).isEqualTo(COUNT);
        assertThat(server.stats().accepted()).isEqualTo(COUNT);
        // The loops and the watchdog.
        assertThat(EndToEnd.libraryThreads()).hasSize(loopsBefore + LOOPS + 1);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threadsBefore + LOOPS + 1);

        for (int i = 0; i < COUNT; i++) {
            write(
                    peers.get(i),
                    RawFrame.text("message " + i).masked(RawWebSocket.KEY).bytes());
        }
        for (int i = 0; i < COUNT; i++) {
            assertThat(read(peers.get(i), RawFrame.text("message " + i).bytes().length))
                    .isEqualTo(RawFrame.text("message " + i).bytes());
        }
        // A connection at rest holds no buffer and has nothing queued, only its timer.
        await("rest", () -> server.stats().pooledBytes() == 0 && server.stats().queuedBytes() == 0);
        ServerStats rest = server.stats();
        assertThat(rest.timers()).isEqualTo(COUNT);
        // Both ends and the test's own notes, with the channels and keys of the JDK.
        assertThat((usedAfterCollection() - heapBefore) / COUNT).isLessThan(4 << 10);

        for (SocketChannel peer : peers) {
            write(peer, MASKED_CLOSE);
        }
        byte[] close = RawFrame.close(1000, "").bytes();
        for (SocketChannel peer : peers) {
            assertThat(read(peer, close.length)).isEqualTo(close);
            assertThat(peer.read(buffer.clear())).isEqualTo(-1);
            peer.close();
        }
        for (int i = 0; i < COUNT; i++) {
            assertThat(test.ended().clean()).isTrue();
        }
    }

    /** Told goodbye over the first half of the time; all of them answer. */
    @Test
    void theServerClosesOnManyOfThem() throws Exception {
        // Each is read in its turn, which may come seconds after its goodbye.
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(LOOPS)
                .options(WebSocketOptions.builder()
                        .closeTimeout(Duration.ofSeconds(30))
                        .build())
                .webSocket("/", WebSocketListener.onMessage((socket, message) -> socket.send(message))));
        connectAll(server.port());

        Future<ShutdownReport> closing = test.async(() -> server.close(Duration.ofSeconds(8)));
        byte[] close = RawFrame.close(1001, "the server is closing").bytes();
        for (SocketChannel peer : peers) {
            assertThat(read(peer, close.length)).isEqualTo(close);
            write(peer, MASKED_CLOSE);
            peer.close();
        }

        ShutdownReport report = join(closing);
        assertThat(report.closed()).isEqualTo(COUNT);
        assertThat(report.cut()).isZero();
        assertThat(report.took()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(8));
    }

    private void connectAll(int port) throws IOException {
        ByteBuffer request = ByteBuffer.wrap(RawWebSocket.request("localhost:" + port, "/"));
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < COUNT; i++) {
            SocketChannel peer = test.peer(SocketChannel.open(address));
            peers.add(peer);
            peer.write(request.rewind());
        }
        for (SocketChannel peer : peers) {
            String head = readHead(peer);
            assertThat(head).startsWith("HTTP/1.1 101 ");
        }
    }

    private String readHead(SocketChannel peer) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int count = peer.read(buffer.clear());
            assertThat(count).isPositive();
            head.append(new String(buffer.array(), 0, count, StandardCharsets.ISO_8859_1));
        }
        return head.toString();
    }

    private static void write(SocketChannel peer, byte[] bytes) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        while (all.hasRemaining()) {
            peer.write(all);
        }
    }

    private byte[] read(SocketChannel peer, int count) throws IOException {
        buffer.clear().limit(count);
        while (buffer.hasRemaining()) {
            assertThat(peer.read(buffer)).isPositive();
        }
        byte[] bytes = new byte[count];
        buffer.get(0, bytes);
        return bytes;
    }

    private static long usedAfterCollection() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            ManagementFactory.getMemoryMXBean().gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
