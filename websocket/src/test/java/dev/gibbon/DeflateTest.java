package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.RawDeflate;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** permessage-deflate with a link that makes trouble, a clock and turns of the loop that the test moves. */
final class DeflateTest {
    private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";
    private static final Deflate TAKEOVER = Deflate.on().outgoingTakeover(true).incomingTakeover(true);
    private static final int MIB = 1 << 20;

    private static byte[] deflated(byte[] message, boolean takeover) {
        try (RawDeflate deflate = new RawDeflate(takeover, takeover)) {
            return deflate.deflate(message);
        }
    }

    private static byte[] masked(RawFrame... frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (RawFrame frame : frames) {
            out.writeBytes(frame.masked(RawWebSocket.KEY).bytes());
        }
        return out.toByteArray();
    }

    private static RawFrame compressed(byte[] payload) {
        return RawFrame.of(RawFrame.BINARY, payload).withRsv(RawWebSocket.RSV1);
    }

    /** A listener that takes parts, echoes small messages, and counts. */
    private static final class Counting implements WebSocketListener {
        long bytes;
        int largest;

        @Override
        public void onPart(WebSocket socket, Message part, boolean last) {
            bytes += part.size();
            largest = Math.max(largest, part.size());
        }
    }

    @Test
    @DisplayName("Z-03: a bomb has its turns, and the others have theirs between")
    void aBombDoesNotHoldTheLoop() throws IOException {
        Counting counting = new Counting();
        Recorder echo = Recorder.echoing();
        try (MemoryServer server = new MemoryServer(paths -> paths.webSocket(
                        "/", Endpoint.listener(counting).inParts().options(options -> options.maxStreamBytes(1L << 40)))
                .webSocket("/echo", Endpoint.listener(echo)))) {
            MemoryPeer bomber = server.open(Faults.NONE, OFFER);
            MemoryPeer other = server.connect(Faults.NONE);
            server.send(other, RawWebSocket.request("server", "/echo"));
            server.read(other);

            // 40 MiB in 40 KiB, all of which one read brings.
            byte[] bomb = masked(compressed(deflated(new byte[40 * MIB], false)));
            assertThat(bomber.write(bomb, 0, bomb.length)).isEqualTo(bomb.length);
            int turns = 0;
            while (counting.bytes < 40 * MIB) {
                long before = counting.bytes;
                byte[] hello = masked(RawFrame.text("hello"));
                other.write(hello, 0, hello.length);
                server.loop().turn(0);
                // One budget from the read, one for having waited.
                assertThat(counting.bytes - before).isBetween(1L, 2L * MIB + (64 << 10));
                assertThat(other.read(1000)).hasSize(7);
                assertThat(++turns).isLessThan(100);
            }
            assertThat(turns).isGreaterThan(18);
            assertThat(counting.largest).isLessThanOrEqualTo(64 << 10);
            server.settle();
            assertThat(server.server().stats().nativeBytes()).isZero();
            bomber.end();
            other.end();
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
        }
    }

    @Test
    void manySmallBombsHaveTheirTurnsToo() throws IOException {
        Recorder app = new Recorder();
        try (MemoryServer server = new MemoryServer(Endpoint.listener(app))) {
            MemoryPeer peer = server.open(Faults.NONE, OFFER);
            byte[] payload = deflated(new byte[MIB], false);
            List<RawFrame> frames = Collections.nCopies(40, compressed(payload));
            byte[] bombs = masked(frames.toArray(RawFrame[]::new));
            assertThat(peer.write(bombs, 0, bombs.length)).isEqualTo(bombs.length);
            int turns = 0;
            while (app.events.size() < 41) {
                int before = app.events.size();
                server.loop().turn(0);
                assertThat(app.events.size() - before).isLessThanOrEqualTo(2);
                assertThat(++turns).isLessThan(100);
            }
            peer.end();
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
        }
    }

    @Test
    @DisplayName("Z-14: many compressed messages with nothing in them have their turns, too")
    void emptyMessagesAreWorkToo() throws IOException {
        Recorder app = new Recorder();
        try (MemoryServer server = new MemoryServer(Endpoint.listener(app))) {
            MemoryPeer peer = server.open(Faults.NONE, OFFER);
            byte[] nothing =
                    masked(Collections.nCopies(9000, compressed(new byte[1])).toArray(RawFrame[]::new));
            assertThat(peer.write(nothing, 0, nothing.length)).isEqualTo(nothing.length);
            int turns = 0;
            while (app.events.size() < 9001) {
                int before = app.events.size();
                server.loop().turn(0);
                assertThat(app.events.size() - before).isLessThanOrEqualTo(4096);
                assertThat(++turns).isLessThan(100);
            }
            peer.end();
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
        }
    }

    @Test
    @DisplayName(
            "Z-14: by default a compressed frame that cannot belong to an allowed message is refused at its header")
    void aCompressedFrameHasALimitOfItsOwn() throws IOException {
        Recorder app = new Recorder();
        try (MemoryServer server = new MemoryServer(Endpoint.listener(app))) {
            MemoryPeer fair = server.open(Faults.NONE, OFFER);
            // A MiB, an eighth of it, and a KiB: what data takes that does not get smaller.
            server.send(fair, "c2 ff 0000000000120400 00000000");
            assertThat(server.read(fair)).isEmpty();
            fair.end();
            MemoryPeer peer = server.open(Faults.NONE, OFFER);
            server.send(peer, "c2 ff 0000000000120401 00000000");
            assertThat(RawFrame.read(new ByteArrayInputStream(server.read(peer)))
                            .closeReason())
                    .isEqualTo("frame above the limit: maxFrameBytes is 1048576");
            peer.end();
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
        }
    }

    @Test
    @DisplayName("Z-03: the read-ahead of the blocking style counts inflated bytes")
    void readAheadCountsInflatedBytes() throws Exception {
        CountDownLatch mayRead = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        AtomicReference<WebSocket> opened = new AtomicReference<>();
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        Endpoint endpoint = Endpoint.blocking(socket -> {
            opened.set(socket);
            mayRead.await();
            for (Message message : socket) {
                sizes.add(message.size());
            }
            done.countDown();
        });
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.open(Faults.NONE, OFFER);
            byte[] payload = deflated(new byte[MIB], false);
            RawFrame[] frames = Collections.nCopies(20, compressed(payload)).toArray(RawFrame[]::new);
            byte[] bombs = masked(frames);
            peer.write(bombs, 0, bombs.length);
            server.settle();
            while (opened.get() == null) {
                Thread.onSpinWait();
            }
            assertThat(opened.get().stats().deflate().inflatedBytes()).isBetween(64L << 10, (64L << 10) + (64 << 10));
            mayRead.countDown();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (sizes.size() < 20 && System.nanoTime() < deadline) {
                server.loop().turn(1_000_000);
            }
            assertThat(sizes).hasSize(20).containsOnly(MIB);
            peer.end();
            server.pass(Duration.ofSeconds(1));
            while (done.getCount() > 0 && System.nanoTime() < deadline) {
                server.loop().turn(1_000_000);
            }
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
        }
    }

    // ---- a client

    /** Fragments of one message, a MiB each. */
    private static RawFrame[] bombs(int count) {
        byte[] cut = deflated(new byte[MIB], false);
        byte[] payload = java.util.Arrays.copyOf(cut, cut.length + 4);
        payload[cut.length + 2] = (byte) 0xff;
        payload[cut.length + 3] = (byte) 0xff;
        RawFrame[] frames = new RawFrame[count];
        frames[0] = compressed(payload).unfinished();
        for (int i = 1; i < count; i++) {
            frames[i] = RawFrame.of(RawFrame.CONTINUATION, payload).unfinished();
        }
        return frames;
    }

    @Test
    @DisplayName("K-41: a server's bomb is stopped at the client's limit")
    void aBombAtTheClient() {
        Recorder app = new Recorder();
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening = client.builder().build().connect(app);
            MemoryPeer peer = client.accept();
            client.welcome(
                    peer,
                    "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                            + " client_no_context_takeover");
            client.until("open", opening::isDone);
            WebSocket socket = MemoryClient.socket(opening);
            for (RawFrame frame : bombs(20)) {
                client.send(peer, frame.bytes());
            }
            byte[] close = client.read(peer);
            assertThat(close[0]).isEqualTo((byte) 0x88);
            client.pass(Duration.ofSeconds(12));
            assertThat(app.closed().sentCode()).isEqualTo(1009);
            assertThat(socket.stats().deflate().inflatedBytes()).isLessThanOrEqualTo(MIB + 1);
            peer.end();
            client.pass(Duration.ofSeconds(12));
            client.assertNothingHeld();
        }
    }

    /** RFC 7692, 7.1.1.1: no takeover of the server was agreed on; a message that refers back to an earlier one is a fault. */
    @Test
    @DisplayName("K-22: a server that refers back although it agreed not to is 1007")
    void aServerThatDoesNotKeepItsWord() {
        Recorder app = new Recorder();
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening = client.builder().build().connect(app);
            MemoryPeer peer = client.accept();
            client.welcome(peer, "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover");
            client.until("open", opening::isDone);
            try (RawDeflate liar = new RawDeflate(true, true)) {
                client.send(peer, compressed(liar.deflate(text(3000))).bytes());
                client.send(peer, compressed(liar.deflate(text(3000))).bytes());
            }
            client.pass(Duration.ofSeconds(12));
            assertThat(app.events).containsExactly("open", "binary 3000", "close 1007");
            peer.end();
            client.pass(Duration.ofSeconds(12));
            client.assertNothingHeld();
        }
    }

    // ---- trouble on the link

    private static byte[] conversation(byte[] message, boolean takeover) {
        byte[] whole;
        byte[] again;
        try (RawDeflate deflate = new RawDeflate(takeover, takeover)) {
            whole = deflate.deflate(message);
            again = deflate.deflate(message);
        }
        int half = again.length / 2;
        return masked(
                compressed(whole),
                RawFrame.of(RawFrame.BINARY, java.util.Arrays.copyOf(again, half))
                        .unfinished()
                        .withRsv(RawWebSocket.RSV1),
                RawFrame.of(RawFrame.PING, new byte[] {7}),
                RawFrame.of(RawFrame.CONTINUATION, java.util.Arrays.copyOfRange(again, half, again.length)),
                RawFrame.text("plain"),
                RawFrame.close(1000, ""));
    }

    /** Sentences with numbers, which deflate finds some but not all of. */
    private static byte[] text(int bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < bytes; i++) {
            text.append("line ").append(i * 31 % 1009).append(" of the text; ");
        }
        return text.substring(0, bytes).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100, 4096})
    @DisplayName("Z-12: short reads and writes change nothing")
    void shortReadsAndWritesChangeNothing(int most) throws IOException {
        for (boolean takeover : new boolean[] {false, true}) {
            Recorder app = Recorder.echoing();
            Endpoint endpoint =
                    Endpoint.listener(app).options(options -> options.deflate(takeover ? TAKEOVER : Deflate.on()));
            try (MemoryServer server = new MemoryServer(endpoint)) {
                MemoryPeer peer = server.connect(Faults.shortCalls(most));
                ByteArrayOutputStream answers = new ByteArrayOutputStream();
                server.send(peer, RawWebSocket.request("server", "/", OFFER));
                drain(server, peer, answers);
                answers.reset();
                byte[] message = text(5000);
                server.send(peer, conversation(message, takeover));
                drain(server, peer, answers);
                assertThat(app.events)
                        .containsExactly("open", "binary 5000", "ping 1", "binary 5000", "text plain", "close 1000");
                ByteArrayInputStream in = new ByteArrayInputStream(answers.toByteArray());
                try (RawDeflate inflate = new RawDeflate(takeover, takeover)) {
                    RawFrame first = RawFrame.read(in);
                    assertThat(first.rsv()).isEqualTo(RawWebSocket.RSV1);
                    assertThat(inflate.inflate(first.payload())).isEqualTo(message);
                    assertThat(RawFrame.read(in)).isEqualTo(RawFrame.of(RawFrame.PONG, new byte[] {7}));
                    assertThat(inflate.inflate(RawFrame.read(in).payload())).isEqualTo(message);
                    assertThat(RawFrame.read(in)).isEqualTo(RawFrame.text("plain"));
                    assertThat(RawFrame.read(in).closeCode()).isEqualTo(1000);
                }
                peer.end();
                server.assertNothingHeld();
            }
        }
    }

    private static void drain(MemoryServer server, MemoryPeer peer, ByteArrayOutputStream answers) {
        for (int i = 0; i < 400; i++) {
            answers.writeBytes(server.read(peer));
        }
    }

    @Test
    @DisplayName(
            "Z-16: whichever call to the system fails, the connection ends once and holds nothing, natives included")
    void whicheverCallFailsTheNativesAreFreed() {
        for (boolean takeover : new boolean[] {false, true}) {
            for (int most : new int[] {Integer.MAX_VALUE, 64}) {
                int call = 0;
                while (withFailingCall(++call, most, takeover)) {
                    assertThat(call).isLessThan(1000);
                }
                assertThat(call).as("calls of the conversation").isGreaterThan(3);
            }
        }
    }

    private static boolean withFailingCall(int call, int most, boolean takeover) {
        Recorder app = Recorder.echoing();
        Endpoint endpoint =
                Endpoint.listener(app).options(options -> options.deflate(takeover ? TAKEOVER : Deflate.on()));
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.connect(new Faults(most, most, call, 0));
            try {
                server.send(peer, RawWebSocket.request("server", "/", OFFER));
                server.read(peer);
                server.send(peer, conversation(text(3000), takeover));
                for (int i = 0; i < 20; i++) {
                    server.read(peer);
                }
            } catch (UncheckedIOException e) {
                assertThat(e.getCause()).isInstanceOf(IOException.class);
            }
            boolean failed = peer.isReset();
            peer.end();
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
            assertThat(app.events.stream()
                            .filter(event -> event.startsWith("close"))
                            .count())
                    .isEqualTo(Collections.frequency(app.events, "open"));
            return failed;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("D-13: a connection cut in the middle of a compressed message frees its inflater")
    void cutInTheMiddle(boolean takeover) {
        Recorder app = Recorder.echoing();
        Endpoint endpoint =
                Endpoint.listener(app).options(options -> options.deflate(takeover ? TAKEOVER : Deflate.on()));
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.open(Faults.NONE, OFFER);
            byte[] half = java.util.Arrays.copyOf(deflated(text(3000), takeover), 200);
            server.send(
                    peer, masked(RawFrame.of(RawFrame.BINARY, half).unfinished().withRsv(RawWebSocket.RSV1)));
            assertThat(server.server().stats().nativeBytes()).isBetween(40_000L, 50_000L);
            peer.end();
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
            assertThat(app.closed().code()).isEqualTo(1006);
        }
    }

    @Test
    void theEndOfTheLoopsFreesEverything() {
        Recorder app = Recorder.echoing();
        MemoryServer server = new MemoryServer(Endpoint.listener(app).options(options -> options.deflate(TAKEOVER)));
        MemoryPeer peer = server.open(Faults.NONE, OFFER);
        server.send(peer, masked(compressed(deflated(text(3000), true))));
        assertThat(server.server().stats().nativeBytes()).isGreaterThan(300_000);
        // Asserts that nothing is alive.
        server.close();
        assertThat(app.events).endsWith("close 1006");
    }

    // ---- the outgoing queue

    @Test
    void theQueueCountsCompressedBytes() throws IOException {
        Recorder app = new Recorder();
        try (MemoryServer server = new MemoryServer(Endpoint.listener(app))) {
            MemoryPeer peer = server.open(Faults.NONE, OFFER);
            WebSocket socket = app.socket();
            // The pipe fills, then the queue: of what is random nothing is saved.
            byte[] noise = new byte[100_000];
            new java.util.Random(1).nextBytes(noise);
            socket.send(noise);
            server.settle();
            long before = socket.bufferedBytes();
            assertThat(before).isBetween(30_000L, 40_000L);
            for (int i = 0; i < 20; i++) {
                socket.send(text(200_000));
                server.settle();
            }
            // Four million bytes; with a bound of a million most would not have fitted uncompressed.
            assertThat(socket.bufferedBytes() - before).isBetween(20_000L, 900_000L);
            assertThat(socket.stats().messagesSent()).isEqualTo(21);
            int read = 0;
            while (socket.bufferedBytes() > 0 && read < 10_000_000) {
                read += server.read(peer).length;
            }
            peer.end();
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
        }
    }
}
