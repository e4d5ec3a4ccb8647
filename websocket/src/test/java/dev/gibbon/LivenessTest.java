package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Heartbeat, idle time, write deadline, pauses and handshake deadline, with a clock that the test moves. */
final class LivenessTest {
    private final Recorder app = new Recorder();

    private MemoryServer server(UnaryOperator<WebSocketOptions.Builder> options) {
        return new MemoryServer(Endpoint.listener(app).options(options));
    }

    @Test
    void aSilentPeerIsPingedAfter25SecondsAndDead20SecondsLater() {
        try (MemoryServer server = server(options -> options)) {
            MemoryPeer peer = server.open();
            server.pass(Duration.ofMillis(24_900));
            assertThat(server.read(peer)).isEmpty();
            server.pass(Duration.ofMillis(200));
            assertThat(server.readHex(peer)).isEqualTo(Hex.of(Hex.bytes("8900")));
            server.pass(Duration.ofMillis(19_700));
            assertThat(app.events).containsExactly("open");
            server.pass(Duration.ofMillis(300));
            assertThat(app.events).containsExactly("open", "close 1006");
            assertThat(app.closed().initiator()).isEqualTo(Initiator.LIBRARY);
            assertThat(app.closed().cause())
                    .isInstanceOf(TimeoutException.class)
                    .hasMessageContaining("pongTimeout");
            server.assertNothingHeld();
        }
    }

    @Test
    void anyByteCountsAsLife() {
        try (MemoryServer server = server(options -> options)) {
            MemoryPeer peer = server.open();
            for (int i = 0; i < 10; i++) {
                server.pass(Duration.ofSeconds(20));
                // One byte of a header each time: not even a frame.
                server.send(peer, new String[] {"82", "ff", "00", "00", "00", "00", "00", "00", "10", "00"}[i]);
            }
            assertThat(server.read(peer)).isEmpty();
            assertThat(app.events).containsExactly("open");
        }
    }

    @Test
    void aPongKeepsTheConnection() {
        try (MemoryServer server = server(options -> options)) {
            MemoryPeer peer = server.open();
            for (int i = 0; i < 5; i++) {
                server.pass(Duration.ofMillis(25_100));
                assertThat(server.readHex(peer)).isEqualTo(Hex.of(Hex.bytes("8900")));
                server.send(peer, "8a 80 00000000");
            }
            assertThat(app.events).containsExactly("open", "pong 0", "pong 0", "pong 0", "pong 0", "pong 0");
        }
    }

    @Test
    void pingsKeepTheirIntervalAlsoWhenPongTimeoutIsLonger() {
        try (MemoryServer server =
                server(options -> options.pingInterval(Duration.ofSeconds(1)).pongTimeout(Duration.ofSeconds(20)))) {
            MemoryPeer peer = server.open();
            for (int i = 0; i < 5; i++) {
                server.pass(Duration.ofMillis(1_100));
                assertThat(server.readHex(peer)).as("ping " + i).isEqualTo(Hex.of(Hex.bytes("8900")));
                server.send(peer, "8a 80 00000000");
            }
        }
    }

    @Test
    void withoutHeartbeatNothingIsSentForEver() {
        try (MemoryServer server = server(options -> options.pingInterval(Duration.ZERO))) {
            MemoryPeer peer = server.open();
            server.pass(Duration.ofMinutes(10));
            assertThat(server.read(peer)).isEmpty();
            assertThat(app.events).containsExactly("open");
        }
    }

    @Test
    void idleTimeCountsMessagesNotPongs() {
        try (MemoryServer server =
                server(options -> options.pingInterval(Duration.ZERO).idleTimeout(Duration.ofSeconds(60)))) {
            MemoryPeer peer = server.open();
            server.pass(Duration.ofSeconds(50));
            server.send(peer, "82 80 00000000");
            server.pass(Duration.ofSeconds(30));
            server.send(peer, "8a 80 00000000");
            server.pass(Duration.ofMillis(29_500));
            server.send(peer, "8a 80 00000000");
            server.read(peer);
            server.pass(Duration.ofSeconds(1));
            assertThat(server.readHex(peer)).startsWith(Hex.of(Hex.bytes("88")));
            server.send(peer, "88 82 00000000 03e9");
            assertThat(app.closed().sentCode()).isEqualTo(1001);
            assertThat(app.closed().sentReason()).contains("idleTimeout");
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void aPeerThatTakesNoBytesIsCutAtTheWriteDeadlineAndTheLossIsCounted() {
        app.echo = true;
        try (MemoryServer server = server(options -> options)) {
            MemoryPeer peer = server.open();
            byte[] message = new byte[70_000];
            server.send(peer, Hex.bytes("82 ff 00 00 00 00 00 01 11 70 00000000"));
            server.send(peer, message);
            server.send(peer, Hex.bytes("82 ff 00 00 00 00 00 01 11 70 00000000"));
            server.send(peer, message);
            server.pass(Duration.ofMillis(9_900));
            assertThat(app.closed).isNull();
            server.pass(Duration.ofMillis(300));
            assertThat(app.closed().cause()).hasMessageContaining("writeTimeout");
            assertThat(app.closed().bytesUnsent()).isGreaterThan(2 * 70_000 - MemoryServer.PIPE_BYTES - 1000);
            server.assertNothingHeld();
        }
    }

    @Test
    void aSlowPeerStopsBeingReadAndDrainsWhenItReads() {
        app.echo = true;
        try (MemoryServer server = server(options -> options)) {
            MemoryPeer peer = server.open();
            // 200 messages of 1 KiB: three times the pipe, so most of the answers must wait.
            byte[] frame = Hex.bytes("82 fe 04 00 00000000 " + "00".repeat(1024));
            for (int i = 0; i < 200; i++) {
                server.send(peer, frame);
            }
            long answered = app.events.size();
            assertThat(answered).as("the server has stopped reading").isLessThan(200);
            assertThat(app.socket().bufferedBytes()).isLessThan(64 * 1024 + 2048);
            int received = 0;
            for (int i = 0; i < 400 && received < 200 * 1028; i++) {
                server.send(peer, new byte[0]);
                received += server.read(peer).length;
            }
            assertThat(app.events).contains("drain");
            assertThat(app.socket().bufferedBytes()).isZero();
        }
    }

    @Test
    void clocksStandStillWhileThePeerIsNotRead() {
        try (MemoryServer server = server(options -> options.maxPause(Duration.ofMinutes(2)))) {
            MemoryPeer peer = server.open();
            app.socket().pause();
            server.send(peer, "81 82 00000000 6869");
            server.pass(Duration.ofSeconds(100));
            assertThat(app.events).containsExactly("open");
            assertThat(server.read(peer)).isEmpty();
            app.socket().resume();
            server.settle();
            assertThat(app.events).containsExactly("open", "text hi");
            server.pass(Duration.ofSeconds(20));
            assertThat(server.read(peer)).isEmpty();
        }
    }

    @Test
    void aPauseHasAnEnd() {
        try (MemoryServer server = server(options -> options.maxPause(Duration.ofMinutes(2)))) {
            MemoryPeer peer = server.open();
            app.socket().pause();
            server.pass(Duration.ofMillis(120_200));
            assertThat(server.readHex(peer)).startsWith(Hex.of(Hex.bytes("88")));
            server.pass(Duration.ofMillis(5_200));
            assertThat(app.closed().sentCode()).isEqualTo(1008);
            assertThat(app.closed().sentReason()).contains("maxPause");
            server.assertNothingHeld();
        }
    }

    @Test
    void aPingTellsItsRoundTrip() {
        try (MemoryServer server = server(options -> options)) {
            MemoryPeer peer = server.open();
            CompletionStage<Duration> first = app.socket().ping();
            CompletionStage<Duration> second = app.socket().ping();
            assertThat(server.readHex(peer))
                    .isEqualTo(Hex.of(Hex.bytes("8908 0000000000000001 8908 0000000000000002")));
            server.pass(Duration.ofMillis(300));
            assertThat(first.toCompletableFuture()).isNotDone();
            // Only the latest ping is answered, which answers both (5.5.3).
            server.send(peer, "8a 88 00000000 0000000000000002");
            assertThat(first.toCompletableFuture().join()).isBetween(Duration.ofMillis(300), Duration.ofMillis(400));
            assertThat(second.toCompletableFuture().join()).isBetween(Duration.ofMillis(300), Duration.ofMillis(400));
            CompletionStage<Duration> third = app.socket().ping();
            peer.reset();
            server.settle();
            assertThat(third.toCompletableFuture()).isCompletedExceptionally();
        }
    }

    @Test
    void aHandshakeHasTenSecondsAltogether() {
        try (MemoryServer server = server(options -> options)) {
            MemoryPeer silent = server.connect(dev.gibbon.internal.transport.Faults.NONE);
            MemoryPeer slow = server.connect(dev.gibbon.internal.transport.Faults.NONE);
            for (char c : "GET / HTTP/1.1".toCharArray()) {
                server.send(slow, new byte[] {(byte) c});
                server.pass(Duration.ofMillis(700));
            }
            server.pass(Duration.ofMillis(400));
            assertThat(silent.isClosed()).isTrue();
            assertThat(new String(server.read(slow), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 408 ");
            server.pass(Duration.ofSeconds(3));
            assertThat(slow.isClosed()).isTrue();
            server.assertNothingHeld();
        }
    }
}
