package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an independent review found. In memory, on a loop that the test drives. */
final class FoundByReviewTest {
    private final Recorder app = new Recorder();

    @Test
    void endingTheLoopsEndsEveryConnectionThoughOneAbortsAnotherInItsEnd() {
        List<WebSocket> open = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        WebSocketListener pairs = new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                open.add(socket);
            }

            @Override
            public void onClose(WebSocket socket, CloseInfo info) {
                ends.add("close");
                int place = open.indexOf(socket);
                if (place % 2 == 1) {
                    open.get(place - 1).abort();
                }
            }
        };
        MemoryServer server = new MemoryServer(Endpoint.listener(pairs));
        List<MemoryPeer> peers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            peers.add(server.open());
        }
        server.close();
        assertThat(ends).hasSize(6);
        assertThat(peers).allMatch(MemoryPeer::isClosed);
    }

    @Test
    void aRefusalWithAFieldThatTheLibrarySetsIsA500AndNotSilence() {
        Endpoint endpoint = Endpoint.listener(app)
                .handshake(HandshakeHook.of(
                        request -> HandshakeDecision.refuse(401, "{}").header("Content-Type", "application/json")));
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.connect(Faults.NONE);
            server.send(peer, RawWebSocket.request("server", "/"));
            assertThat(new String(server.read(peer), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 500 ");
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void aHookThatReturnsNullIsA500() {
        Endpoint endpoint = Endpoint.listener(app).handshake(request -> null);
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.connect(Faults.NONE);
            server.send(peer, RawWebSocket.request("server", "/"));
            assertThat(new String(server.read(peer), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 500 ");
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void aListenerFactoryThatThrowsAnErrorIsA500() {
        Endpoint endpoint = Endpoint.listenerPerConnection(() -> {
            throw new AssertionError("no listener");
        });
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.connect(Faults.NONE);
            server.send(peer, RawWebSocket.request("server", "/"));
            assertThat(new String(server.read(peer), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 500 ");
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void aListenerThatThrewWithAnOpenWriterClosesWith1011AtOnce() {
        WebSocketListener writing = WebSocketListener.onText((socket, text) -> {
            MessageWriter writer = socket.writer(true);
            writer.write("begun");
            writer.flush();
            throw new IllegalStateException("thrown for a test");
        });
        try (MemoryServer server = new MemoryServer(Endpoint.listener(writing))) {
            MemoryPeer peer = server.open();
            server.send(peer, "81 82 00000000 6869");
            assertThat(server.readHex(peer)).contains(dev.gibbon.testkit.Hex.of(dev.gibbon.testkit.Hex.bytes("03f3")));
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
        }
    }

    @Test
    void aCloseBehindAWriterThatIsNeverFinishedIsStillSentAtTheDeadline() throws IOException {
        try (MemoryServer server = new MemoryServer(Endpoint.listener(app))) {
            MemoryPeer peer = server.open();
            MessageWriter writer = app.socket().writer(true);
            writer.write("begun");
            writer.flush();
            app.socket().close(1000, "");
            server.pass(Duration.ofMillis(5_200));
            assertThat(server.readHex(peer)).contains(dev.gibbon.testkit.Hex.of(dev.gibbon.testkit.Hex.bytes("03f3")));
            server.pass(Duration.ofSeconds(6));
            assertThat(app.closed().sentCode()).isEqualTo(1011);
            server.assertNothingHeld();
        }
    }

    @Test
    void theEndIsToldWithoutControlCharactersOfThePeer() {
        try (MemoryServer server = new MemoryServer(Endpoint.listener(app))) {
            MemoryPeer peer = server.open();
            server.send(peer, "88 87 00000000 03e8 610d0a1b62");
            peer.end();
            server.settle();
            assertThatThrownBy(() -> app.socket().send("late")).hasMessageContaining("a\\u000d\\u000a\\u001bb");
            assertThat(app.closed().toString()).doesNotContain("\r").doesNotContain("\u001b");
            assertThat(app.closed().receivedReason()).isEqualTo("a\r\n\u001bb");
        }
    }

    @Test
    void aWriterThatLostBytesGoesOnNoMore() {
        Endpoint endpoint = Endpoint.listener(app)
                .options(options ->
                        options.maxQueuedBytes(40_000).highWaterBytes(20_000).writeTimeout(Duration.ofMillis(50)));
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.open();
            MessageWriter writer = app.socket().writer(false);
            assertThatThrownBy(() -> writer.write(new byte[500_000])).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> writer.write(new byte[500_000])).isInstanceOf(IOException.class);
            // The last of what there is: a Close with 1011, and no end of the message.
            assertThat(server.readHex(peer)).contains(dev.gibbon.testkit.Hex.of(dev.gibbon.testkit.Hex.bytes("03f3")));
            peer.end();
            server.pass(Duration.ofSeconds(11));
            assertThat(app.closed().sentCode()).isEqualTo(1011);
            server.assertNothingHeld();
        }
    }

    @Test
    void aListenerInPartsHasTheLimitOfStreams() {
        for (int stream : new int[] {100, 5000}) {
            app.events.clear();
            app.closed = null;
            Endpoint endpoint = Endpoint.listener(app)
                    .inParts()
                    .options(options -> options.maxMessageBytes(1000).maxStreamBytes(stream));
            try (MemoryServer server = new MemoryServer(endpoint)) {
                MemoryPeer peer = server.open();
                // 101 bytes.
                server.send(peer, "82 e5 00000000 " + "00".repeat(101));
                server.send(peer, "88 82 00000000 03e8");
                peer.end();
                server.settle();
                assertThat(app.closed().sentCode()).isEqualTo(stream == 100 ? 1009 : 1000);
                server.assertNothingHeld();
            }
        }
    }

    @Test
    void aPausedConnectionIsClosedInPeaceToo() {
        try (MemoryServer server = new MemoryServer(Endpoint.listener(app))) {
            MemoryPeer peer = server.open();
            app.socket().pause();
            server.send(peer, "81 82 00000000 6869");
            app.socket().close(1000, "");
            server.send(peer, "88 82 00000000 03e8");
            assertThat(app.events).containsExactly("open", "text hi", "close 1000");
            assertThat(app.closed().clean()).isTrue();
            peer.end();
            server.assertNothingHeld();
        }
    }
}
