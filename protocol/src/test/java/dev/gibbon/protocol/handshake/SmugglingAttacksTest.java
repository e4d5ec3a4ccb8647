package dev.gibbon.protocol.handshake;

import static dev.gibbon.protocol.handshake.Answers.assertRefused;
import static dev.gibbon.protocol.handshake.Answers.changed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.Heads.Outcome;
import dev.gibbon.protocol.handshake.RequestHeadParser.Result;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that a proxy and a server read in two ways, each from the bytes of the attack to the bytes of the answer.
 */
class SmugglingAttacksTest {

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
}
