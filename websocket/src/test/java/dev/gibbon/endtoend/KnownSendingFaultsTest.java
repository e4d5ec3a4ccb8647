package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.Endpoint;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What went wrong elsewhere when frames were made, or were heard too early; each named after what happened. */
class KnownSendingFaultsTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    @Test
    @DisplayName(
            "ws CVE-2016-10518, CVE-2026-45736: a frame holds the bytes that were given, from position to limit, and none"
                    + " of those around them or left in a pool")
    void exactlyTheBytesThatWereGiven() throws Exception {
        WebSocketServer server = test.start(Endpoint.listener(test.listener(new WebSocketListener() {})));
        RawSocket dialed = test.dial(server);
        dialed.send(RawWebSocket.request("localhost:" + server.port(), "/"));
        RawWebSocket peer = RawWebSocket.open(dialed);
        WebSocket socket = test.opened();
        byte[] secret = "secret".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        // The pool's buffers, the cork and the queue have all held it before.
        socket.send(secret);
        assertThat(peer.readFrame().payload()).isEqualTo(secret);
        ByteBuffer heap = ByteBuffer.wrap(secret.clone()).position(10).limit(13).slice();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(100).put(secret, 0, 100).position(20).limit(23);

        socket.send(heap);
        socket.send(heap.asReadOnlyBuffer());
        socket.send(direct);
        socket.send(ByteBuffer.allocate(0));
        CompletableFuture<?> ping = socket.ping().toCompletableFuture();

        for (int i = 0; i < 2; i++) {
            assertThat(peer.readFrame().payload()).isEqualTo(Arrays.copyOfRange(secret, 10, 13));
        }
        assertThat(peer.readFrame().payload()).isEqualTo(Arrays.copyOfRange(secret, 20, 23));
        assertThat(peer.readFrame().payload()).isEmpty();
        assertThat(heap.remaining()).isEqualTo(3);
        assertThat(direct.position()).isEqualTo(20);
        RawFrame pinged = peer.readFrame();
        assertThat(pinged.opcode()).isEqualTo(RawFrame.PING);
        assertThat(new String(pinged.payload(), StandardCharsets.ISO_8859_1)).doesNotContain("secret", "cret");
        peer.send(RawFrame.of(RawFrame.PONG, pinged.payload()).masked(1));
        ping.get(10, TimeUnit.SECONDS);
        socket.close(4000, "r");
        assertThat(peer.readFrame().payload()).containsExactly(0x0f, 0xa0, 'r');
        peer.send(RawFrame.close(4000, "r").masked(2));
        assertThat(test.ended()).extracting(CloseInfo::clean).isEqualTo(true);
    }

    @Test
    @DisplayName(
            "Spring CVE-2025-41254: nothing that comes with a handshake is heard before the handshake is decided, and"
                    + " nothing at all when it is refused")
    void nothingIsHeardOfTheRefused() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        CompletableFuture<HandshakeDecision> decision = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        WebSocketServer server =
                test.start(Endpoint.listener(WebSocketListener.onText((socket, text) -> heard.add(text)))
                        .handshake(request -> {
                            asked.complete(null);
                            return decision;
                        }));
        RawSocket socket = test.dial(server);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(RawWebSocket.request("localhost:" + server.port(), "/"));
        all.writeBytes(RawFrame.text("publish").masked(3).bytes());

        socket.send(all.toByteArray());
        asked.get(10, TimeUnit.SECONDS);
        assertThat(heard).isEmpty();
        decision.complete(HandshakeDecision.refuse(403, "No."));

        assertThat(socket.readResponse(true).status()).isEqualTo(403);
        assertThat(socket.readToEnd()).isEmpty();
        assertThat(heard).isEmpty();
    }
}
