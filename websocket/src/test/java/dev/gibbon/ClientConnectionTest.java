package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client's connection after its handshake: hostile frames, deadlines, and how it ends. */
final class ClientConnectionTest {
    private final MemoryClient client = new MemoryClient();
    private final Recorder app = new Recorder();

    private MemoryPeer listening(WebSocketOptions options) {
        CompletableFuture<WebSocket> opening =
                client.builder().options(options).build().connect(app);
        MemoryPeer peer = client.accept();
        client.welcome(peer);
        assertThat(opening).isDone();
        return peer;
    }

    private MemoryPeer listening() {
        return listening(WebSocketOptions.defaults());
    }

    private WebSocket blocking() {
        CompletableFuture<WebSocket> opening = client.builder().build().open();
        peer = client.accept();
        client.welcome(peer);
        return MemoryClient.socket(opening);
    }

    private MemoryPeer peer;

    private static RawFrame frame(byte[] bytes) {
        try {
            ByteArrayInputStream in = new ByteArrayInputStream(bytes);
            RawFrame frame = RawFrame.read(in);
            assertThat(in.available()).as("bytes behind the frame").isZero();
            assertThat(frame.key()).as("mask").isPresent();
            return frame;
        } catch (IOException e) {
            throw new AssertionError("no whole frame in " + Hex.of(bytes), e);
        }
    }

    // ---- hostile frames

    @ParameterizedTest
    @CsvSource({
        "K-34 masked frame, 81 82 00000000 6869, 1002",
        "K-34b masked close, 88 82 00000000 03e8, 1002",
        "K-35 RSV1 without an extension, c1 02 6869, 1002",
        "K-35b RSV2, a1 02 6869, 1002",
        "K-35c RSV3 of a ping, 99 00, 1002",
        "K-36 unknown opcode, 83 00, 1002",
        "K-36b unknown control opcode, 8b 00, 1002",
        "K-37 continuation of nothing, 80 00, 1002",
        "K-37b text within a message, 01 01 61 81 01 61, 1002",
        "K-38 fragmented ping, 09 00, 1002",
        "K-38b ping of 126, 89 7e 007e, 1002",
        "K-39 length with the top bit, 82 7f 8000000000000000, 1002",
        "K-39b length of all ones, 82 7f ffffffffffffffff, 1002",
        "K-39c length not minimal, 82 7e 0001 00, 1002",
        "K-40 longer than maxMessageBytes, 82 7f 0000000000100001, 1009",
        "K-40b fragments longer than that, 02 7f 0000000000100000, 0",
        "K-42 not UTF-8, 81 02 c328, 1007",
        "K-43 close with one byte, 88 01 03, 1002",
        "K-43b close with 1005, 88 02 03ed, 1002",
        "K-43c close with a reason that is not UTF-8, 88 04 03e8 c328, 1007"
    })
    @DisplayName("K-34 to K-43: frames that a server must not send")
    void hostileFrames(String name, String hex, int code) {
        MemoryPeer server = listening();
        client.send(server, Hex.bytes(hex));
        if (code == 0) {
            assertThat(app.events).containsExactly("open");
            return;
        }
        assertThat(frame(client.read(server)).closeCode()).as(name).isEqualTo(code);
        server.end();
        client.settle();
        assertThat(app.closed().sentCode()).isEqualTo(code);
        assertThat(app.closed().initiator()).isEqualTo(CloseInfo.Initiator.LIBRARY);
        client.assertNothingHeld();
    }

    @Test
    @DisplayName("K-47: of a flood of pings that reads no pongs, one pong waits")
    void pingFlood() {
        MemoryPeer server = listening();
        byte[] ping = Hex.bytes("89 7d" + "70".repeat(125));
        for (int i = 0; i < 2000; i++) {
            client.send(server, ping);
        }
        assertThat(app.socket().bufferedBytes()).isLessThan(2000);
        app.socket().abort();
        client.assertNothingHeld();
    }

    @Test
    @DisplayName("K-51, K-51b: endless fragments of nothing, or of one byte")
    void fragments() {
        for (String fragment : new String[] {"00 00", "00 01 61"}) {
            try (MemoryClient other = new MemoryClient()) {
                Recorder told = new Recorder();
                CompletableFuture<WebSocket> opening = other.builder()
                        .options(WebSocketOptions.builder()
                                .maxFramesPerMessage(1000)
                                .build())
                        .build()
                        .connect(told);
                MemoryPeer server = other.accept();
                other.welcome(server);
                assertThat(opening).isDone();
                other.send(server, Hex.bytes("01 01 61" + fragment.repeat(999)));
                assertThat(told.events).containsExactly("open");
                other.send(server, Hex.bytes(fragment));
                assertThat(frame(other.read(server)).closeCode()).isEqualTo(1008);
                server.end();
                other.assertNothingHeld();
            }
        }
    }

    // ---- liveness

    @Test
    void theHeartbeatIsOnByDefault() {
        MemoryPeer server = listening();
        client.pass(Duration.ofSeconds(26));
        assertThat(frame(client.read(server)).opcode()).isEqualTo(RawFrame.PING);
        client.pass(Duration.ofSeconds(20));
        assertThat(app.closed().code()).isEqualTo(1006);
        assertThat(app.closed().cause()).isInstanceOf(TimeoutException.class);
        assertThat(server.isReset()).isTrue();
        client.assertNothingHeld();
    }

    // ---- the end

    @Test
    @DisplayName("RFC 6455, 7.1.1: the server ends the stream first")
    void theServerEndsTheStream() {
        MemoryPeer server = listening();
        app.socket().close(1000, "");
        assertThat(frame(client.read(server)).closeCode()).isEqualTo(1000);
        client.send(server, Hex.bytes("88 02 03e8"));
        assertThat(app.closed().clean()).isTrue();
        assertThat(server.atEnd()).as("our stream").isFalse();
        server.end();
        client.settle();
        assertThat(server.isClosed()).isTrue();
        assertThat(server.isReset()).isFalse();
        client.assertNothingHeld();
    }

    @Test
    @DisplayName("K-44: a server that does not end the stream after both Closes")
    void theServerDoesNotEndTheStream() {
        MemoryPeer server = listening();
        client.send(server, Hex.bytes("88 02 03e8"));
        assertThat(frame(client.read(server)).closeCode()).isEqualTo(1000);
        assertThat(app.closed().clean()).isTrue();
        client.pass(Duration.ofMillis(4900));
        assertThat(server.isClosed()).isFalse();
        client.pass(Duration.ofMillis(200));
        assertThat(server.isClosed()).isTrue();
        client.assertNothingHeld();
    }

    @Test
    @DisplayName("K-45: a server that does not answer our Close, however much it sends")
    void theServerDoesNotClose() {
        MemoryPeer server = listening();
        app.socket().close(1000, "");
        for (int i = 0; i < 49; i++) {
            client.pass(Duration.ofMillis(100));
            client.send(server, Hex.bytes("81 01 61"));
        }
        assertThat(app.events).hasSize(1 + 49).endsWith("text a");
        client.pass(Duration.ofMillis(200));
        assertThat(app.closed().cause()).hasMessageContaining("closeTimeout");
        assertThat(server.isReset()).isTrue();
        client.assertNothingHeld();
    }

    @Test
    @DisplayName("K-46, K-46b: a server that ends the stream without a Close, or breaks it")
    void noClose() {
        MemoryPeer server = listening();
        client.send(server, Hex.bytes("81 01 61"));
        server.end();
        client.settle();
        assertThat(app.events).containsExactly("open", "text a", "close 1006");
        assertThat(app.closed().initiator()).isEqualTo(CloseInfo.Initiator.NETWORK);
        client.assertNothingHeld();
    }

    // ---- the blocking style, whose socket somebody holds

    @Test
    void aServersCloseDoesNotWaitLongForWhoeverDoesNotLook() {
        WebSocket socket = blocking();
        client.send(peer, Hex.bytes("81 01 61 88 02 03e9"));
        client.pass(Duration.ofMillis(900));
        assertThat(client.read(peer)).as("he may still be answering").isEmpty();
        socket.send("an answer");
        client.pass(Duration.ofMillis(200));
        byte[] sent = client.read(peer);
        assertThat(sent).hasSize(6 + 9 + 6 + 2);
        assertThat(sent[6 + 9]).isEqualTo((byte) 0x88);
        assertThat(socket.closeInfo())
                .isNotNull()
                .satisfies(info -> assertThat(info.clean()).isTrue());
        peer.end();
        client.assertNothingHeld();
    }

    @Test
    void whatCameBeforeTheCloseIsStillThere() throws InterruptedException {
        WebSocket socket = blocking();
        client.send(peer, Hex.bytes("81 01 61 81 01 62 88 02 03e9"));
        client.pass(Duration.ofSeconds(2));
        peer.end();
        client.settle();
        assertThat(socket.receive().text()).isEqualTo("a");
        assertThat(socket.receive().text()).isEqualTo("b");
        assertThatThrownBy(socket::receive).isInstanceOfSatisfying(WebSocketClosedException.class, end -> {
            CloseInfo info = end.info();
            assertThat(info).isNotNull();
            assertThat(info.code()).isEqualTo(1001);
        });
        client.assertNothingHeld();
    }

    @Test
    void ourCloseIsCleanAlsoWhenNobodyTakesWhatCame() {
        WebSocket socket = blocking();
        byte[] message = Hex.bytes("82 7e 4000 " + "00".repeat(0x4000));
        // More than is read ahead, and the server's Close behind it.
        for (int i = 0; i < 6; i++) {
            client.send(peer, message);
        }
        socket.close(1000, "");
        client.settle();
        byte[] sent = client.read(peer);
        assertThat(frame(sent).closeCode()).isEqualTo(1000);
        client.send(peer, message);
        client.send(peer, Hex.bytes("88 02 03e8"));
        client.pass(Duration.ofMillis(1200));
        client.settle();
        CloseInfo info = socket.closeInfo();
        assertThat(info).isNotNull();
        assertThat(info.clean()).as("%s", info).isTrue();
        peer.end();
        client.assertNothingHeld();
    }

    @Test
    void theLoopsEndCutsTheConnection() {
        listening();
        client.close();
        assertThat(app.events).containsExactly("open", "close 1006");
        assertThat(app.closed().initiator()).isEqualTo(CloseInfo.Initiator.LIBRARY);
    }
}
