package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.Heads.HandshakeLines;
import dev.gibbon.protocol.handshake.OpeningHandshake.PlainRequest;
import dev.gibbon.protocol.handshake.OpeningHandshake.Refused;
import dev.gibbon.protocol.handshake.OpeningHandshake.Upgrade;
import dev.gibbon.protocol.handshake.OpeningHandshake.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningHandshakeTest {

    @Test
    void acceptsTheHandshakeOfTheRfc() {
        Upgrade upgrade = upgrade(
                Heads.handshake().with("Origin: http://example.com", "Sec-WebSocket-Protocol: chat, superchat"));
        assertThat(upgrade.accept()).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(upgrade.subprotocols()).containsExactly("chat", "superchat");
        assertThat(upgrade.extensions()).isEmpty();
    }

    @Test
    void offersMayBeAbsent() {
        Upgrade upgrade = upgrade(Heads.handshake());
        assertThat(upgrade.subprotocols()).isEmpty();
        assertThat(upgrade.extensions()).isEmpty();
    }

    @Test
    void extensionsAreOffers() {
        Upgrade upgrade = upgrade(Heads.handshake().with("Sec-WebSocket-Extensions: a; b=1, c"));
        assertThat(upgrade.extensions()).extracting(ExtensionOffer::name).containsExactly("a", "c");
    }

    @Test
    void oneInstanceJudgesManyRequests() {
        OpeningHandshake handshake = new OpeningHandshake(new AcceptKey());
        RequestHead head = Heads.parsed(Heads.handshake().bytes());
        for (int i = 0; i < 3; i++) {
            assertThat(((Upgrade) handshake.judge(head)).accept()).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: upgrade",
                "Connection: keep-alive, Upgrade",
                "Connection: UPGRADE,keep-alive",
                "Connection: ,\tupgrade ,,",
                "Connection: close, Upgrade",
                "Upgrade: WebSocket",
                "Upgrade: WEBSOCKET",
                "Upgrade: h2c, websocket",
                "Upgrade: websocket ,foo/2",
                "Sec-WebSocket-Version:13",
                "Sec-WebSocket-Version: \t13\t ",
                "Sec-WebSocket-Key: \tdGhlIHNhbXBsZSBub25jZQ==  "
            })
    void acceptsOtherSpellings(String line) {
        upgrade(Heads.handshake().replace(line));
    }

    @Test
    void acceptsListsInSeveralFields() {
        upgrade(Heads.handshake()
                .replace("Connection: keep-alive")
                .with("connection: Upgrade")
                .replace("Upgrade: foo")
                .with("UPGRADE: websocket"));
    }

    @Test
    void acceptsNamesInAnyCase() {
        byte[] head = Heads.handshake().bytes();
        Heads.judge(Heads.latin1(Heads.latin1(head)
                .replace("Upgrade:", "uPGRADE:")
                .replace("Sec-WebSocket", "sec-websocket")
                .replace("Host", "HOST")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: h2c",
                "Upgrade: websocket/13",
                "Upgrade: websockets",
                "Upgrade: \"websocket\"",
                "Upgrade:"
            })
    void anotherUpgradeIsAPlainRequest(String line) {
        assertThat(verdict(Heads.handshake().replace(line))).isEqualTo(new PlainRequest(false, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Connection: keep-alive", "Connection: upgraded", "Connection:", "Connection: keep-alive Upgrade"
            })
    void withoutTheConnectionOptionItIsAPlainRequest(String line) {
        assertThat(verdict(Heads.handshake().replace(line))).isEqualTo(new PlainRequest(false, true));
    }

    @Test
    void aPlainRequestIsOneWithoutTheFields() {
        assertThat(verdict(Heads.handshake().without("Upgrade"))).isInstanceOf(PlainRequest.class);
        assertThat(verdict(Heads.handshake().without("Connection"))).isInstanceOf(PlainRequest.class);
        assertThat(Heads.judge(Heads.head("GET / HTTP/1.1", "Host: a"))).isEqualTo(new PlainRequest(false, true));
        assertThat(Heads.judge(Heads.head("HEAD / HTTP/1.1", "Host: a"))).isEqualTo(new PlainRequest(true, true));
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, X: y, true",
        "1.1, Connection: keep-alive, true",
        "1.1, 'Connection: foo, Close', false",
        "1.0, X: y, false",
        "1.0, Connection: keep-alive, false"
    })
    void onlyHttp11IsKeptAlive(String version, String line, boolean keepAlive) {
        assertThat(Heads.judge(Heads.head("GET / HTTP/" + version, "Host: a", line)))
                .isEqualTo(new PlainRequest(false, keepAlive));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "Get", "GETS", "head", "BREW"})
    void otherMethodsAreNotAllowed(String method) {
        Refusal refusal = ((Refused) Heads.judge(Heads.head(method + " / HTTP/1.1", "Host: a"))).refusal();
        assertThat(refusal.status()).isEqualTo(405);
        assertThat(refusal.fields()).containsExactly(new HeaderField("Allow", "GET, HEAD"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "HEAD", "get", "OPTIONS"})
    void anUpgradeIsAGet(String method) {
        Refusal refusal = refusal(Heads.handshake().requestLine(method + " /chat HTTP/1.1"), 405);
        assertThat(refusal.fields()).containsExactly(new HeaderField("Allow", "GET"));
    }

    @Test
    void anUpgradeIsHttp11() {
        assertThat(refusal(Heads.handshake().requestLine("GET /chat HTTP/1.0"), 400))
                .isSameAs(Refusals.UPGRADE_HTTP_VERSION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "0", "7", "8", "12", "14", "013", "13.0", "+13", "13, 8", "8, 13", "13;", "\"13\"", "1 3", "0xd"
            })
    void theVersionIs13(String version) {
        Refusal refusal = refusal(Heads.handshake().replace("Sec-WebSocket-Version: " + version), 426);
        assertThat(refusal.fields())
                .containsExactlyInAnyOrder(
                        new HeaderField("Upgrade", "websocket"), new HeaderField("Sec-WebSocket-Version", "13"));
    }

    @Test
    void theVersionStandsOnce() {
        refusal(Heads.handshake().without("Sec-WebSocket-Version"), 426);
        refusal(Heads.handshake().with("Sec-WebSocket-Version: 13"), 426);
        refusal(Heads.handshake().with("sec-websocket-version: 8"), 426);
    }

    @Test
    void theKeyStandsOnce() {
        assertThat(refusal(Heads.handshake().without("Sec-WebSocket-Key"), 400)).isSameAs(Refusals.KEY_MISSING);
        assertThat(refusal(Heads.handshake().with("sec-websocket-key: " + Heads.KEY), 400))
                .isSameAs(Refusals.KEY_REPEATED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dGhlIHNhbXBsZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZQ===",
                "dGhlIHNhbXBsZSBub25jZR==",
                "dGhlIHNhbXBsZSBub25jZVo=",
                "dGhlIHNhbXBsZSBub25jZVpa",
                "dGhlIHNhbXBsZSBub25jZ",
                "dGhlIHNhbXBs ZSBub25jZQ=",
                "dGhlIHNhbXBsZSBub25jZQ==, x",
                "\"GhlIHNhbXBsZSBub25jZQ==",
                "-GhlIHNhbXBsZSBub25jZQ==",
                "\u00e4GhlIHNhbXBsZSBub25jZQ=="
            })
    void theKeyIs16BytesInCanonicalBase64(String key) {
        assertThat(refusal(Heads.handshake().replace("Sec-WebSocket-Key: " + key), 400))
                .isSameAs(Refusals.KEY_INVALID);
    }

    @Test
    void theOffersFollowTheirGrammars() {
        assertThat(refusal(Heads.handshake().with("Sec-WebSocket-Protocol: a, a"), 400))
                .isSameAs(Refusals.SUBPROTOCOLS_INVALID);
        assertThat(refusal(Heads.handshake().with("Sec-WebSocket-Extensions: a;;"), 400))
                .isSameAs(Refusals.EXTENSIONS_INVALID);
    }

    @Test
    void theOffersOfAPlainRequestAreNotLookedAt() {
        assertThat(verdict(Heads.handshake().without("Upgrade").with("Sec-WebSocket-Extensions: a;;")))
                .isInstanceOf(PlainRequest.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "00", "0000000000000000000000"})
    void anEmptyBodyIsNoBody(String length) {
        upgrade(Heads.handshake().with("Content-Length: " + length));
        assertThat(Heads.judge(Heads.head("GET / HTTP/1.1", "Host: a", "content-length: " + length)))
                .isInstanceOf(PlainRequest.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-0", "+0", "0x0", "0, 0", "0 0", "0;", "zero", "\u00b2", "1a", "-1"})
    void aLengthIsOneDecimalNumber(String length) {
        assertThat(refusal(Heads.handshake().with("Content-Length: " + length), 400))
                .isSameAs(Refusals.BODY_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1",
                "content-length: 01",
                "Content-Length: 10",
                "Content-Length: 99999999999999999999999999",
                "Transfer-Encoding: chunked",
                "transfer-encoding: identity",
                "Transfer-Encoding:"
            })
    void noRequestHasABody(String line) {
        assertThat(refusal(Heads.handshake().with(line), 400)).isSameAs(Refusals.BODY);
        for (String method : new String[] {"GET", "HEAD"}) {
            assertThat(Heads.judge(Heads.head(method + " / HTTP/1.1", "Host: a", line)))
                    .isEqualTo(new Refused(Refusals.BODY));
        }
    }

    @Test
    void lengthsAreNotRepeated() {
        for (List<String> two : List.of(List.of("0", "0"), List.of("0", "5"), List.of("5", "5"))) {
            HandshakeLines lines =
                    Heads.handshake().with("Content-Length: " + two.get(0), "Content-length: " + two.get(1));
            assertThat(refusal(lines, 400)).isSameAs(Refusals.BODY_LENGTH);
        }
        assertThat(refusal(Heads.handshake().with("Content-Length: 0", "Transfer-Encoding: chunked"), 400))
                .isSameAs(Refusals.BODY);
    }

    @Test
    void aPathWithoutAPageNeedsAnUpgrade() {
        Refusal refusal = OpeningHandshake.upgradeRequired();
        assertThat(refusal.status()).isEqualTo(426);
        assertThat(refusal.fields()).containsExactly(new HeaderField("Upgrade", "websocket"));
    }

    private static Verdict verdict(HandshakeLines lines) {
        return Heads.judge(lines.bytes());
    }

    private static Upgrade upgrade(HandshakeLines lines) {
        Verdict verdict = verdict(lines);
        assertThat(verdict).isInstanceOf(Upgrade.class);
        return (Upgrade) verdict;
    }

    private static Refusal refusal(HandshakeLines lines, int status) {
        Verdict verdict = verdict(lines);
        assertThat(verdict).isInstanceOf(Refused.class);
        Refusal refusal = ((Refused) verdict).refusal();
        assertThat(refusal.status()).isEqualTo(status);
        return refusal;
    }
}
