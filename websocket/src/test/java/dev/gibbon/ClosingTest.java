package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.internal.transport.MemoryPeer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** RFC 6455, 7: every way a connection ends, as bytes, with exactly one terminal event each. */
final class ClosingTest {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Recorder app = Recorder.echoing();

    private MemoryServer server() {
        return new MemoryServer(Endpoint.listener(app));
    }

    @Test
    void thePeerCloses() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            server.send(peer, "88 82 00000000 03e8");
            assertThat(server.readHex(peer)).isEqualTo(hex("880203e8"));
            assertThat(peer.atEnd()).as("the server ends the stream first").isTrue();
            assertThat(app.events).containsExactly("open", "close 1000");
            assertThat(app.closed().initiator()).isEqualTo(Initiator.PEER);
            assertThat(app.closed().clean()).isTrue();
            assertThat(peer.isClosed()).as("until the peer ends its own").isFalse();
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void thePeerClosesWithoutACode() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            server.send(peer, "88 80 00000000");
            assertThat(server.readHex(peer)).isEqualTo(hex("8800"));
            assertThat(app.closed().code()).isEqualTo(1005);
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void messagesBeforeTheCloseAreAnsweredFirst() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            server.send(peer, "81 82 00000000 6869  88 82 00000000 03e8");
            assertThat(server.readHex(peer)).isEqualTo(hex("81026869 880203e8"));
            assertThat(app.events).containsExactly("open", "text hi", "close 1000");
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void dataBehindTheCloseIsThrownAway() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            server.send(peer, "88 82 00000000 03e8  81 82 00000000 6869");
            server.send(peer, "81 82 00000000 6869");
            assertThat(server.readHex(peer)).isEqualTo(hex("880203e8"));
            assertThat(app.events).containsExactly("open", "close 1000");
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void theApplicationClosesAndStillHearsWhatWasOnItsWay() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            app.socket().close(4001, "bye");
            assertThat(server.readHex(peer)).isEqualTo(hex("8805 0fa1 627965"));
            app.echo = false;
            server.send(peer, "81 82 00000000 6869");
            assertThat(app.events).containsExactly("open", "text hi");
            server.send(peer, "88 82 00000000 0fa1");
            assertThat(peer.atEnd()).isTrue();
            assertThat(app.events).containsExactly("open", "text hi", "close 4001");
            assertThat(app.closed().initiator()).isEqualTo(Initiator.APPLICATION);
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void aPeerThatNeverAnswersTheCloseIsCut() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            app.socket().close(1000, "");
            server.pass(CLOSE_TIMEOUT.minusMillis(100));
            assertThat(app.events).containsExactly("open");
            server.pass(Duration.ofMillis(200));
            assertThat(app.events).containsExactly("open", "close 1006");
            assertThat(app.closed().cause()).isInstanceOf(TimeoutException.class);
            assertThat(app.closed().sentCode()).isEqualTo(1000);
            assertThat(peer.isReset()).isTrue();
            server.assertNothingHeld();
        }
    }

    @Test
    void aPeerThatNeverEndsItsStreamIsCutToo() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            server.send(peer, "88 82 00000000 03e8");
            server.pass(CLOSE_TIMEOUT.plusMillis(100));
            assertThat(app.events).containsExactly("open", "close 1000");
            assertThat(peer.isClosed()).isTrue();
            server.assertNothingHeld();
        }
    }

    @Test
    void aBrokenFrameIsAnsweredBehindWhatCameWhole() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            server.send(peer, "81 82 00000000 6869  83 80 00000000");
            String answer = server.readHex(peer);
            assertThat(answer).startsWith(hex("81026869 88"));
            assertThat(app.closed().code()).isEqualTo(1002);
            assertThat(app.closed().initiator()).isEqualTo(Initiator.LIBRARY);
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void endOfStreamWithoutCloseIs1006() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            server.send(peer, "81 82 00000000 6869");
            peer.end();
            assertThat(server.readHex(peer)).isEqualTo(hex("81026869"));
            assertThat(app.events).containsExactly("open", "text hi", "close 1006");
            assertThat(app.closed().initiator()).isEqualTo(Initiator.NETWORK);
            server.assertNothingHeld();
        }
    }

    @Test
    void aResetIs1006WithItsCause() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            peer.reset();
            server.settle();
            assertThat(app.events).containsExactly("open", "close 1006");
            assertThat(app.closed().cause()).hasMessageContaining("reset");
            server.assertNothingHeld();
        }
    }

    @Test
    void abortCutsAtOnce() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            app.socket().abort();
            server.settle();
            assertThat(peer.isReset()).isTrue();
            assertThat(app.events).containsExactly("open", "close 1006");
            assertThat(app.closed().initiator()).isEqualTo(Initiator.APPLICATION);
            server.assertNothingHeld();
        }
    }

    @Test
    void bothCloseAtOnce() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            app.socket().close(1000, "");
            server.send(peer, "88 82 00000000 03e9");
            assertThat(server.readHex(peer)).isEqualTo(hex("880203e8"));
            assertThat(app.closed().sentCode()).isEqualTo(1000);
            assertThat(app.closed().receivedCode()).isEqualTo(1001);
            assertThat(app.closed().clean()).isTrue();
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void afterTheEndEverythingFailsTheSameWayForEver() {
        try (MemoryServer server = server()) {
            MemoryPeer peer = server.open();
            server.send(peer, "88 82 00000000 03e8");
            peer.end();
            server.settle();
            WebSocket socket = app.socket();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> socket.send("late")).isInstanceOf(WebSocketClosedException.class);
                assertThat(socket.trySend("late")).isEqualTo(SendResult.CLOSED);
                assertThat(socket.ping()).isNotNull();
                assertThatThrownBy(() -> socket.writer(true)).isInstanceOf(WebSocketClosedException.class);
                socket.close();
                socket.abort();
            }
            assertThat(socket.closeInfo()).isEqualTo(app.closed());
            assertThat(socket.closed().toCompletableFuture().join()).isEqualTo(app.closed());
            assertThat(app.events).containsExactly("open", "close 1000");
        }
    }

    @Test
    void codesAndReasonsThatMustNotBeSentAreRefused() {
        try (MemoryServer server = server()) {
            server.open();
            WebSocket socket = app.socket();
            for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000}) {
                assertThatThrownBy(() -> socket.close(code, "")).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> socket.close(1000, "x".repeat(124)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("123");
            assertThatThrownBy(() -> socket.close(1000, "é".repeat(62))).isInstanceOf(IllegalArgumentException.class);
            assertThat(app.events).containsExactly("open");
        }
    }

    private static String hex(String text) {
        return dev.gibbon.testkit.Hex.of(dev.gibbon.testkit.Hex.bytes(text));
    }
}
