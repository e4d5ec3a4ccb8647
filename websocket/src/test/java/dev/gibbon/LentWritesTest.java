package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A blocking handler writes its answer itself while the loop has nothing to write, and the loop goes on where it stopped. */
class LentWritesTest {
    private static final long PATIENCE = Duration.ofSeconds(15).toNanos();

    /** "hello", masked with the key 0. */
    private static final String HELLO = "81 85 00000000 68656c6c6f";

    private static final String HELLO_BACK = "8105 68656c6c6f";
    private static final String PING = "89 82 00000000 7069";
    private static final String PONG = "8a02 7069";

    private final BlockingQueue<WebSocket> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<CloseInfo> ended = new LinkedBlockingQueue<>();

    /** A handler that notes what comes and does nothing else: the test sends from a thread of its own. */
    private final Endpoint noting = Endpoint.blocking(socket -> {
        socket.closed().thenAccept(ended::add);
        opened.add(socket);
        for (Message message : socket) {
            received.add(message);
        }
    });

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T found = queue.poll(15, TimeUnit.SECONDS);
        assertThat(found).as("what was awaited").isNotNull();
        return found;
    }

    /** Reads so many bytes of what is there, without a turn of the loop. */
    private static byte[] readWithoutLoop(MemoryPeer peer, int count) throws IOException {
        byte[] all = {};
        for (long begun = System.nanoTime(); all.length < count && System.nanoTime() - begun < PATIENCE; ) {
            byte[] more = peer.read(count - all.length);
            byte[] both = java.util.Arrays.copyOf(all, all.length + more.length);
            System.arraycopy(more, 0, both, all.length, more.length);
            all = both;
            LockSupport.parkNanos(more.length == 0 ? 200_000 : 1);
        }
        return all;
    }

    /** The next message of a peer has come, and what is sent next is its answer. */
    private void comes(MemoryServer server, MemoryPeer peer) throws InterruptedException {
        server.send(peer, HELLO);
        next(received);
    }

    /** Does something on another thread than the loop's, which is the test's. */
    private static <T> T elsewhere(Callable<T> task) throws Exception {
        FutureTask<T> done = new FutureTask<>(task);
        Thread thread = new Thread(done, "test-sender");
        thread.setDaemon(true);
        thread.start();
        return done.get(15, TimeUnit.SECONDS);
    }

    private static void sends(WebSocket socket, String text) throws Exception {
        elsewhere(() -> {
            socket.send(text);
            return null;
        });
    }

    private static byte[] bytes(String hex) {
        return Hex.bytes(hex);
    }

    @Test
    void theAnswerNeedsNoTurnOfTheLoop() throws Exception {
        try (MemoryServer server = new MemoryServer(noting)) {
            MemoryPeer peer = server.open();
            WebSocket socket = next(opened);
            comes(server, peer);

            sends(socket, "hello");

            assertThat(readWithoutLoop(peer, 7)).isEqualTo(bytes(HELLO_BACK));
            assertThat(socket.stats().messagesSent()).isEqualTo(1);
            assertThat(socket.stats().bytesSent()).isEqualTo(7);
            assertThat(socket.bufferedBytes()).isZero();
        }
    }

    /** What is sent besides waits for the loop, which writes all of it together; and then it may be the thread's turn again. */
    @Test
    void oneWriteAnAnswer() throws Exception {
        try (MemoryServer server = new MemoryServer(noting)) {
            MemoryPeer peer = server.open();
            WebSocket socket = next(opened);
            comes(server, peer);

            sends(socket, "a");
            sends(socket, "b");
            sends(socket, "c");

            assertThat(Hex.of(peer.read(100))).isEqualTo(Hex.of(bytes("8101 61")));
            assertThat(server.read(peer)).isEqualTo(bytes("8101 62 8101 63"));
            comes(server, peer);
            assertThat(elsewhere(() -> socket.trySend(Message.text("d")))).isEqualTo(SendResult.ACCEPTED);
            assertThat(Hex.of(peer.read(100))).isEqualTo(Hex.of(bytes("8101 64")));
        }
    }

    /** Pongs replace each other only where they wait; those of one read leave together. */
    @Test
    void eachPingOfAReadHasItsPong() throws Exception {
        try (MemoryServer server = new MemoryServer(noting)) {
            MemoryPeer peer = server.open();
            next(opened);
            comes(server, peer);

            server.send(peer, "8981 00000000 61 8981 00000000 62 8981 00000000 63");
            server.settle();

            assertThat(server.read(peer)).isEqualTo(bytes("8a01 61 8a01 62 8a01 63"));
        }
    }

    /** Whatever a write takes, the frame goes on where it stopped, and a pong goes behind it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 6})
    void theLoopGoesOnWithWhatTheThreadCouldNotWrite(int mostWritten) throws Exception {
        try (MemoryServer server = new MemoryServer(noting)) {
            MemoryPeer peer = server.open(new Faults(Integer.MAX_VALUE, mostWritten, 0, 0));
            WebSocket socket = next(opened);
            comes(server, peer);

            sends(socket, "hello");
            byte[] begun = peer.read(100);
            assertThat(begun).hasSize(mostWritten);
            assertThat(socket.bufferedBytes()).isEqualTo(7 - mostWritten);
            sends(socket, "x");
            byte[] ping = bytes(PING);
            assertThat(peer.write(ping, 0, ping.length)).isEqualTo(ping.length);

            String all = Hex.of(begun) + Hex.of(server.read(peer));
            assertThat(Hex.bytes(all))
                    .isIn((Object) bytes(HELLO_BACK + "8101 78" + PONG), bytes(HELLO_BACK + PONG + "8101 78"));
            assertThat(socket.bufferedBytes()).isZero();
        }
    }

    /** A peer that takes nothing: the rest waits, is counted, and runs into the write timeout as any other. */
    @Test
    void aFullSocketIsTheLoopsBusiness() throws Exception {
        try (MemoryServer server = new MemoryServer(noting)) {
            MemoryPeer peer = server.open();
            WebSocket socket = next(opened);
            byte[] large = new byte[MemoryServer.PIPE_BYTES - 1000];
            comes(server, peer);
            elsewhere(() -> {
                socket.send(large);
                return null;
            });
            comes(server, peer);

            elsewhere(() -> {
                socket.send(large);
                return null;
            });

            assertThat(socket.bufferedBytes()).isBetween(large.length - 1000L, (long) large.length);
            server.settle();
            assertThat(socket.bufferedBytes()).isBetween(large.length - 1000L, (long) large.length);
            server.pass(Duration.ofSeconds(11));
            CloseInfo info = next(ended);
            assertThat(info.code()).isEqualTo(1006);
            assertThat(info.bytesUnsent()).isBetween(large.length - 1000L, (long) large.length);
            server.assertNothingHeld();
        }
    }

    @Test
    void aBrokenSocketEndsTheConnection() throws Exception {
        try (MemoryServer server = new MemoryServer(noting)) {
            MemoryPeer peer = server.open();
            WebSocket socket = next(opened);
            comes(server, peer);
            peer.reset();

            sends(socket, "hello");
            server.settle();

            CloseInfo info = next(ended);
            assertThat(info.code()).isEqualTo(1006);
            assertThat(info.initiator()).isEqualTo(CloseInfo.Initiator.NETWORK);
            assertThat(info.bytesUnsent()).isIn(0L, 7L);
            server.assertNothingHeld();
        }
    }

    /** Nothing of anybody may overtake what was left for the loop before. */
    @Test
    void whatWasLeftForTheLoopGoesFirst() throws Exception {
        try (MemoryServer server = new MemoryServer(noting)) {
            MemoryPeer peer = server.open();
            WebSocket socket = next(opened);
            sends(socket, "1");
            comes(server, peer);
            server.read(peer);
            MessageWriter writer = elsewhere(() -> socket.writer(true));
            elsewhere(() -> {
                writer.write("2");
                writer.flush();
                return null;
            });
            comes(server, peer);
            sends(socket, "4");
            elsewhere(() -> {
                writer.write("3");
                writer.close();
                return null;
            });

            assertThat(server.read(peer)).isEqualTo(bytes("0101 32 8001 33 8101 34"));
        }
    }

    /** The loop's own frames come between whole messages, and what waits in front is never passed. */
    @Test
    void afterOurCloseNothingIsWritten() throws Exception {
        try (MemoryServer server = new MemoryServer(noting)) {
            MemoryPeer peer = server.open();
            WebSocket socket = next(opened);
            comes(server, peer);
            elsewhere(() -> {
                socket.close(1000, "");
                return null;
            });

            assertThat(elsewhere(() -> socket.trySend(Message.text("late")))).isEqualTo(SendResult.CLOSED);
            assertThat(server.read(peer)).isEqualTo(bytes("8802 03e8"));
            server.send(peer, "88 82 00000000 03e8");
            peer.end();
            server.settle();
            assertThat(next(ended).clean()).isTrue();
            server.assertNothingHeld();
        }
    }

    @Test
    void anObserverSeesWhatIsSent() throws Exception {
        StringBuilder seen = new StringBuilder();
        try (MemoryServer server = new MemoryServer(noting)) {
            MemoryPeer peer = server.open();
            WebSocket socket = next(opened);
            socket.tap(frame -> seen.append(frame.incoming() ? "< " : "> ")
                    .append(frame.opcode())
                    .append('\n'));
            server.settle();
            comes(server, peer);

            sends(socket, "hello");

            assertThat(server.read(peer)).isEqualTo(bytes(HELLO_BACK));
            assertThat(seen.toString()).hasLineCount(2);
        }
    }

    /** An interrupt is a wish of the application's, and no reason to close the socket that the thread writes to. */
    @Test
    void anInterruptedThreadMayAnswer() throws Exception {
        try (MemoryServer server = new MemoryServer(noting)) {
            MemoryPeer peer = server.open();
            WebSocket socket = next(opened);
            comes(server, peer);

            assertThat(elsewhere(() -> {
                        Thread.currentThread().interrupt();
                        socket.send("hello".getBytes(StandardCharsets.UTF_8));
                        return Thread.interrupted();
                    }))
                    .isTrue();
            assertThat(server.read(peer)).isEqualTo(bytes("8205 68656c6c6f"));
        }
    }

    /** Only what was sent keeps a connection from being idle, here: the loop has seen nothing of it. */
    @Test
    void anAnswerCountsAgainstTheIdleTimeout() throws Exception {
        Endpoint endpoint = noting.options(options -> options.idleTimeout(Duration.ofSeconds(10)));
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.open();
            WebSocket socket = next(opened);
            comes(server, peer);
            server.pass(Duration.ofSeconds(8));
            sends(socket, "hello");
            server.pass(Duration.ofSeconds(8));

            assertThat(socket.closeInfo()).isNull();
            assertThat(server.read(peer)).isEqualTo(bytes(HELLO_BACK));
        }
    }
}
