package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Pages, a handshake and its first frames in one stream, with answers that must wait and hooks that answer late. */
final class PipelinedHandshakeTest {
    private static final byte[] FRAME = Hex.bytes("81 82 00000000 6869");

    private final Recorder app = Recorder.echoing();

    private static byte[] pagesThenHandshake(int pages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < pages; i++) {
            all.writeBytes("GET /page HTTP/1.1\r\nHost: server\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        all.writeBytes(RawWebSocket.request("server", "/ws"));
        all.writeBytes(FRAME);
        return all.toByteArray();
    }

    private static int count(byte[] bytes, String text) {
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int count = 0;
        for (int at = all.indexOf(text); at >= 0; at = all.indexOf(text, at + 1)) {
            count++;
        }
        return count;
    }

    private MemoryServer server(Endpoint endpoint) {
        return new MemoryServer(builder ->
                builder.get("/page", Resource.text("p".repeat(30_000))).webSocket("/ws", endpoint));
    }

    @Test
    void answersWaitForAPeerThatReadsSlowlyAndKeepTheirOrder() {
        try (MemoryServer server = server(Endpoint.listener(app))) {
            MemoryPeer peer = server.connect(Faults.NONE);
            // Ten pages are five times what the pipe holds.
            server.send(peer, pagesThenHandshake(10));
            byte[] answers = server.read(peer);
            assertThat(count(answers, "HTTP/1.1 200 ")).isEqualTo(10);
            assertThat(count(answers, "HTTP/1.1 101 ")).isEqualTo(1);
            assertThat(app.events).containsExactly("open", "text hi");
            peer.end();
            server.assertNothingHeld();
        }
    }

    @Test
    void aHookThatAnswersLaterGetsTheFirstFramesToo() {
        for (int pages : new int[] {0, 1, 10}) {
            app.events.clear();
            CompletableFuture<HandshakeDecision> decision = new CompletableFuture<>();
            try (MemoryServer server = server(Endpoint.listener(app).handshake(request -> decision))) {
                MemoryPeer peer = server.connect(Faults.NONE);
                server.send(peer, pagesThenHandshake(pages));
                server.read(peer);
                assertThat(app.events).as(pages + " pages").isEmpty();
                decision.complete(HandshakeDecision.accept());
                server.read(peer);
                assertThat(app.events).as(pages + " pages").containsExactly("open", "text hi");
                peer.end();
                server.assertNothingHeld();
            }
        }
    }

    @Test
    void aHookThatAnswersAtOnceOrRefusesLeavesNothingBehind() {
        for (int pages : new int[] {0, 1, 10}) {
            app.events.clear();
            Endpoint accepting =
                    Endpoint.listener(app).handshake(HandshakeHook.of(request -> HandshakeDecision.accept()));
            try (MemoryServer server = server(accepting)) {
                MemoryPeer peer = server.connect(Faults.NONE);
                server.send(peer, pagesThenHandshake(pages));
                server.read(peer);
                assertThat(app.events).as(pages + " pages").containsExactly("open", "text hi");
                peer.end();
                server.assertNothingHeld();
            }
            Endpoint refusing = Endpoint.listener(app)
                    .handshake(HandshakeHook.of(
                            request -> HandshakeDecision.refuse(403, "no").header("X-Why", "so")));
            try (MemoryServer server = server(refusing)) {
                MemoryPeer peer = server.connect(Faults.NONE);
                server.send(peer, pagesThenHandshake(pages));
                byte[] answers = server.read(peer);
                assertThat(count(answers, "HTTP/1.1 403 ")).isEqualTo(1);
                assertThat(count(answers, "X-Why: so")).isEqualTo(1);
                peer.end();
                server.assertNothingHeld();
            }
        }
    }

    @Test
    void aFieldOfTheServersOwnIsRefusedAtOnce() {
        for (String name : List.of("Connection", "content-length", "Transfer-Encoding", "Sec-WebSocket-Accept")) {
            assertThatThrownBy(() -> HandshakeDecision.accept().header(name, "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(name);
        }
    }

    @Test
    void aHookThatChoosesWhatWasNotOfferedIsAnsweredWith500() {
        for (HandshakeDecision decision : List.of(HandshakeDecision.accept().subprotocol("not-offered"))) {
            try (MemoryServer server =
                    server(Endpoint.listener(app).handshake(HandshakeHook.of(request -> decision)))) {
                MemoryPeer peer = server.connect(Faults.NONE);
                server.send(peer, pagesThenHandshake(0));
                assertThat(count(server.read(peer), "HTTP/1.1 500 ")).isEqualTo(1);
                assertThat(app.events).isEmpty();
                peer.end();
                server.assertNothingHeld();
            }
        }
    }
}
