package dev.gibbon.protocol.handshake;

import static dev.gibbon.protocol.handshake.Answers.answer;
import static dev.gibbon.protocol.handshake.Answers.assertRefused;
import static dev.gibbon.protocol.handshake.Answers.changed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.RequestHeadParser.Result;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What was done to other servers before, each from the bytes of the attack to the bytes of the answer. The rules have
 * tests of their own, class by class; these are here so that no attack is lost when a rule moves.
 */
class HandshakeAttacksTest {

    @Test
    void theHandshakeWithoutAnAttackIsAccepted() {
        assertThat(answer(Heads.handshake().bytes())).startsWith("HTTP/1.1 101 ");
    }

    // ---- Tokens that only look right.

    @ParameterizedTest
    @ValueSource(
            strings = {"Upgrade: h2c", "Upgrade: websockets", "Upgrade: notwebsocket", "Upgrade: websocket/8", "X: y"})
    void anUpgradeToSomethingElse(String line) {
        assertRefused(Heads.handshake().replace("Upgrade: x").bytes(), 426);
        assertRefused(changed("Upgrade: websocket", line), 426);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Connection: keep-alive", "Connection: close", "Connection: notUpgrade", "Connection:", "X: y"})
    void anUpgradeThatTheConnectionFieldDoesNotName(String line) {
        assertRefused(changed("Connection: Upgrade", line), 426);
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "Get", "POST", "OPTIONS", "HEAD", "CONNECT", "GETX"})
    void anotherMethod(String method) {
        assertRefused(changed("GET ", method + " "), 405);
    }

    @Test
    void anotherHttpVersion() {
        assertRefused(changed("HTTP/1.1", "HTTP/1.0"), 400);
        assertRefused(changed("HTTP/1.1", "HTTP/2.0"), 505);
        assertRefused(changed("HTTP/1.1", "HTTP/0.9"), 505);
        assertRefused(changed("HTTP/1.1", "HTTP/1.2"), 505);
        assertRefused(changed(" HTTP/1.1", ""), 400);
        assertRefused(changed("HTTP/1.1", "http/1.1"), 400);
    }

    /** The drafts had their own rules; servers that kept them skipped the new ones. */
    @ParameterizedTest
    @ValueSource(strings = {"0", "6", "7", "8", "14", "255", "13, 8", "013", ""})
    void aDraftOfTheProtocol(String version) {
        byte[] bytes = changed("Version: 13", "Version: " + version);
        assertRefused(bytes, 426);
        assertThat(answer(bytes)).contains("\r\nSec-WebSocket-Version: 13\r\n");
    }

    @Test
    void theDraftWithTwoKeysAndABodyOfEightBytes() {
        byte[] head = Heads.head(
                "GET /demo HTTP/1.1",
                "Host: example.com",
                "Connection: Upgrade",
                "Sec-WebSocket-Key2: 12998 5 Y3 1  .P00",
                "Upgrade: WebSocket",
                "Sec-WebSocket-Key1: 4 @1  46546xW%0l 1 5",
                "Origin: http://example.com");
        assertRefused(Heads.latin1(Heads.latin1(head) + "^n:ds[4U"), 426);
    }

    @Test
    void severalVersions() {
        assertRefused(Heads.handshake().with("Sec-WebSocket-Version: 13").bytes(), 426);
        assertRefused(Heads.handshake().without("Sec-WebSocket-Version").bytes(), 426);
    }

    @Test
    void keysThatAreNone() {
        for (String key : new String[] {
            "",
            "x",
            "A".repeat(4096),
            "AAAAAAAAAAAAAAAAAAAAAB==",
            "AAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAA==" + ",AAAAAAAAAAAAAAAAAAAAAA=="
        }) {
            assertRefused(changed(Heads.KEY, key), 400);
        }
        assertRefused(Heads.handshake().with("Sec-WebSocket-Key: " + Heads.KEY).bytes(), 400);
        assertRefused(Heads.handshake().without("Sec-WebSocket-Key").bytes(), 400);
    }

    @Test
    void blanksAroundAValueAreLegal() {
        assertThat(answer(changed(Heads.KEY, "\t " + Heads.KEY + " \t"))).startsWith("HTTP/1.1 101 ");
    }

    // ---- Resources.

    @Test
    void aHeadThatNeverEnds() {
        RequestHeadParser parser = new RequestHeadParser();
        ByteBuffer piece = ByteBuffer.wrap(Heads.latin1("X-Header: and so on\r\n"));
        parser.parse(ByteBuffer.wrap(Heads.latin1("GET / HTTP/1.1\r\n")));
        int pieces = 0;
        while (parser.parse(piece.rewind()) == Result.NEEDS_BYTES) {
            pieces++;
        }
        assertThat(pieces).isEqualTo(100);
        assertThat(parser.refusal().status()).isEqualTo(431);
    }

    @Test
    void aLineThatNeverEnds() {
        assertRefused(Heads.latin1("A".repeat(100_000)), 414);
        assertRefused(Heads.latin1("GET /" + "a".repeat(100_000)), 414);
        assertRefused(Heads.latin1("GET / HTTP/1.1\r\n" + "a".repeat(100_000)), 431);
        assertRefused(Heads.latin1("GET / HTTP/1.1\r\nX:" + " ".repeat(100_000)), 431);
        assertRefused(Heads.latin1("GET / HTTP/1.1\r\nX: " + "a".repeat(100_000)), 431);
    }

    @Test
    void twoHundredKilobytesOfFields() {
        assertRefused(Heads.latin1("GET / HTTP/1.1\r\n" + ("X: " + "a".repeat(2000) + "\r\n").repeat(100)), 431);
    }

    /** With more fields than it keeps, a server once lost Upgrade and stumbled over its absence. */
    @Test
    void fieldsThatPushUpgradeOverTheLimit() {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 95; i++) {
            many.add("X-" + i + ": y");
        }
        assertThat(answer(Heads.handshake().with(many.toArray(String[]::new)).bytes()))
                .startsWith("HTTP/1.1 101 ");
        many.add("One-More: y");
        assertRefused(Heads.handshake().with(many.toArray(String[]::new)).bytes(), 431);
    }

    @Test
    void emptyLinesForEver() {
        assertRefused(Heads.latin1("\r\n".repeat(10_000)), 400);
    }

    @Test
    void aHeadSentByteByByteForEver() {
        RequestHeadParser parser = new RequestHeadParser();
        byte[] bytes = Heads.latin1("GET / HTTP/1.1\r\nX: " + "a".repeat(8000));
        for (byte octet : bytes) {
            assertThat(parser.parse(ByteBuffer.wrap(new byte[] {octet}))).isEqualTo(Result.NEEDS_BYTES);
        }
        // The deadline is not ours to keep; that it began is ours to say.
        assertThat(parser.hasBegun()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,", ",", "\"\\", "a;b=\"", "a; ", " \t", "a a,"})
    void listsThatMadePatternsBacktrack(String piece) {
        String value = piece.repeat(8000 / piece.length());
        byte[] bytes = Heads.handshake()
                .with("Sec-WebSocket-Extensions: x" + value)
                .without("Connection")
                .with("Connection: " + value + ", Upgrade")
                .bytes();
        assertThat(answer(bytes)).isNotNull();
        assertThat(answer(Heads.handshake()
                        .with("Sec-WebSocket-Protocol: " + value)
                        .bytes()))
                .startsWith("HTTP/1.1 400 ");
    }

    // ---- Reflection.

    @Test
    void aSubprotocolIsNotAWayIntoTheAnswer() {
        assertThat(answer(Heads.handshake()
                        .with("Sec-WebSocket-Protocol: x, chat, y")
                        .bytes()))
                .contains("\r\nSec-WebSocket-Protocol: chat\r\n");
        assertThat(answer(
                        Heads.handshake().with("Sec-WebSocket-Protocol: other").bytes()))
                .startsWith("HTTP/1.1 101 ")
                .doesNotContain("other");
        for (String offer : new String[] {"chat\rX: y", "chat\nX: y", "chat\r X: y", "chat X: y", "chat:y"}) {
            assertRefused(
                    Heads.handshake().with("Sec-WebSocket-Protocol: " + offer).bytes(), 400);
        }
    }

    /** A mark in every place that a peer fills; none may come back. */
    @Test
    void nothingOfTheRequestComesBack() {
        String mark = "zqxjk";
        List<byte[]> requests = List.of(
                Heads.latin1(mark + " / HTTP/1.1\r\nHost: a\r\n\r\n"),
                Heads.latin1("GET /" + mark + "\\ HTTP/1.1\r\nHost: a\r\n\r\n"),
                Heads.latin1("GET /?" + mark + "# HTTP/1.1\r\nHost: a\r\n\r\n"),
                Heads.latin1("GET / HTTP/" + mark + "\r\nHost: a\r\n\r\n"),
                Heads.latin1("GET / HTTP/1.1\r\n" + mark + "\r\n\r\n"),
                Heads.latin1("GET / HTTP/1.1\r\n" + mark + " : x\r\n\r\n"),
                Heads.latin1("GET / HTTP/1.1\r\nX: " + mark + "\u0000\r\n\r\n"),
                Heads.latin1("GET / HTTP/1.1\r\nHost: " + mark + " a\r\n\r\n"),
                Heads.handshake()
                        .requestLine("GET /" + mark + "?" + mark + " HTTP/1.1")
                        .bytes(),
                Heads.handshake().replace("Host: " + mark).bytes(),
                Heads.handshake().with("X: " + mark, mark + ": x").bytes(),
                Heads.handshake().with("Sec-WebSocket-Protocol: " + mark).bytes(),
                Heads.handshake().with("Sec-WebSocket-Extensions: " + mark).bytes(),
                Heads.handshake()
                        .with("Sec-WebSocket-Extensions: " + mark + "=")
                        .bytes(),
                Heads.handshake().replace("Sec-WebSocket-Key: " + mark).bytes(),
                Heads.handshake().replace("Sec-WebSocket-Version: " + mark).bytes(),
                Heads.handshake().replace("Upgrade: " + mark).bytes(),
                Heads.handshake().replace("Connection: " + mark).bytes(),
                Heads.handshake().with("Content-Length: " + mark).bytes(),
                Heads.handshake().with("Transfer-Encoding: " + mark).bytes(),
                Heads.handshake().with("Cookie: " + mark + "=" + mark).bytes(),
                Heads.handshake().with("Origin: http://" + mark + "/").bytes(),
                Heads.handshake().with("Origin: " + mark).bytes());
        for (byte[] request : requests) {
            assertThat(answer(request)).isNotNull().doesNotContainIgnoringCase(mark);
        }
    }

    @Test
    void anOriginComesBackOnlyAsAName() {
        String named =
                answer(Heads.handshake().with("Origin: http://evil.example:81").bytes());
        assertThat(named)
                .startsWith("HTTP/1.1 403 ")
                .contains("http://evil.example:81")
                .contains("server.example.com");
        for (String origin : new String[] {
            "http://<script>", "http://a\u001b[31m", "http://a\" onload", "http://a/%0d%0a", "http://\u00e4"
        }) {
            byte[] bytes = Heads.handshake().with("Origin: " + origin).bytes();
            String body = answer(bytes);
            assertThat(body).doesNotContain("<", "\u001b", "\"", "%", "\u00e4");
            assertThat(body.substring(9, 12)).isIn("403", "400");
        }
    }

    // ---- Other people's pages.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "http://server.example.com.evil.example",
                "http://evil-server.example.com",
                "http://server.example.comevil.example",
                "http://server.example.com:81",
                "http://server.example.com@evil.example",
                "http://evil.example/server.example.com",
                "http://evil.example?server.example.com",
                "http://evil.example#server.example.com",
                "ftp://server.example.com",
                "null",
                "http://server.example.com, http://evil.example",
                "http://server.example.com http://evil.example"
            })
    void aPageOfAnotherOriginIsRefused(String origin) {
        assertRefused(Heads.handshake().with("Origin: " + origin).bytes(), 403);
    }

    @Test
    void twoOriginsAreRefused() {
        assertRefused(
                Heads.handshake()
                        .with("Origin: http://server.example.com", "Origin: http://evil.example")
                        .bytes(),
                400);
    }

    // ---- Files.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../etc/passwd",
                "/..%2f..%2fetc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..\\..\\windows",
                "/..%5c..%5cwindows",
                "/%c0%ae%c0%ae/etc/passwd",
                "/index.html%00.png",
                "/a/./../b",
                "/%252e%252e%2f"
            })
    void pathsThatLeaveTheirFolder(String path) {
        assertRefused(changed("/chat", path), 400);
    }
}
