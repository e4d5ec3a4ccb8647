package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gibbon.protocol.handshake.OpeningHandshake.Upgrade;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {

    private final Upgrade upgrade = (Upgrade) Heads.judge(
            Heads.handshake().with("Sec-WebSocket-Protocol: chat, superchat").bytes());

    @Test
    void acceptsAnUpgrade() {
        byte[] head = ResponseHead.switchingProtocols(upgrade);
        assertThat(text(head)).isEqualTo("""
                        HTTP/1.1 101 Switching Protocols
                        Upgrade: websocket
                        Connection: Upgrade
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=

                        """);
        assertThat(head).hasSize(129);
        assertThat(ResponseHead.switchingProtocols(upgrade, null, List.of())).isEqualTo(head);
        assertThat(ResponseHead.switchingProtocols(upgrade)).isNotSameAs(head).isEqualTo(head);
    }

    @Test
    void acceptsAnUpgradeWithMore() {
        assertThat(text(ResponseHead.switchingProtocols(
                        upgrade, "superchat", List.of(new HeaderField("Set-Cookie", "a=b")))))
                .isEqualTo("""
                        HTTP/1.1 101 Switching Protocols
                        Upgrade: websocket
                        Connection: Upgrade
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
                        Sec-WebSocket-Protocol: superchat
                        Set-Cookie: a=b

                        """);
        assertThat(text(ResponseHead.switchingProtocols(upgrade, null, List.of(new HeaderField("X", "y")))))
                .endsWith("xOo=\nX: y\n\n");
        assertThat(text(ResponseHead.switchingProtocols(upgrade, "chat", List.of())))
                .endsWith("xOo=\nSec-WebSocket-Protocol: chat\n\n");
        assertThat(text(ResponseHead.switchingProtocols(upgrade, null, "permessage-deflate", List.of())))
                .endsWith("xOo=\nSec-WebSocket-Extensions: permessage-deflate\n\n");
        assertThat(text(ResponseHead.switchingProtocols(
                        upgrade, "chat", "permessage-deflate", List.of(new HeaderField("X", "y")))))
                .endsWith("Protocol: chat\nSec-WebSocket-Extensions: permessage-deflate\nX: y\n\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Chat", "other", "chat, superchat", "chat\r\nX: y", ""})
    void choosesAmongTheOfferedOnly(String subprotocol) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResponseHead.switchingProtocols(upgrade, subprotocol, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "upgrade",
                "CONNECTION",
                "sec-websocket-accept",
                "Sec-WebSocket-Protocol",
                "Sec-WebSocket-Extensions",
                "Sec-WebSocket-Version",
                "Content-Length",
                "Transfer-Encoding"
            })
    void theHandshakeDecidesItsOwnFields(String name) {
        List<HeaderField> fields = List.of(new HeaderField("X", "y"), new HeaderField(name, "1"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResponseHead.switchingProtocols(upgrade, null, fields))
                .withMessageContaining("is set by the library");
    }

    @Test
    void aRefusalIsWholeAndCloses() {
        Refusal refusal = new Refusal(503, "Too many connections.").with("Retry-After", "5");
        assertThat(text(ResponseHead.refusal(refusal, true))).isEqualTo("""
                        HTTP/1.1 503 Service Unavailable
                        Retry-After: 5
                        Content-Type: text/plain; charset=utf-8
                        Content-Length: 22
                        Connection: close

                        Too many connections.
                        """);
    }

    @Test
    void aRefusalOfAHeadHasTheLengthAndNoBody() {
        assertThat(text(ResponseHead.refusal(new Refusal(404, "Nothing is here."), false)))
                .isEqualTo("""
                        HTTP/1.1 404 Not Found
                        Content-Type: text/plain; charset=utf-8
                        Content-Length: 17
                        Connection: close

                        """);
    }

    /** RFC 9110, 7.8: Upgrade is a field of the connection, and must be named as one. */
    @Test
    void aRefusalThatAsksForAnUpgradeNamesIt() {
        assertThat(text(ResponseHead.refusal(OpeningHandshake.upgradeRequired(), true)))
                .startsWith("HTTP/1.1 426 Upgrade Required\nUpgrade: websocket\n")
                .contains("\nConnection: close, Upgrade\n\n");
    }

    @Test
    void theLengthOfARefusalIsInBytes() {
        byte[] bytes = ResponseHead.refusal(new Refusal(400, "\u00c4 \u20ac \uD83D\uDC12"), true);
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertThat(text).contains("Content-Length: 12\r\n").endsWith("\r\n\r\n\u00c4 \u20ac \uD83D\uDC12\n");
    }

    @Test
    void theMessageOfARefusalCannotEndItsHead() {
        byte[] bytes = ResponseHead.refusal(new Refusal(400, "a\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), true);
        assertThat(text(bytes)).contains("Content-Length: 25\n");
    }

    @Test
    void aPage() {
        assertThat(text(ResponseHead.page(
                        200,
                        "text/html; charset=utf-8",
                        5_000_000_000L,
                        "\"v1\"",
                        true,
                        List.of(new HeaderField("Content-Security-Policy", "default-src 'self'")))))
                .isEqualTo("""
                        HTTP/1.1 200 OK
                        Content-Type: text/html; charset=utf-8
                        Content-Length: 5000000000
                        ETag: "v1"
                        Content-Security-Policy: default-src 'self'

                        """);
        assertThat(text(ResponseHead.page(404, "text/plain", 0, null, false, List.of())))
                .isEqualTo("""
                        HTTP/1.1 404 Not Found
                        Content-Type: text/plain
                        Content-Length: 0
                        Connection: close

                        """);
    }

    @Test
    void aPageThatIsKnownAlready() {
        assertThat(text(ResponseHead.notModified("\"v1\"", true, List.of()))).isEqualTo("""
                        HTTP/1.1 304 Not Modified
                        ETag: "v1"

                        """);
        assertThat(text(ResponseHead.notModified(null, false, List.of(new HeaderField("Vary", "X")))))
                .isEqualTo("""
                        HTTP/1.1 304 Not Modified
                        Connection: close
                        Vary: X

                        """);
    }

    @Test
    void aPageHasNoTextThatCouldEndALine() {
        for (String bad : List.of("a\r\nX: y", "a\n", "\u0000", "\u0141", "a\u007f")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ResponseHead.page(200, bad, 0, null, true, List.of()));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ResponseHead.page(200, "text/plain", 0, bad, true, List.of()));
            assertThatIllegalArgumentException().isThrownBy(() -> ResponseHead.notModified(bad, true, List.of()));
            assertThatIllegalArgumentException().isThrownBy(() -> new ResponseHead(200).field("X", bad));
            assertThatIllegalArgumentException().isThrownBy(() -> new ResponseHead(200).field(bad, "x"));
        }
    }

    @Test
    void aPageIsDelimitedByTheLibrary() {
        List<HeaderField> fields = List.of(new HeaderField("content-length", "5"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResponseHead.page(200, "text/plain", 0, null, true, fields));
        assertThatIllegalArgumentException().isThrownBy(() -> ResponseHead.notModified(null, true, fields));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ResponseHead.page(200, "text/plain", -1, null, true, List.of()));
    }

    @Test
    void anyOtherHead() {
        assertThat(text(new ResponseHead(302)
                        .field("Location", "/x")
                        .fields(List.of(new HeaderField("A", ""), new HeaderField("B", "c\td")))
                        .toBytes()))
                .isEqualTo("HTTP/1.1 302 Found\nLocation: /x\nA: \nB: c\td\n\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 99, 600, 1000})
    void aStatusHasThreeDigits(int status) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ResponseHead(status));
    }

    @Test
    void everyStatusHasALine() {
        for (int status = 100; status < 600; status++) {
            assertThat(text(new ResponseHead(status).toBytes())).matches("HTTP/1\\.1 " + status + " [A-Z a-z]*\n\n");
        }
    }

    @Test
    void aLongHeadGrows() {
        String value = "v".repeat(10_000);
        byte[] head = new ResponseHead(200)
                .field("A", "b")
                .field("Long", value)
                .field("C", "d")
                .toBytes();
        assertThat(text(head)).isEqualTo("HTTP/1.1 200 OK\nA: b\nLong: " + value + "\nC: d\n\n");
    }

    private static String text(byte[] bytes) {
        String text = Heads.latin1(bytes);
        assertThat(text.replace("\r\n", "")).doesNotContain("\r");
        return text.replace("\r\n", "\n");
    }
}
