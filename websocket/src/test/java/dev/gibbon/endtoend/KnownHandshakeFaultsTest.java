package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.HandshakeHook;
import dev.gibbon.Origins;
import dev.gibbon.Resource;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawResponse;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What went wrong in the opening handshakes of other servers, each against a server of ours over a socket. The rules behind
 * them have tests of their own, to the byte; these are named after what happened, so that no lesson gets lost.
 */
class KnownHandshakeFaultsTest {
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

    /** The handshake of RFC 6455, 1.3, with one line instead of another; "" leaves it out. */
    private static String handshake(WebSocketServer server, String line, String instead) {
        String whole = new String(RawWebSocket.request("localhost:" + server.port(), "/"), StandardCharsets.ISO_8859_1);
        assertThat(whole).contains(line);
        return instead.isEmpty() ? whole.replace(line + "\r\n", "") : whole.replace(line, instead);
    }

    private int status(WebSocketServer server, String request) throws IOException {
        return answer(server, request).status();
    }

    private RawResponse answer(WebSocketServer server, String request) throws IOException {
        RawSocket socket = test.dial(server);
        socket.send(request.getBytes(StandardCharsets.ISO_8859_1));
        RawResponse response = socket.readResponse(true);
        if (response.status() != 101) {
            assertThat(response.header("Connection").orElse("")).startsWith("close");
            assertThat(socket.readToEnd()).isEmpty();
        }
        return response;
    }

    // ---- the parser of heads

    @Test
    @DisplayName(
            "H-56, H-71 (tungstenite CVE-2023-43669): a long head that dribbles in is read once, not again for each byte")
    void aLongHeadInDribbles() throws Exception {
        WebSocketServer server = server();
        RawSocket socket = test.dial(server);

        socket.dribble(handshake(server, "Upgrade: websocket", "Upgrade: websocket\r\nX-Long: " + "x".repeat(8000))
                .getBytes(StandardCharsets.ISO_8859_1));

        assertThat(socket.readResponse(false).status()).isEqualTo(101);
        socket.reset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions"})
    @DisplayName("H-28, H-34, H-35g (ws CVE-2021-32640, websocket-extensions CVE-2020-7662, CVE-2020-7663, Spring"
            + " CVE-2018-1257): no backtracking over lists of blanks, commas and quotes")
    void listsThatMakePatternsBacktrack(String field) throws Exception {
        WebSocketServer server = server();
        for (String evil : List.of(
                " ".repeat(7000) + ",",
                "a" + " ".repeat(7000) + "b",
                ",".repeat(7000),
                "a" + ";".repeat(7000),
                "a; b=\"" + "\\\\".repeat(3000),
                "a; b=\"" + "\\c".repeat(3000) + "\"",
                "a" + ", \t".repeat(2300) + "!")) {
            String request = handshake(server, "Upgrade: websocket", "Upgrade: websocket\r\n" + field + ": " + evil);
            RawSocket socket = test.dial(server);
            socket.send(request.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(socket.readResponse(true).status()).isIn(101, 400);
            socket.reset();
        }
    }

    @Test
    @DisplayName(
            "H-41, H-41b (ws CVE-2024-37890): more fields than are kept is 431, not a missing Upgrade that nobody expects")
    void moreFieldsThanAreKept() throws Exception {
        WebSocketServer server = server();
        String many = "x: y\r\n".repeat(3000);

        assertThat(status(server, handshake(server, "Upgrade: websocket", many + "Upgrade: websocket")))
                .isEqualTo(431);
        assertThat(status(server, handshake(server, "Upgrade: websocket", many.stripTrailing())))
                .isEqualTo(431);
        assertThat(status(server, handshake(server, "Upgrade: websocket", ""))).isEqualTo(426);
    }

    @Test
    @DisplayName(
            "T-01, T-02, T-03, T-03b, T-07, D-06, D-12 (slowloris): neither silence nor a byte now and then holds a"
                    + " connection beyond handshakeTimeout")
    void slowloris() throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .handshakeTimeout(Duration.ofMillis(300))
                .webSocket("/", ECHO));
        RawSocket silent = test.dial(server);
        RawSocket slow = test.dial(server);
        await("both are gone", () -> {
            try {
                slow.send(new byte[] {'G'});
            } catch (IOException gone) {
                // It was cut, which is what this waits for.
            }
            return server.stats().connections() == 0;
        });
        silent.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\r\n",
                "\n",
                "\r",
                "\r\n\r",
                "\n\r\n",
                "\0\r\n",
                "\r\n Upgrade: websocket\r\n",
                "\r\n\tfolded\r\n"
            })
    @DisplayName(
            "H-36 to H-38e, H-43 to H-45 (Undertow CVE-2026-28367, CVE-2026-28368, CVE-2026-28369): lines end with CR LF"
                    + " and with nothing else")
    void oddEndsOfLines(String end) throws Exception {
        WebSocketServer server = server();

        assertThat(status(server, handshake(server, "Upgrade: websocket", "Upgrade: websocket\r\nX: y" + end + "Z: z")))
                .isEqualTo(400);
        assertThat(status(server, " " + handshake(server, "Upgrade: websocket", "Upgrade: websocket")))
                .isEqualTo(400);
        assertThat(status(server, handshake(server, "GET / HTTP/1.1", "GET / HTTP/1.1\r\n X: y")))
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Host:",
                "Host: a b",
                "Host: a\r\nHost: a",
                "Host: a\r\nhost: b",
                "Host: a,b",
                "Host: a/b",
                "Host: user@a",
                "Host: a:b",
                "Host: a:99999",
                "Host: [::1",
                "Host: \u00e4"
            })
    @DisplayName("H-07, H-08, H-72a to H-72e (Undertow CVE-2025-12543): exactly one well-formed Host")
    void hosts(String host) throws Exception {
        WebSocketServer server = server();

        assertThat(status(server, handshake(server, "Host: localhost:" + server.port(), host)))
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length : 0",
                "Content-Length: 5",
                "Content-Length: 0\r\nContent-Length: 0",
                "Content-Length: +0",
                "Content-Length: 0x0",
                "Content-Length: 0, 0",
                "Content-Length: -1",
                "Content-Length:",
                "Content-Length: 99999999999999999999",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: \u000bchunked",
                "Content-Length: 0\r\nTransfer-Encoding: chunked"
            })
    @DisplayName(
            "H-46 to H-54 (Netty CVE-2019-16869, CVE-2026-33870, 42580 to 42585; a decode failure that was upgraded all"
                    + " the same in Netty and Java-WebSocket): nothing that announces a body is upgraded")
    void announcedBodies(String line) throws Exception {
        WebSocketServer server = server();

        RawResponse answer =
                answer(server, handshake(server, "Upgrade: websocket", "Upgrade: websocket\r\n" + line) + "0\r\n\r\n");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(server.stats().upgraded()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X Y: z", "X\u00e4: z", ": z", "X", "(x): z", "X@y: z"})
    @DisplayName("H-38 (Netty, Java-WebSocket): a head with a name that is no token is refused, not upgraded")
    void badNames(String line) throws Exception {
        WebSocketServer server = server();

        assertThat(status(server, handshake(server, "Upgrade: websocket", "Upgrade: websocket\r\n" + line)))
                .isEqualTo(400);
    }

    @Test
    @DisplayName("H-47, H-48, H-49 (Node ws): what stands behind a Content-Length is never read as frames")
    void aBodyIsNotFrames() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        WebSocketServer server =
                test.start(Endpoint.listener(WebSocketListener.onText((socket, text) -> heard.add(text))));
        byte[] frame = RawFrame.text("smuggled").masked(RawWebSocket.KEY).bytes();
        String head = handshake(server, "Upgrade: websocket", "Upgrade: websocket\r\nContent-Length: " + frame.length);
        RawSocket socket = test.dial(server);

        socket.send(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.send(frame);

        assertThat(socket.readResponse(true).status()).isEqualTo(400);
        assertThat(socket.readToEnd()).isEmpty();
        assertThat(heard).isEmpty();
    }

    // ---- what is an upgrade

    @ParameterizedTest
    @ValueSource(strings = {"7", "8", "0", "", "13, 8", "13\r\nSec-WebSocket-Version: 8", "013", "14", "99999999999"})
    @DisplayName(
            "H-14, H-14b, H-73 (Netty CVE-2026-59898): there is version 13, and no way around its checks by another one")
    void otherVersions(String version) throws Exception {
        WebSocketServer server = server();

        RawResponse answer =
                answer(server, handshake(server, "Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: " + version));

        assertThat(answer.status()).isEqualTo(426);
        assertThat(answer.header("Sec-WebSocket-Version")).contains("13");
    }

    @Test
    @DisplayName(
            "H-02 to H-15 (Undertow, Java-WebSocket, Netty, ws): Upgrade, Connection, method and version of HTTP must be"
                    + " what they must be")
    void notAnUpgrade() throws Exception {
        WebSocketServer server = server();

        assertThat(status(server, handshake(server, "Upgrade: websocket", "Upgrade: h2c")))
                .isEqualTo(426);
        assertThat(status(server, handshake(server, "Connection: Upgrade", "Connection: keep-alive")))
                .isEqualTo(426);
        assertThat(status(server, handshake(server, "GET ", "get "))).isEqualTo(405);
        assertThat(status(server, handshake(server, "GET ", "POST "))).isEqualTo(405);
        assertThat(status(server, handshake(server, "HTTP/1.1", "HTTP/1.0"))).isEqualTo(400);
        assertThat(server.stats().upgraded()).isZero();
    }

    @Test
    @DisplayName("H-52, H-64 (websocket-smuggle): behind a refused upgrade nothing is answered any more")
    void nothingBehindARefusal() throws Exception {
        WebSocketServer server = server();
        String refused = handshake(server, "Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 777");

        RawResponse answer = answer(server, refused + "GET /page HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(answer.status()).isEqualTo(426);
        assertThat(answer.header("Content-Length")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/x", "/admin/%78", "/%61dmin/x", "/admin/x?y=z", "/admin/"})
    @DisplayName("GHSA-c4j6-fc7j-m34r (Next.js): an upgrade passes the same checks, however its path is spelled")
    void noWayAroundTheHook(String target) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HandshakeHook nobody = request -> {
            asked.incrementAndGet();
            return CompletableFuture.completedFuture(HandshakeDecision.refuse(403, "Not you."));
        };
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .webSocket("/admin/*", Endpoint.listener(ECHO).handshake(nobody)));

        assertThat(status(server, handshake(server, "GET / ", "GET " + target + " ")))
                .isEqualTo(403);
        assertThat(asked).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/../x", "/open/../admin/x", "/open/%2e%2e/admin/x", "//admin/x", "/open\\..\\admin"})
    @DisplayName("GHSA-c4j6-fc7j-m34r (Next.js): no path leads out of its prefix into another")
    void noPathOutOfItsPrefix(String target) throws Exception {
        WebSocketServer server = test.start(
                WebSocketServer.builder().loops(1).webSocket("/admin/*", ECHO).webSocket("/open/*", ECHO));

        assertThat(status(server, handshake(server, "GET / ", "GET " + target + " ")))
                .isIn(400, 404);
    }

    // ---- what is written into answers

    @Test
    @DisplayName(
            "H-27, H-65 (Vert.x CVE-2018-12537, Netty CVE-2025-67735, 42578, autobahn-python CVE-2020-35678): no text of"
                    + " the peer, and no line break of ours, gets into an answer")
    void nothingSplitsOrReflects() throws Exception {
        HandshakeHook splitting = request -> CompletableFuture.completedFuture(HandshakeDecision.accept()
                .header("X-Name", request.queryParameter("name").orElse("none")));
        WebSocketServer server =
                test.start(Endpoint.listener(ECHO).subprotocols("chat").handshake(splitting));

        RawResponse split = answer(server, handshake(server, "GET / ", "GET /?name=a%0d%0aSet-Cookie:%20b=c "));
        assertThat(split.status()).isEqualTo(500);
        assertThat(split.header("Set-Cookie")).isEmpty();
        RawResponse reflected =
                answer(server, handshake(server, "GET / ", "GET /marker-in-the-path?redirect=marker-in-the-query "));
        assertThat(reflected.status()).isEqualTo(404);
        assertThat(reflected.toString() + reflected.text()).doesNotContain("marker");
        RawSocket socket = test.dial(server);
        socket.send(handshake(server, "Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Protocol: CHAT, chat")
                .getBytes(StandardCharsets.ISO_8859_1));
        assertThat(socket.readResponse(false).header("Sec-WebSocket-Protocol")).contains("chat");
        socket.reset();
    }

    @Test
    @DisplayName("H-16 (Java-WebSocket): blanks around a value do not belong to it")
    void blanksAroundValues() throws Exception {
        WebSocketServer server = server();
        RawSocket socket = test.dial(server);

        socket.send(handshake(
                        server,
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Key:\t dGhlIHNhbXBsZSBub25jZQ== \t ")
                .getBytes(StandardCharsets.ISO_8859_1));

        RawWebSocket.open(socket).closeHandshake(1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Key:",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZSE=",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZR==",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q==",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
            })
    @DisplayName("H-17 to H-21b (most servers): exactly one key of exactly 16 bytes")
    void keys(String line) throws Exception {
        WebSocketServer server = server();

        assertThat(status(server, handshake(server, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", line)))
                .isEqualTo(400);
        assertThat(status(
                        server,
                        handshake(
                                server,
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                "Sec-WebSocket-Key: " + "A".repeat(4096))))
                .isEqualTo(400);
    }

    @Test
    @DisplayName("H-57, H-58 (Netty): frames that came before the 101 are heard")
    void earlyData() throws Exception {
        WebSocketServer server = server();
        RawSocket socket = test.dial(server);
        byte[] head =
                handshake(server, "Upgrade: websocket", "Upgrade: websocket").getBytes(StandardCharsets.ISO_8859_1);
        byte[] frame = RawFrame.text("early").masked(RawWebSocket.KEY).bytes();
        byte[] both = java.util.Arrays.copyOf(head, head.length + frame.length);
        System.arraycopy(frame, 0, both, head.length, frame.length);

        socket.send(both);

        RawWebSocket peer = RawWebSocket.open(socket);
        assertThat(peer.readText()).isEqualTo("early");
        peer.closeHandshake(1000);
    }

    @Test
    @DisplayName("libwebsockets CVE-2025-11677: a refusal of the hook leaves nothing behind, at once or later")
    void aRefusalByTheHook() throws Exception {
        List<CompletableFuture<HandshakeDecision>> undecided = new CopyOnWriteArrayList<>();
        HandshakeHook later = request -> {
            CompletableFuture<HandshakeDecision> decision = new CompletableFuture<>();
            undecided.add(decision);
            return decision;
        };
        WebSocketServer server = test.start(Endpoint.listener(ECHO).handshake(later));
        RawSocket patient = test.dial(server);
        RawSocket impatient = test.dial(server);
        byte[] head =
                handshake(server, "Upgrade: websocket", "Upgrade: websocket").getBytes(StandardCharsets.ISO_8859_1);
        patient.send(head);
        impatient.send(head);
        await("both ask", () -> undecided.size() == 2);
        impatient.reset();

        undecided.forEach(decision -> decision.complete(HandshakeDecision.refuse(401, "Who are you?")));

        assertThat(patient.readResponse(true).status()).isEqualTo(401);
        assertThat(patient.readToEnd()).isEmpty();
        await("nothing is left", () -> server.stats().connections() == 0);
    }

    // ---- who may connect

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "http://localhost",
                "http://localhost:PORT.evil.example",
                "http://localhost.evil.example:PORT",
                "http://evil-localhost:PORT",
                "http://localhost:PORT@evil.example",
                "http://localhost:PORT/path",
                "null",
                "*",
                "file://",
                "http://app.example.evil.example",
                "http://xapp.example",
                "https://app.example:8443"
            })
    @DisplayName(
            "H-68 (CWE-1385: code-server CVE-2023-26114, Gitpod CVE-2023-0957, webpack-dev-server CVE-2018-14732, Vite"
                    + " CVE-2025-24010, Spring GraphQL CVE-2026-41700): no page of another origin, however alike, opens a connection")
    void foreignOrigins(String origin) throws Exception {
        WebSocketServer server = test.start(Endpoint.listener(ECHO).origins(Origins.sameOr("https://app.example")));
        String named = origin.replace("PORT", String.valueOf(server.port()));

        assertThat(status(server, handshake(server, "Upgrade: websocket", "Upgrade: websocket\r\nOrigin: " + named)))
                .isEqualTo(403);
        RawSocket own = test.dial(server);
        own.send(handshake(
                        server, "Upgrade: websocket", "Upgrade: websocket\r\nOrigin: http://localhost:" + server.port())
                .getBytes(StandardCharsets.ISO_8859_1));
        RawWebSocket.open(own).closeHandshake(1000);
    }

    @Test
    @DisplayName("H-72 (DNS rebinding): a name that only points to the server's address is turned away, pages as well")
    void dnsRebinding() throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .allowedHosts("localhost", "127.0.0.1")
                .get("/page", Resource.text("a page"))
                .webSocket("/", ECHO));
        String host = "Host: localhost:" + server.port();
        String rebound = "Host: evil.example:" + server.port() + "\r\nOrigin: http://evil.example:" + server.port();

        assertThat(status(server, handshake(server, host, rebound))).isEqualTo(421);
        assertThat(status(server, "GET /page HTTP/1.1\r\nHost: evil.example\r\n\r\n"))
                .isEqualTo(421);
        RawSocket own = test.dial(server);
        own.send(handshake(server, host, host + "\r\nOrigin: http://localhost:" + server.port())
                .getBytes(StandardCharsets.ISO_8859_1));
        RawWebSocket.open(own).closeHandshake(1000);
        assertThat(server.stats().refused()).isEqualTo(2);
    }
}
