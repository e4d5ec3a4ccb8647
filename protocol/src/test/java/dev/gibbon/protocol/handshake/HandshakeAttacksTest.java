package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.Heads.Outcome;
import dev.gibbon.protocol.handshake.OpeningHandshake.PlainRequest;
import dev.gibbon.protocol.handshake.OpeningHandshake.Refused;
import dev.gibbon.protocol.handshake.OpeningHandshake.Upgrade;
import dev.gibbon.protocol.handshake.OpeningHandshake.Verdict;
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

    /** What a server answers to these bytes; null if it would wait for more. */
    private static String answer(byte[] bytes) {
        Outcome outcome = Heads.feed(bytes);
        if (outcome.result() == Result.NEEDS_BYTES) {
            return null;
        }
        if (outcome.result() == Result.REFUSED) {
            return Heads.latin1(ResponseHead.refusal(outcome.refusal(), true));
        }
        Verdict verdict = new OpeningHandshake().judge(outcome.head());
        Refusal origin = OriginPolicy.sameOrigin().check(outcome.head(), false);
        if (verdict instanceof Refused refused) {
            return Heads.latin1(ResponseHead.refusal(refused.refusal(), true));
        }
        if (verdict instanceof PlainRequest) {
            return Heads.latin1(ResponseHead.refusal(OpeningHandshake.upgradeRequired(), true));
        }
        if (origin != null) {
            return Heads.latin1(ResponseHead.refusal(origin, true));
        }
        Upgrade upgrade = (Upgrade) verdict;
        String subprotocol = Subprotocols.choose(List.of("chat"), upgrade.subprotocols());
        return Heads.latin1(ResponseHead.switchingProtocols(upgrade, subprotocol, List.of()));
    }

    private static void assertRefused(byte[] bytes, int status) {
        assertThat(answer(bytes))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\r\nConnection: close")
                .contains("\r\nContent-Length: ");
    }

    /** The handshake with a text in the place of another. */
    private static byte[] changed(String from, String to) {
        String head = Heads.latin1(Heads.handshake().bytes());
        assertThat(head).contains(from);
        return Heads.latin1(head.replace(from, to));
    }

    @Test
    void theHandshakeWithoutAnAttackIsAccepted() {
        assertThat(answer(Heads.handshake().bytes())).startsWith("HTTP/1.1 101 ");
    }

    // ---- Smuggling by spelling: what two parsers read in two ways.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: websocket\n",
                "Upgrade: websocket\r",
                "Upgrade: websocket\r\r\n",
                "Upgrade: websocket\n\r",
                "Upgrade: websocket\u0000\r\n",
                "Upgrade: web\u0000socket\r\n",
                "Upgrade\u0000: websocket\r\n",
                "Upgrade : websocket\r\n",
                "Upgrade\t: websocket\r\n",
                "Upgrade:\r\n websocket\r\n",
                "Upgrade:\r\n\twebsocket\r\n",
                " Upgrade: websocket\r\n",
                "\tUpgrade: websocket\r\n",
                "Upgrade websocket\r\n",
                ": websocket\r\nUpgrade: websocket\r\n",
                "Upgrade: websocket\u000b\r\n",
                "Upgrade: websocket\u000c\r\n",
                "Upgr\u00e4de: websocket\r\n",
                "Upgrade: websocket\r\n\n"
            })
    void smugglingByALineThatTwoParsersReadDifferently(String line) {
        assertRefused(changed("Upgrade: websocket\r\n", line), 400);
    }

    @Test
    void smugglingByABlankBeforeTheFirstField() {
        assertRefused(changed("HTTP/1.1\r\nHost", "HTTP/1.1\r\n Host"), 400);
    }

    @Test
    void smugglingByAnEmptyLineOfBareLineFeeds() {
        assertRefused(changed("Version: 13\r\n\r\n", "Version: 13\n\n"), 400);
        assertRefused(changed("Version: 13\r\n\r\n", "Version: 13\r\n\n"), 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5",
                "Content-Length: 05",
                "Content-Length: +0",
                "Content-Length: 0x0",
                "Content-Length: 0, 0",
                "Content-Length: 0\r\nContent-Length: 0",
                "Content-Length: 0\r\nContent-Length: 5",
                "Content-Length:",
                "Content-Length: -5",
                "Content-Length: 18446744073709551616",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
                "Transfer-Encoding:\u000bchunked",
                "Transfer-Encoding : chunked",
                "Content-Length : 5",
                "Content Length: 5",
                "X: y\r\n Transfer-Encoding: chunked"
            })
    void smugglingByABodyOnTheUpgrade(String lines) {
        assertRefused(Heads.handshake().with(lines).bytes(), 400);
    }

    @Test
    void theBodyOfAnUpgradeIsNeverReadAsFrames() {
        byte[] head = Heads.handshake().with("Content-Length: 7").bytes();
        byte[] bytes = Heads.latin1(Heads.latin1(head) + "\u0081\u0081\u0000\u0000\u0000\u0000a");
        assertRefused(bytes, 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: a\r\nHost: b",
                "Host: server.example.com\r\nHost: server.example.com",
                "Host:",
                "Host: a, b",
                "Host: a b",
                "Host: user@a",
                "Host: a/b",
                "Host: a:x",
                "Host: a:99999",
                "Host: a\u0000",
                "Host: a?",
                "Host: [a]",
                "Host : a"
            })
    void confusionOfVirtualHosts(String line) {
        assertRefused(changed("Host: server.example.com", line), 400);
    }

    @Test
    void confusionOfVirtualHostsByTheTarget() {
        assertRefused(changed("GET /chat", "GET http://other.example/chat"), 400);
        assertRefused(changed("GET /chat", "GET http://server.example.com@other.example/chat"), 400);
    }

    @Test
    void aRequestWithoutAHost() {
        assertRefused(Heads.handshake().without("Host").bytes(), 400);
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

    // ---- Behind the head.

    @Test
    void framesRightBehindTheHeadAreKept() {
        byte[] head = Heads.handshake().bytes();
        Outcome outcome = Heads.feed(Heads.latin1(head) + "\u0089\u0080\u0001\u0002\u0003\u0004");
        assertThat(outcome.result()).isEqualTo(Result.COMPLETE);
        assertThat(outcome.consumed()).isEqualTo(head.length);
    }

    /** A proxy that believes any answer to an upgrade is one lets a second request through on the same connection. */
    @Test
    void aSecondRequestBehindARefusedUpgradeIsNotRead() {
        String second = "GET /admin HTTP/1.1\r\nHost: internal\r\n\r\n";
        byte[] refused = Heads.latin1(Heads.latin1(changed("Version: 13", "Version: 777")) + second);
        assertRefused(refused, 426);
        byte[] broken = Heads.latin1(Heads.latin1(changed("HTTP/1.1", "HTTP/1.1 ")) + second);
        RequestHeadParser parser = new RequestHeadParser();
        ByteBuffer in = ByteBuffer.wrap(broken);
        assertThat(parser.parse(in)).isEqualTo(Result.REFUSED);
        assertThat(parser.parse(in)).isEqualTo(Result.REFUSED);
        assertThat(parser.parse(ByteBuffer.wrap(Heads.latin1(second)))).isEqualTo(Result.REFUSED);
    }

    @Test
    void aFaultInTheHeadNeverReachesTheHandshake() {
        for (String line : new String[] {"X Y: z", "X: \u0001", "(: z", "X: y\nZ: a"}) {
            Outcome outcome = Heads.feed(Heads.handshake().with(line).bytes());
            assertThat(outcome.head()).isNull();
            outcome.refused(400);
        }
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
