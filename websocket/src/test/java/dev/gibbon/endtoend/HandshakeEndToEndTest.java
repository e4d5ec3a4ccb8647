package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Endpoint;
import dev.gibbon.Origins;
import dev.gibbon.Resource;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawResponse;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, 4: opening handshakes in every cut, those that are refused, and those that never end. */
class HandshakeEndToEndTest {
    private static final WebSocketListener ECHO =
            WebSocketListener.onMessage((socket, message) -> socket.send(message));

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private WebSocketServer server() throws IOException {
        return test.start(WebSocketServer.builder()
                .loops(1)
                .get("/page", Resource.text("a page"))
                .webSocket("/", ECHO));
    }

    private static byte[] request(WebSocketServer server, String... fields) {
        return RawWebSocket.request("localhost:" + server.port(), "/", fields);
    }

    // ---- in every cut

    @Test
    void oneByteAtATime() throws Exception {
        WebSocketServer server = server();
        RawSocket socket = test.dial(server);

        socket.dribble(request(server));
        RawWebSocket peer = RawWebSocket.open(socket);
        socket.dribble(RawFrame.text("byte by byte").masked(RawWebSocket.KEY).bytes());

        assertThat(peer.readText()).isEqualTo("byte by byte");
        peer.closeHandshake(1000);
    }

    @ParameterizedTest
    @EnumSource
    void handshakeAndFirstFramesInOneSegment(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test));
        RawSocket socket = test.dial(server);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(request(server));
        all.writeBytes(RawFrame.text("early").masked(1).bytes());
        all.writeBytes(RawFrame.of(RawFrame.PING, new byte[] {1}).masked(2).bytes());
        byte[] half = RawFrame.text("and half").masked(3).bytes();
        all.write(half, 0, 5);

        socket.send(all.toByteArray());
        RawWebSocket peer = RawWebSocket.open(socket);
        List<RawFrame> answers = List.of(peer.readFrame(), peer.readFrame());
        peer.socket().send(java.util.Arrays.copyOfRange(half, 5, half.length));

        assertThat(answers)
                .containsExactlyInAnyOrder(RawFrame.text("early"), RawFrame.of(RawFrame.PONG, new byte[] {1}));
        assertThat(peer.readText()).isEqualTo("and half");
        peer.closeHandshake(1000);
    }

    @Test
    void pagesThenAHandshakeThenFramesInOneSegment() throws Exception {
        WebSocketServer server = server();
        RawSocket socket = test.dial(server);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 20; i++) {
            all.writeBytes("GET /page HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        all.writeBytes(request(server));
        all.writeBytes(RawFrame.text("at last").masked(1).bytes());

        socket.send(all.toByteArray());

        for (int i = 0; i < 20; i++) {
            assertThat(socket.readResponse(true).text()).isEqualTo("a page");
        }
        RawWebSocket peer = RawWebSocket.open(socket);
        assertThat(peer.readText()).isEqualTo("at last");
        peer.closeHandshake(1000);
        assertThat(server.stats().upgraded()).isEqualTo(1);
        assertThat(server.stats().refused()).isZero();
    }

    @Test
    void fieldsInAnyCaseAndTokensInLists() throws Exception {
        WebSocketServer server = server();
        RawSocket socket = test.dial(server);

        socket.sendLines("""
                GET / HTTP/1.1
                host: localhost
                UPGRADE: h2c, WebSocket
                connection: keep-alive ,\tUPGRADE
                sec-websocket-KEY:dGhlIHNhbXBsZSBub25jZQ==\t
                Sec-WebSocket-Version:13
                X-Empty:

                """);

        RawWebSocket.open(socket).closeHandshake(1000);
    }

    // ---- refused

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|GET / HTTP/1.1~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Sec-WebSocket-Version: 13~|Host",
                "426|GET / HTTP/1.1~Host: x~|WebSocket",
                "426|GET / HTTP/1.1~Host: x~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Sec-WebSocket-Version: 8~|13",
                "400|GET / HTTP/1.1~Host: x~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Version: 13~|Sec-WebSocket-Key",
                "400|GET / HTTP/1.1~Host: x~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Key: short~Sec-WebSocket-Version: 13~|16 bytes",
                "400|GET / HTTP/1.1~Host: x~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Sec-WebSocket-Version: 13~Content-Length: 5~|body",
                "400|GET / HTTP/1.1~Host: x~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Sec-WebSocket-Version: 13~Transfer-Encoding: chunked~|body",
                "400|GET / HTTP/1.1~Host: x~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Sec-WebSocket-Version: 13~Sec-WebSocket-Extensions: a;;b~|Sec-WebSocket-Extensions",
                "400|GET / HTTP/1.0~Host: x~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Sec-WebSocket-Version: 13~|HTTP/1.1",
                "405|POST / HTTP/1.1~Host: x~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Sec-WebSocket-Version: 13~|GET",
                "404|GET /nowhere HTTP/1.1~Host: x~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==~Sec-WebSocket-Version: 13~|path",
                "400|GET /page HTTP/1.1~Host: x~Host: y~|Host",
                "400|GET /page HTTP/1.1~Host : x~|colon",
                "400|GET  /page HTTP/1.1~Host: x~|target",
                "505|GET /page HTTP/2.0~Host: x~|HTTP/1.1",
                "405|DELETE /page HTTP/1.1~Host: x~|GET"
            })
    void isAnsweredWithAStatusAndAReasonAndTheEnd(int status, String request, String reason) throws Exception {
        WebSocketServer server = server();
        RawSocket socket = test.dial(server);

        // What comes behind a refused request is not looked at.
        socket.sendLines(request.replace("~", "\n") + "\nGET /page HTTP/1.1\nHost: x\n\n");
        RawResponse response = socket.readResponse(true);

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text()).contains(reason);
        assertThat(response.header("Content-Type").orElse("")).startsWith("text/plain");
        assertThat(response.header("Content-Length")).isPresent();
        assertThat(response.header("Connection").orElse("")).startsWith("close");
        if (status == 405) {
            assertThat(response.header("Allow").orElse("")).contains("GET");
        }
        if (status == 426) {
            assertThat(response.header("Upgrade")).contains("websocket");
        }
        assertThat(socket.readToEnd()).isEmpty();
        assertThat(server.stats().refused()).isEqualTo(1);
    }

    @Test
    void limitsOnTheHead() throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .headLimits(new HeadLimits(1000, 3000, 10))
                .webSocket("/", ECHO)
                .webSocket("/*", ECHO));

        assertThat(status(server, "GET /" + "a".repeat(987) + " HTTP/1.1\nHost: x\n\n"))
                .isEqualTo(414);
        assertThat(status(server, "GET /" + "a".repeat(986) + " HTTP/1.1\nHost: x\n\n"))
                .isEqualTo(426);
        assertThat(status(server, "GET / HTTP/1.1\nHost: x\nX: " + "a".repeat(998) + "\n\n"))
                .isEqualTo(431);
        assertThat(status(server, "GET / HTTP/1.1\nHost: x\n" + ("X: " + "a".repeat(900) + "\n").repeat(4) + "\n"))
                .isEqualTo(431);
        assertThat(status(server, "GET / HTTP/1.1\nHost: x\n" + "X: y\n".repeat(10) + "\n"))
                .isEqualTo(431);
        assertThat(status(server, "GET / HTTP/1.1\nHost: x\n" + "X: y\n".repeat(9) + "\n"))
                .isEqualTo(426);
    }

    /** An attacker that sends a head without end is answered as soon as the limit is known to be broken. */
    @Test
    void aHeadWithoutEnd() throws Exception {
        WebSocketServer server = server();
        RawSocket socket = test.dial(server);

        socket.sendLines("GET / HTTP/1.1\nHost: x\nX: " + "a".repeat(9000));

        assertThat(socket.readResponse(true).status()).isEqualTo(431);
        assertThat(socket.readToEnd()).isEmpty();
    }

    private int status(WebSocketServer server, String request) throws IOException {
        try (RawSocket socket = RawSocket.connect(server.port())) {
            socket.sendLines(request);
            return socket.readResponse(true).status();
        }
    }

    @Test
    void bytesThatAreNoHttp() throws Exception {
        WebSocketServer server = server();
        // The beginning of a TLS handshake: a browser that was told wss: instead of ws:.
        RawSocket socket = test.dial(server);

        socket.send(Hex.bytes("16 03 01 02 00 01 00 01 fc 03 03"));

        assertThat(socket.readResponse(true).status()).isEqualTo(400);
        assertThat(socket.readToEnd()).isEmpty();
    }

    // ---- Origin

    @Test
    void originOfTheSameHostAndPort() throws Exception {
        WebSocketServer server = server();
        int port = server.port();

        test.connect(server, "/", "Origin: http://localhost:" + port).closeHandshake(1000);
        test.connect(server).closeHandshake(1000);
        refused(server, "http://localhost:" + (port - 1));
        refused(server, "http://localhost");
        refused(server, "http://localhost:" + port + ".evil.example");
        refused(server, "http://evil.example");
        refused(server, "null");
        refused(server, "");
    }

    private void refused(WebSocketServer server, String origin) throws IOException {
        RawSocket socket = test.dial(server);
        socket.send(request(server, "Origin: " + origin));
        RawResponse response = socket.readResponse(true);
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.text()).contains("Origin").contains("localhost:" + server.port());
        assertThat(socket.readToEnd()).isEmpty();
    }

    @Test
    void originsOfAListAndAllOfThem() throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .webSocket("/list", Endpoint.listener(ECHO).origins(Origins.sameOr("https://example.com")))
                .webSocket("/any", Endpoint.listener(ECHO).origins(Origins.anyEvenHostileOnes())));

        test.connect(server, "/list", "Origin: https://example.com").closeHandshake(1000);
        test.connect(server, "/list", "Origin: https://EXAMPLE.com:443").closeHandshake(1000);
        test.connect(server, "/list", "Origin: http://localhost:" + server.port())
                .closeHandshake(1000);
        test.connect(server, "/any", "Origin: https://evil.example").closeHandshake(1000);
        test.connect(server, "/any", "Origin: null").closeHandshake(1000);
        for (String wrong : List.of("http://example.com", "https://www.example.com", "https://example.com.evil")) {
            assertThatThrownBy(() -> test.connect(server, "/list", "Origin: " + wrong))
                    .hasMessageContaining("403")
                    .hasMessageContaining("https://example.com");
        }
    }

    // ---- how many and how long

    @Test
    void noMoreConnectionsThanAllowed() throws Exception {
        WebSocketServer server =
                test.start(WebSocketServer.builder().loops(2).maxConnections(3).webSocket("/", ECHO));
        List<RawWebSocket> open = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            open.add(test.connect(server));
        }
        // A connection in the handshake counts.
        RawSocket third = test.dial(server);
        await("the third to be accepted", () -> server.stats().connections() == 3);

        RawSocket fourth = test.dial(server);
        RawResponse response = fourth.readResponse(true);
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).isPresent();
        assertThat(fourth.readToEnd()).isEmpty();
        fourth.close();

        open.get(0).closeHandshake(1000);
        open.get(0).close();
        await("room", () -> server.stats().connections() == 2);
        test.connect(server).closeHandshake(1000);
        third.send(request(server));
        RawWebSocket.open(third).closeHandshake(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"silence", "a beginning", "a dribble", "after a page"})
    void theDeadlineOfTheHandshake(String how) throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .handshakeTimeout(Duration.ofMillis(400))
                .get("/page", Resource.text("a page"))
                .webSocket("/", ECHO));
        RawSocket socket = test.dial(server);
        long began = System.nanoTime();

        switch (how) {
            case "silence" -> assertThat(socket.readToEnd()).isEmpty();
            case "a beginning" -> {
                socket.sendLines("GET / HTTP/1.1\nHost: x\n");
                assertThat(socket.readResponse(true).status()).isEqualTo(408);
                assertThat(socket.readToEnd()).isEmpty();
            }
            case "a dribble" -> {
                // One byte now and then, for ever: the deadline is for all of it.
                RawResponse response = null;
                socket.sendLines("GET / HTTP/1.1\n");
                while (response == null) {
                    socket.sendLines("X: y\n");
                    byte[] answer = socket.readWithin(Duration.ofMillis(20));
                    if (answer.length > 0) {
                        assertThat(new String(answer, StandardCharsets.US_ASCII))
                                .startsWith("HTTP/1.1 408 ");
                        break;
                    }
                }
            }
            default -> {
                socket.sendLines("GET /page HTTP/1.1\nHost: x\n\n");
                assertThat(socket.readResponse(true).status()).isEqualTo(200);
                assertThat(socket.readToEnd()).isEmpty();
            }
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(390), Duration.ofSeconds(8));
        if (!how.equals("a beginning")) {
            // That one stays and sees that the server does not wait for it for ever.
            socket.close();
        }
        EndToEnd.awaitNothingLeft(server);
    }

    /** Hundreds of half-open handshakes: each costs little, and all of them go. */
    @Test
    void manyThatNeverBegin() throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(2)
                .handshakeTimeout(Duration.ofMillis(500))
                .webSocket("/", ECHO));
        List<RawSocket> idle = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            RawSocket socket = test.dial(server);
            if (i % 2 == 0) {
                socket.sendLines("GET / HTTP/1.1\nHost: x\nX: " + "a".repeat(i));
            }
            idle.add(socket);
        }
        RawWebSocket good = test.connect(server);

        await("all of them to be dropped", () -> server.stats().connections() == 1);

        good.sendText("still served");
        assertThat(good.readText()).isEqualTo("still served");
        good.closeHandshake(1000);
        for (RawSocket socket : idle) {
            socket.close();
        }
    }
}
