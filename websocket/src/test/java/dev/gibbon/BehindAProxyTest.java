package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawWebSocket;
import dev.gibbon.testkit.Splits;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server makes of what stands before a request, or in it, when a proxy may have written it. In memory. */
class BehindAProxyTest {
    private static final SocketAddress PROXY = new InetSocketAddress("10.0.0.1", 5000);
    private static final SocketAddress STRANGER = new InetSocketAddress("192.0.2.9", 6000);
    private static final SocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 4711);
    private static final byte[] LINE =
            "PROXY TCP4 192.0.2.1 198.51.100.7 4711 443\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINARY =
            Hex.bytes("0d0a0d0a000d0a515549540a 21 11 0018 c0000201 c6336407 1267 01bb  20 0009 01 00000000 210001 33");

    private final List<WebSocket> opened = new ArrayList<>();

    private MemoryServer server(Consumer<WebSocketServer.Builder> settings) {
        return new MemoryServer(builder -> {
            builder.webSocket("/", new WebSocketListener() {
                @Override
                public void onOpen(WebSocket socket) {
                    opened.add(socket);
                }
            });
            settings.accept(builder);
        });
    }

    private static byte[] both(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }

    private static byte[] request(String... fields) {
        return RawWebSocket.request("inner:8080", "/", fields);
    }

    private static String answer(MemoryServer server, SocketAddress from, byte[] bytes) {
        MemoryPeer peer = server.connectFrom(from, Faults.NONE);
        server.send(peer, bytes);
        String answer = new String(server.read(peer), StandardCharsets.ISO_8859_1);
        peer.reset();
        server.settle();
        server.pass(Duration.ofSeconds(3));
        server.assertNothingHeld();
        return answer;
    }

    // ---- PROXY protocol

    /** The thread that answers writes by itself here, too, and the addresses outlive the connection. */
    @Test
    void theBlockingStyle() throws Exception {
        BlockingQueue<WebSocket> sockets = new LinkedBlockingQueue<>();
        CountDownLatch due = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        Endpoint endpoint = Endpoint.blocking(socket -> {
            sockets.add(socket);
            socket.receive();
            due.await();
            socket.send("hello");
            answered.countDown();
            socket.receive();
        });
        try (MemoryServer server =
                new MemoryServer(builder -> builder.webSocket("/", endpoint).proxyProtocolFrom("10.0.0.1"))) {
            MemoryPeer peer = server.connectFrom(PROXY, Faults.NONE);
            server.send(peer, both(LINE, request()));
            assertThat(server.read(peer)).startsWith("HTTP/1.1 101 ".getBytes(StandardCharsets.US_ASCII));
            server.send(peer, "81 81 00000000 61");
            due.countDown();

            assertThat(answered.await(15, TimeUnit.SECONDS)).isTrue();
            // Without a turn of the loop.
            assertThat(peer.read(100)).isEqualTo(Hex.bytes("8105 68656c6c6f"));

            peer.reset();
            server.settle();
            WebSocket socket = sockets.remove();
            assertThat(socket.closeInfo()).isNotNull();
            assertThat(socket.request().remoteAddress()).isEqualTo(CLIENT);
            assertThat(socket.remoteAddress()).isEqualTo(CLIENT);
        }
    }

    @Test
    void bothVersionsInEveryCut() {
        for (byte[] header : List.of(LINE, BINARY)) {
            Splits.forEach(both(header, request()), way -> {
                opened.clear();
                try (MemoryServer server = server(builder -> builder.proxyProtocolFrom("10.0.0.0/8"))) {
                    MemoryPeer peer = server.connectFrom(PROXY, Faults.NONE);
                    for (byte[] piece : way.pieces()) {
                        server.send(peer, piece);
                    }
                    assertThat(new String(server.read(peer), StandardCharsets.ISO_8859_1))
                            .startsWith("HTTP/1.1 101 ");
                    assertThat(opened).hasSize(1);
                    assertThat(opened.get(0).remoteAddress()).isEqualTo(CLIENT);
                    assertThat(opened.get(0).request().remoteAddress()).isEqualTo(CLIENT);
                    assertThat(opened.get(0).request().secure()).isEqualTo(header == BINARY);
                    peer.reset();
                    server.settle();
                    server.assertNothingHeld();
                }
            });
        }
    }

    @Test
    void shortAndLateReads() {
        for (Faults faults : List.of(Faults.shortCalls(1), Faults.shortCalls(7), Faults.delayed(2))) {
            opened.clear();
            try (MemoryServer server = server(builder -> builder.proxyProtocolFrom("10.0.0.1"))) {
                MemoryPeer peer = server.connectFrom(PROXY, faults);
                server.send(peer, both(LINE, request()));
                server.settle();
                assertThat(new String(server.read(peer), StandardCharsets.ISO_8859_1))
                        .startsWith("HTTP/1.1 101 ");
                assertThat(opened.get(0).remoteAddress()).isEqualTo(CLIENT);
                peer.reset();
                server.settle();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'PROXY UNKNOWN' 0d0a",
                "0d0a0d0a000d0a515549540a 20 00 0000",
                "0d0a0d0a000d0a515549540a 21 00 0000"
            })
    void aHeaderThatTellsNothingLeavesTheProxysAddress(String header) {
        try (MemoryServer server = server(builder -> builder.proxyProtocolFrom("10.0.0.1"))) {
            assertThat(answer(server, PROXY, both(Hex.bytes(header), request())))
                    .startsWith("HTTP/1.1 101 ");
            assertThat(opened.get(0).remoteAddress()).isEqualTo(PROXY);
        }
    }

    @Test
    void aTrustedPeerWithoutAHeaderIsCutWithoutAnAnswer() {
        try (MemoryServer server = server(builder -> builder.proxyProtocolFrom("10.0.0.1"))) {
            for (byte[] bytes : List.of(request(), "PROXY TCP4 x\r\n".getBytes(StandardCharsets.US_ASCII))) {
                MemoryPeer peer = server.connectFrom(PROXY, Faults.NONE);
                server.send(peer, Arrays.copyOf(bytes, 14));
                assertThat(peer.isClosed()).isTrue();
                server.assertNothingHeld();
            }
            assertThat(opened).isEmpty();
        }
    }

    @Test
    void aSecondHeaderIsAMalformedRequest() {
        try (MemoryServer server = server(builder -> builder.proxyProtocolFrom("10.0.0.1"))) {
            assertThat(answer(server, PROXY, both(LINE, both(LINE, request())))).startsWith("HTTP/1.1 400 ");
            assertThat(answer(server, PROXY, both(LINE, both(BINARY, request()))))
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void fromAnyOtherPeerAHeaderIsAMalformedRequest() {
        try (MemoryServer server = server(builder -> builder.proxyProtocolFrom("10.0.0.1"))) {
            assertThat(answer(server, STRANGER, both(LINE, request()))).startsWith("HTTP/1.1 400 ");
            assertThat(answer(server, STRANGER, both(BINARY, request()))).startsWith("HTTP/1.1 400 ");
            assertThat(opened).isEmpty();
            assertThat(answer(server, STRANGER, request())).startsWith("HTTP/1.1 101 ");
            assertThat(opened.get(0).remoteAddress()).isEqualTo(STRANGER);
        }
    }

    @Test
    void withoutTheSettingAHeaderIsAMalformedRequest() {
        try (MemoryServer server = server(builder -> {})) {
            assertThat(answer(server, PROXY, both(LINE, request()))).startsWith("HTTP/1.1 400 ");
            assertThat(answer(server, PROXY, both(BINARY, request()))).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void theHeaderIsUnderTheHandshakesDeadline() {
        for (byte[] begin : List.of(new byte[0], new byte[] {'P'}, LINE, Hex.bytes("0d0a0d0a000d0a515549540a 20"))) {
            try (MemoryServer server = server(builder -> builder.proxyProtocolFrom("10.0.0.1"))) {
                MemoryPeer peer = server.connectFrom(PROXY, Faults.NONE);
                server.send(peer, begin);
                server.pass(Duration.ofMillis(9_800));
                assertThat(peer.isClosed()).isFalse();
                server.pass(Duration.ofMillis(400));
                assertThat(peer.isClosed()).isTrue();
                assertThat(server.read(peer)).isEmpty();
                server.assertNothingHeld();
            }
        }
    }

    @Test
    void aDribbledHeaderDoesNotMoveTheDeadline() {
        try (MemoryServer server = server(builder -> builder.proxyProtocolFrom("10.0.0.1"))) {
            MemoryPeer peer = server.connectFrom(PROXY, Faults.NONE);
            for (int i = 0; i < 9; i++) {
                server.send(peer, new byte[] {LINE[i]});
                server.pass(Duration.ofSeconds(1));
            }
            assertThat(peer.isClosed()).isFalse();
            server.pass(Duration.ofSeconds(2));
            assertThat(peer.isClosed()).isTrue();
        }
    }

    @Test
    void aPeerThatGoesWithinTheHeaderLeavesNothing() {
        for (int length = 0; length <= LINE.length; length++) {
            try (MemoryServer server = server(builder -> builder.proxyProtocolFrom("10.0.0.1"))) {
                MemoryPeer peer = server.connectFrom(PROXY, Faults.NONE);
                server.send(peer, Arrays.copyOf(LINE, length));
                peer.end();
                server.settle();
                server.assertNothingHeld();
            }
        }
    }

    // ---- forwarded fields

    @Test
    void xForwardedTellsAddressSchemeAndHost() {
        try (MemoryServer server = server(builder -> builder.xForwardedFrom("10.0.0.1"))) {
            String answer = answer(
                    server,
                    PROXY,
                    request(
                            "X-Forwarded-For: 203.0.113.66, 192.0.2.1",
                            "X-Forwarded-Proto: https",
                            "X-Forwarded-Host: example.com",
                            "Origin: https://example.com"));
            assertThat(answer).startsWith("HTTP/1.1 101 ");
            assertThat(opened.get(0).remoteAddress()).isEqualTo(new InetSocketAddress("192.0.2.1", 0));
            assertThat(opened.get(0).request().secure()).isTrue();
        }
    }

    @Test
    void forwardedTellsAddressSchemeAndHost() {
        try (MemoryServer server = server(builder -> builder.forwardedFrom("10.0.0.1"))) {
            String answer = answer(
                    server,
                    PROXY,
                    request(
                            "Forwarded: for=\"192.0.2.1:4711\";proto=https;host=example.com",
                            "Origin: https://example.com"));
            assertThat(answer).startsWith("HTTP/1.1 101 ");
            assertThat(opened.get(0).remoteAddress()).isEqualTo(CLIENT);
            assertThat(opened.get(0).request().secure()).isTrue();
            assertThat(answer(server, PROXY, request("Forwarded: for=\"192.0.2.1")))
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        // The page's origin, what the proxy says of scheme and host, the answer.
        "https://example.com, https, example.com, 101",
        "https://example.com:443, https, example.com, 101",
        "https://example.com, https, example.com:443, 101",
        "https://example.com:8443, https, example.com:8443, 101",
        "http://example.com, https, example.com, 403",
        "https://example.com:8443, https, example.com, 403",
        "https://evil.example, https, example.com, 403",
        "http://inner:8080, http, example.com, 403",
        "http://example.com, http, example.com, 101",
        "https://example.com, https, 'example.com, ', 101",
        "https://example.com, https, example.com/, 403",
        "https://example.com, https, ex ample.com, 403",
        "http://inner:8080, http, , 101",
        "http://inner, http, , 403"
    })
    void theOriginIsComparedWithWhatTheClientUsed(String origin, String scheme, String host, int status) {
        try (MemoryServer server = server(builder -> builder.xForwardedFrom("10.0.0.1"))) {
            List<String> fields = new ArrayList<>(
                    List.of("Origin: " + origin, "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: " + scheme));
            if (host != null) {
                fields.add("X-Forwarded-Host: " + host);
            }
            assertThat(answer(server, PROXY, request(fields.toArray(String[]::new))))
                    .startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void aStrangersFieldsChangeNothing() {
        try (MemoryServer server = server(builder -> builder.xForwardedFrom("10.0.0.1"))) {
            String[] fields = {
                "X-Forwarded-For: 127.0.0.1",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: example.com",
                "Origin: https://example.com"
            };
            assertThat(answer(server, STRANGER, request(fields))).startsWith("HTTP/1.1 403 ");
            assertThat(answer(server, STRANGER, request(fields[0], fields[1], fields[2])))
                    .startsWith("HTTP/1.1 101 ");
            assertThat(opened.get(0).remoteAddress()).isEqualTo(STRANGER);
            assertThat(opened.get(0).request().secure()).isFalse();
        }
    }

    /** With both, the fields are believed only of an address that the header names. */
    @Test
    void afterAHeaderItsAddressIsThePeer() {
        byte[] proxied = "PROXY TCP4 10.0.0.7 198.51.100.7 5555 443\r\n".getBytes(StandardCharsets.US_ASCII);
        try (MemoryServer server =
                server(builder -> builder.proxyProtocolFrom("10.0.0.1").xForwardedFrom("10.0.0.0/8"))) {
            String field = "X-Forwarded-For: 203.0.113.5";
            assertThat(answer(server, PROXY, both(LINE, request(field)))).startsWith("HTTP/1.1 101 ");
            assertThat(answer(server, PROXY, both(proxied, request(field)))).startsWith("HTTP/1.1 101 ");
            assertThat(opened.get(0).remoteAddress()).isEqualTo(CLIENT);
            assertThat(opened.get(1).remoteAddress()).isEqualTo(new InetSocketAddress("203.0.113.5", 0));
        }
    }

    // ---- the settings

    @Test
    void theSettingsRefuseWhatIsNoAddress() {
        WebSocketServer.Builder builder = WebSocketServer.builder();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.proxyProtocolFrom("localhost"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.xForwardedFrom());
        assertThatIllegalArgumentException().isThrownBy(() -> builder.forwardedFrom("10.0.0.0/33"));
    }

    @Test
    void oneFormOfFieldsOnly() {
        WebSocketServer.Builder builder =
                WebSocketServer.builder().xForwardedFrom("10.0.0.1").xForwardedFrom("10.0.0.2");

        assertThatIllegalStateException()
                .isThrownBy(() -> builder.forwardedFrom("10.0.0.1"))
                .withMessageStartingWith("both xForwardedFrom and forwardedFrom");
    }
}
