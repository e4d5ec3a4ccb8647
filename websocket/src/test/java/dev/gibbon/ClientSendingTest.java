package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.RawFrame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sends: every frame masked, by a key of its own, and never what the application gave changed. */
final class ClientSendingTest {
    private static final WebSocketOptions ROOMY =
            WebSocketOptions.builder().maxQueuedBytes(64 << 20).build();

    private static MemoryPeer open(MemoryClient client, WebSocketListener app) {
        CompletableFuture<WebSocket> opening =
                client.builder().options(ROOMY).build().connect(app);
        MemoryPeer peer = client.accept();
        client.welcome(peer);
        client.until("open", opening::isDone);
        return peer;
    }

    private static List<RawFrame> frames(byte[] bytes) throws IOException {
        List<RawFrame> frames = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        while (in.available() > 0) {
            frames.add(RawFrame.read(in));
        }
        return frames;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 65_535, 65_536, 262_130, 262_144, 1_000_003, 5 << 20})
    @DisplayName("K-09: every size is masked, in whatever pieces the socket takes it")
    void everySize(int size) throws IOException {
        byte[] payload = random(size);
        byte[] before = payload.clone();
        for (Faults faults : new Faults[] {Faults.NONE, Faults.shortCalls(4099)}) {
            try (MemoryClient client = new MemoryClient()) {
                client.listener().faults(faults);
                Recorder app = new Recorder();
                MemoryPeer peer = open(client, app);
                ByteBuffer given = ByteBuffer.wrap(payload);
                app.socket().send(given);
                app.socket().send(payload);
                app.socket().send("end");
                // A ping while much waits: its pong passes between two frames, never within one.
                client.send(peer, new byte[] {(byte) 0x89, 1, 'p'});
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                for (int i = 0; i < 5000 && all.size() < 2L * size + 3; i++) {
                    all.writeBytes(client.read(peer));
                }
                List<RawFrame> sent = new ArrayList<>(frames(all.toByteArray()));
                assertThat(sent).allMatch(frame -> frame.key().isPresent());
                assertThat(sent.removeIf(frame -> frame.opcode() == RawFrame.PONG))
                        .isTrue();
                assertThat(sent).hasSize(3);
                assertThat(sent.get(0).payload()).isEqualTo(payload);
                assertThat(sent.get(1).payload()).isEqualTo(payload);
                assertThat(sent.get(2).text()).isEqualTo("end");
                assertThat(payload).as("what the application gave").isEqualTo(before);
                assertThat(given.position()).isZero();
                app.socket().abort();
                client.assertNothingHeld();
            }
        }
    }

    @Test
    @DisplayName("K-09b: a new key for each frame, of which nothing can be foreseen")
    void keys() throws IOException {
        try (MemoryClient client = new MemoryClient()) {
            Recorder app = new Recorder();
            MemoryPeer peer = open(client, app);
            Set<Integer> keys = new HashSet<>();
            int ones = 0;
            int or = 0;
            int and = -1;
            int count = 0;
            for (int i = 0; i < 40; i++) {
                for (int j = 0; j < 100; j++) {
                    app.socket().send("x");
                }
                for (RawFrame frame : frames(client.read(peer))) {
                    int key = frame.key().orElseThrow();
                    keys.add(key);
                    ones += Integer.bitCount(key);
                    or |= key;
                    and &= key;
                    count++;
                }
            }
            assertThat(count).isEqualTo(4000);
            // Of 4,000 random keys of 32 bits, two are the same in one run of 500, and five in none.
            assertThat(keys).hasSizeGreaterThan(3995);
            assertThat(or).isEqualTo(-1);
            assertThat(and).isZero();
            // 64,000 ones are expected; 1,265 is five standard deviations.
            assertThat(ones).isBetween(64_000 - 1265, 64_000 + 1265);
        }
    }

    @Test
    void whatIsSharedIsMaskedForEach() throws IOException {
        try (MemoryClient client = new MemoryClient()) {
            PreparedMessage shared = PreparedMessage.text("to all of you");
            Set<Integer> keys = new HashSet<>();
            SocketGroup group = new SocketGroup();
            List<MemoryPeer> peers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Recorder app = new Recorder();
                peers.add(open(client, app));
                group.add(app.socket());
                app.socket().send(shared);
            }
            client.settle();
            group.send(shared);
            for (MemoryPeer peer : peers) {
                for (RawFrame frame : frames(client.read(peer))) {
                    assertThat(frame.text()).isEqualTo("to all of you");
                    keys.add(frame.key().orElseThrow());
                }
            }
            assertThat(keys).hasSize(6);
        }
    }

    @Test
    void fragmentsPingsAndClosesAreMasked() throws IOException {
        try (MemoryClient client = new MemoryClient()) {
            Recorder app = new Recorder();
            MemoryPeer peer = open(client, app);
            MessageWriter writer = app.socket().writer(true);
            writer.write("first ");
            writer.flush();
            app.socket().ping();
            app.socket().send("behind");
            writer.write("second");
            writer.close();
            app.socket().close(4321, "bye");
            List<RawFrame> sent = frames(client.read(peer));
            assertThat(sent).allMatch(frame -> frame.key().isPresent());
            assertThat(sent)
                    .extracting(RawFrame::opcode)
                    .containsExactly(
                            RawFrame.TEXT, RawFrame.PING, RawFrame.CONTINUATION, RawFrame.TEXT, RawFrame.CLOSE);
            assertThat(sent.get(0).text()).isEqualTo("first ");
            assertThat(sent.get(2).text()).isEqualTo("second");
            assertThat(sent.get(4).closeCode()).isEqualTo(4321);
            assertThat(sent.get(4).closeReason()).isEqualTo("bye");
        }
    }
}
