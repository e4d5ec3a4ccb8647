package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gibbon.protocol.handshake.ClientHandshake.Accepted;
import dev.gibbon.protocol.handshake.ClientHandshake.Failed;
import dev.gibbon.protocol.handshake.ClientHandshake.Refused;
import dev.gibbon.protocol.handshake.ClientHandshake.Verdict;
import dev.gibbon.protocol.handshake.ExtensionOffer.Parameter;
import dev.gibbon.protocol.handshake.OpeningHandshake.Upgrade;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHandshakeTest {

    /** The nonce of RFC 6455, 1.3. */
    private static final byte[] NONCE = "the sample nonce".getBytes(StandardCharsets.US_ASCII);

    private static ClientHandshake.Builder to(String uri) {
        return ClientHandshake.to(WebSocketUri.parse(uri));
    }

    private static Verdict judge(byte[] head) {
        return to("ws://example.com/chat").build(NONCE).judge(Responses.parsed(head));
    }

    private static void assertFailed(Verdict verdict, String reason) {
        assertThat(verdict).isEqualTo(new Failed(reason));
    }

    // ---- The request.

    @Test
    void theSmallestRequest() {
        assertThat(Heads.latin1(to("ws://example.com").build(NONCE).request())).isEqualTo("""
                        GET / HTTP/1.1\r
                        Host: example.com\r
                        Upgrade: websocket\r
                        Connection: Upgrade\r
                        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                        Sec-WebSocket-Version: 13\r
                        \r
                        """);
    }

    @Test
    void aRequestWithEverything() {
        ClientHandshake handshake = to("wss://user:pass@[::1]:8443/chat?room=1")
                .subprotocols(List.of("chat", "superchat"))
                .extensions("permessage-deflate; client_max_window_bits, permessage-deflate")
                .origin("https://example.com")
                .fields(List.of(new HeaderField("Cookie", "a=b"), new HeaderField("X-Trace", "1")))
                .build(NONCE);
        assertThat(Heads.latin1(handshake.request())).isEqualTo("""
                        GET /chat?room=1 HTTP/1.1\r
                        Host: [::1]:8443\r
                        Upgrade: websocket\r
                        Connection: Upgrade\r
                        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                        Sec-WebSocket-Version: 13\r
                        Origin: https://example.com\r
                        Sec-WebSocket-Protocol: chat, superchat\r
                        Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, permessage-deflate\r
                        Authorization: Basic dXNlcjpwYXNz\r
                        Cookie: a=b\r
                        X-Trace: 1\r
                        \r
                        """);
        assertThat(handshake.fields().size()).isEqualTo(11);
        assertThat(handshake.fields().first("host")).isEqualTo("[::1]:8443");
        assertThat(handshake.fields().value(10)).isEqualTo("1");
    }

    @Test
    void ourServerUnderstandsIt() {
        ClientHandshake handshake = to("ws://[2001:DB8::1]:80/a%20b?c=d")
                .subprotocols(List.of("chat"))
                .extensions("permessage-deflate; server_max_window_bits=\"10\"")
                .origin("null")
                .build(NONCE);
        RequestHead head = Heads.parsed(handshake.request());
        Upgrade upgrade = (Upgrade) new OpeningHandshake().judge(head);
        assertThat(head.host()).isEqualTo("[2001:db8::1]");
        assertThat(head.path()).isEqualTo("/a b");
        assertThat(upgrade.subprotocols()).containsExactly("chat");
        assertThat(upgrade.extensions())
                .containsExactly(new ExtensionOffer(
                        "permessage-deflate", List.of(new Parameter("server_max_window_bits", "10"))));
        byte[] answer = ResponseHead.switchingProtocols(upgrade, "chat", List.of());
        assertThat(handshake.judge(Responses.parsed(answer))).isEqualTo(new Accepted("chat", List.of()));
    }

    @Test
    void aKeyIsNewForEachAttempt() {
        ClientHandshake.Builder builder = to("ws://a");
        byte[] nonce = new byte[16];
        String first = Heads.latin1(builder.build(nonce).request());
        nonce[0] = 1;
        String second = Heads.latin1(builder.build(nonce).request());
        assertThat(first).contains("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
        assertThat(second).contains("Sec-WebSocket-Key: AQAAAAAAAAAAAAAAAAAAAA==\r\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.build(new byte[15]))
                .withMessage("a nonce is 16 bytes, not 15");
    }

    @Test
    void anAuthorizationFieldWinsOverTheUserInformation() {
        String request = Heads.latin1(to("ws://user:pass@a")
                .fields(List.of(new HeaderField("authorization", "Bearer x")))
                .build(NONCE)
                .request());
        assertThat(request).contains("authorization: Bearer x\r\n").doesNotContain("Basic");
    }

    @ParameterizedTest
    @DisplayName("K-57, K-57b: fields that the handshake decides cannot be given")
    @ValueSource(
            strings = {
                "Host",
                "upgrade",
                "Connection",
                "Content-Length",
                "Transfer-Encoding",
                "Sec-WebSocket-Key",
                "SEC-WEBSOCKET-PROTOCOL",
                "Sec-WebSocket-Extensions",
                "Sec-WebSocket-Version",
                "Sec-WebSocket-Accept",
                "TE",
                "Trailer",
                "Expect",
                "Keep-Alive",
                "Proxy-Connection",
                "Origin",
                "Proxy-Authorization"
            })
    void fieldsThatAreDecided(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> to("ws://a").fields(List.of(new HeaderField(name, "x"))))
                .withMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "Cookie", "User-Agent"})
    void fieldsThatStandOnce(String name) {
        List<HeaderField> twice =
                List.of(new HeaderField(name, "x"), new HeaderField(name.toUpperCase(Locale.ROOT), "y"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> to("ws://a").fields(twice))
                .withMessage("the field " + name.toUpperCase(Locale.ROOT) + " may stand once only");
        List<HeaderField> others = List.of(new HeaderField("X-A", "x"), new HeaderField("x-a", "y"));
        assertThat(Heads.latin1(to("ws://a").fields(others).build(NONCE).request()))
                .contains("X-A: x\r\nx-a: y\r\n");
    }

    @ParameterizedTest
    @DisplayName("K-57b: subprotocols are tokens, each once")
    @ValueSource(strings = {"", "a b", "a,b", "a\r\nX: y", "a\n", "\u00e4", "a/b", "\"a\"", "a\u0000"})
    void subprotocolsAreTokens(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> to("ws://a").subprotocols(List.of("ok", name)))
                .withMessageContaining("token");
    }

    @Test
    void subprotocolsAreUnique() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> to("ws://a").subprotocols(List.of("a", "B", "b", "a")))
                .withMessage("a subprotocol may be offered once (RFC 6455, 4.1); this stands twice: a");
    }

    @ParameterizedTest
    @DisplayName("K-57b: an offer of extensions follows the grammar")
    @ValueSource(strings = {"", ",", "a;", "a; b=", "a b", "a\r\nX: y", "a; b=\"c d\"", "\u00e4"})
    void extensionOffersFollowTheGrammar(String offer) {
        assertThatIllegalArgumentException().isThrownBy(() -> to("ws://a").extensions(offer));
    }

    @ParameterizedTest
    @DisplayName("K-57b: an origin is an origin")
    @ValueSource(strings = {"", "example.com", "https://a/", "https://a b", "https://a\r\nX: y", "NULL", "https://u@a"})
    void originsAreOrigins(String origin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> to("ws://a").origin(origin))
                .withMessage("an Origin is scheme://host[:port] without a path, or null");
    }

    @Test
    void settingsCanBeTakenBack() {
        assertThat(to("ws://a")
                        .origin("https://a")
                        .origin(null)
                        .extensions("x")
                        .extensions(null)
                        .subprotocols(List.of("a"))
                        .subprotocols(List.of())
                        .fields(List.of(new HeaderField("A", "b")))
                        .fields(List.of())
                        .build(NONCE)
                        .request())
                .isEqualTo(to("ws://a").build(NONCE).request());
    }

    @Test
    @DisplayName("K-18: what may be a credential does not follow a redirect to another origin")
    void redirectsToAnotherOriginCarryNothing() {
        ClientHandshake.Builder first = to("wss://user:secret@a/x")
                .subprotocols(List.of("chat"))
                .extensions("ext")
                .origin("https://page")
                .fields(List.of(
                        new HeaderField("Cookie", "c=d"),
                        new HeaderField("X-Api-Key", "key"),
                        new HeaderField("user-agent", "me")));
        for (String other : List.of("wss://b/x", "wss://a:444/x", "ws://a:443/x")) {
            String request = Heads.latin1(
                    first.redirectedTo(WebSocketUri.parse(other)).build(NONCE).request());
            assertThat(request)
                    .contains("user-agent: me\r\n", "Sec-WebSocket-Protocol: chat\r\n", "Origin: https://page\r\n")
                    .contains("Sec-WebSocket-Extensions: ext\r\n")
                    .doesNotContain("Cookie", "X-Api-Key", "Authorization");
        }
        WebSocketUri same = ((Redirect.To) Redirect.judge(
                        WebSocketUri.parse("wss://user:secret@a/x"),
                        Responses.parsed("HTTP/1.1 302 Found", "Location: /y")))
                .target();
        assertThat(Heads.latin1(first.redirectedTo(same).build(NONCE).request()))
                .startsWith("GET /y HTTP/1.1\r\n")
                .contains("Cookie: c=d\r\n", "X-Api-Key: key\r\n", "Authorization: Basic dXNlcjpzZWNyZXQ=\r\n");
    }

    @Test
    void extensionsOfARedirectedRequestAreJudgedToo() {
        ClientHandshake redirected = to("ws://a")
                .extensions("ext")
                .redirectedTo(WebSocketUri.parse("ws://b"))
                .build(NONCE);
        assertThat(redirected.judge(Responses.parsed(Responses.switching("Sec-WebSocket-Extensions: ext"))))
                .isEqualTo(new Accepted(null, List.of(new ExtensionOffer("ext", List.of()))));
    }

    // ---- The answer, in the order of RFC 6455, 4.1.

    @Test
    void theAnswerOfTheRfc() {
        assertThat(judge(Responses.switching())).isEqualTo(new Accepted(null, List.of()));
    }

    /** Step 1: "If the status code received from the server is not 101, the client handles the response per HTTP." */
    @ParameterizedTest
    @DisplayName("Every other status is a refusal, whatever else the head says")
    @ValueSource(strings = {"200", "204", "301", "401", "403", "404", "426", "500", "503", "600"})
    void anotherStatus(String status) {
        Verdict verdict = judge(Responses.switchingWith("101 Switching Protocols", status + " x"));
        assertThat(verdict).isInstanceOf(Refused.class);
        assertThat(((Refused) verdict).response().status()).isEqualTo(Integer.parseInt(status));
    }

    @Test
    void http10CannotSwitch() {
        assertFailed(judge(Responses.switchingWith("HTTP/1.1", "HTTP/1.0")), ResponseFaults.HTTP_1_0);
    }

    /** Step 2: "If the response lacks an Upgrade header field or ... contains a value that is not ... "websocket" ..." */
    @ParameterizedTest
    @DisplayName("Upgrade must be websocket and nothing else")
    @ValueSource(
            strings = {
                "X: y",
                "Upgrade:",
                "Upgrade: h2c",
                "Upgrade: websockets",
                "Upgrade: web socket",
                "Upgrade: websocket, h2c",
                "Upgrade: websocket\r\nUpgrade: websocket",
                "Upgrade: websocket/13",
                "Upgrade: \"websocket\""
            })
    void upgrade(String line) {
        assertFailed(judge(Responses.switchingWith("Upgrade: websocket", line)), ResponseFaults.UPGRADE);
    }

    /** Step 3: "If the response lacks a Connection header field or ... doesn't contain a token that is ... "Upgrade" ..." */
    @ParameterizedTest
    @DisplayName("Connection must have the token Upgrade")
    @ValueSource(
            strings = {"X: y", "Connection:", "Connection: close", "Connection: notUpgrade", "Connection: Up grade"})
    void connection(String line) {
        assertFailed(judge(Responses.switchingWith("Connection: Upgrade", line)), ResponseFaults.CONNECTION);
    }

    @ParameterizedTest
    @DisplayName("K-04, K-04b: case, blanks around values and other tokens of Connection do not matter")
    @ValueSource(
            strings = {
                "Upgrade: websocket>UPGRADE:\t WebSocket \t",
                "Connection: Upgrade>Connection: keep-alive, upgrade",
                "Connection: Upgrade>connection: , UPGRADE ,",
                "Connection: Upgrade>Connection: keep-alive\r\nConnection: Upgrade",
                "xOo=>xOo= \t ",
                "Accept: >Accept:",
                "Switching Protocols>",
                "Sec-WebSocket-Accept>SEC-WEBSOCKET-ACCEPT"
            })
    void whatDoesNotMatter(String change) {
        int split = change.indexOf('>');
        byte[] head = Responses.switchingWith(change.substring(0, split), change.substring(split + 1));
        assertThat(judge(head)).isEqualTo(new Accepted(null, List.of()));
    }

    /** Step 4: "... other than the base64-encoded SHA-1 of the concatenation of the Sec-WebSocket-Key ... and the string" */
    @ParameterizedTest
    @DisplayName("K-10, K-11, K-12: Sec-WebSocket-Accept is compared exactly")
    @ValueSource(
            strings = {
                "s3pplmbitxaq9kygzzhzrbk+xoo=",
                "s3pPLMBiTxaQ9kYGzzhZRbK+xOp=",
                "s3pPLMBiTxaQ9kYGzzhZRbK+xOo",
                "",
                "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, x",
                "\"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\"",
                "dGhlIHNhbXBsZSBub25jZQ==",
                "s3pPLMBiTxaQ9kYGzzhZRbK+ xOo=",
                "s3pPLMBiTxaQ9kYGzzhZRbK-xOo="
            })
    void accept(String value) {
        assertFailed(judge(Responses.switchingWith("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", value)), ResponseFaults.ACCEPT);
    }

    @Test
    @DisplayName("K-10: the accept value of another key is not ours")
    void acceptOfAnotherKey() {
        Verdict verdict = to("ws://a").build(new byte[16]).judge(Responses.parsed(Responses.switching()));
        assertFailed(verdict, ResponseFaults.ACCEPT);
    }

    @Test
    @DisplayName("K-10: Sec-WebSocket-Accept stands once")
    void acceptStandsOnce() {
        assertFailed(judge(Responses.switchingWith("Sec-WebSocket-Accept", "X-Accept")), ResponseFaults.ACCEPT_MISSING);
        assertFailed(
                judge(Responses.switching("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
                ResponseFaults.ACCEPT_REPEATED);
    }

    /** Step 5: "... the use of an extension that was not present in the client's handshake ..." */
    @Test
    @DisplayName("K-21: an extension that was not offered fails")
    void extensionsThatWereNotOffered() {
        byte[] head = Responses.switching("Sec-WebSocket-Extensions: permessage-deflate");
        assertFailed(judge(head), ResponseFaults.EXTENSION_NOT_OFFERED);
        ClientHandshake other = to("ws://a").extensions("permessage-DEFLATE, x").build(NONCE);
        assertFailed(other.judge(Responses.parsed(head)), ResponseFaults.EXTENSION_NOT_OFFERED);
    }

    @Test
    void extensionsThatWereOffered() {
        ClientHandshake handshake = to("ws://a").extensions("one; a, one, two").build(NONCE);
        assertThat(handshake.judge(Responses.parsed(Responses.switching(
                        "Sec-WebSocket-Extensions: two", "Sec-WebSocket-Extensions: one; z=\"9\""))))
                .isEqualTo(new Accepted(
                        null,
                        List.of(
                                new ExtensionOffer("two", List.of()),
                                new ExtensionOffer("one", List.of(new Parameter("z", "9"))))));
        assertFailed(
                handshake.judge(Responses.parsed(Responses.switching("Sec-WebSocket-Extensions: one, one"))),
                ResponseFaults.EXTENSION_REPEATED);
    }

    @ParameterizedTest
    @DisplayName("K-22: an answer that breaks the grammar of extensions fails")
    @ValueSource(strings = {"", ",", "one;", "one; =", "one; a=", "one two", "one; a=\"", "one; a=\"\"", "\"one\""})
    void extensionsThatBreakTheGrammar(String value) {
        ClientHandshake handshake = to("ws://a").extensions("one").build(NONCE);
        assertFailed(
                handshake.judge(Responses.parsed(Responses.switching("Sec-WebSocket-Extensions: " + value))),
                ResponseFaults.EXTENSIONS);
    }

    /** Step 6: "... the use of a subprotocol that was not present in the client's handshake ..." */
    @ParameterizedTest
    @DisplayName("K-20, K-23: a subprotocol that was not offered fails")
    @ValueSource(strings = {"other", "CHAT", "", "chat, superchat", "chat,", "\"chat\"", "chat chat"})
    void subprotocolsThatWereNotOffered(String answer) {
        byte[] head = Responses.switching("Sec-WebSocket-Protocol: " + answer);
        assertFailed(judge(head), ResponseFaults.SUBPROTOCOL_NOT_OFFERED);
        ClientHandshake handshake =
                to("ws://a").subprotocols(List.of("chat", "superchat")).build(NONCE);
        assertFailed(handshake.judge(Responses.parsed(head)), ResponseFaults.SUBPROTOCOL_NOT_OFFERED);
    }

    @Test
    void subprotocolsThatWereOffered() {
        ClientHandshake handshake =
                to("ws://a").subprotocols(List.of("chat", "superchat")).build(NONCE);
        assertThat(handshake.judge(Responses.parsed(Responses.switching("Sec-WebSocket-Protocol: superchat "))))
                .isEqualTo(new Accepted("superchat", List.of()));
        assertThat(handshake.judge(Responses.parsed(Responses.switching()))).isEqualTo(new Accepted(null, List.of()));
        assertFailed(
                handshake.judge(Responses.parsed(
                        Responses.switching("Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: chat"))),
                ResponseFaults.SUBPROTOCOL_REPEATED);
    }

    @ParameterizedTest
    @DisplayName("H-46, H-47: a 101 that announces a body fails")
    @ValueSource(
            strings = {
                "Content-Length: 5",
                "Content-Length: 00",
                "Content-Length:",
                "Content-Length: -0",
                "Content-Length: 0, 0",
                "Content-Length: 0\r\nContent-Length: 0",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: identity",
                "Content-Length: 0\r\nTransfer-Encoding: chunked"
            })
    void bodies(String line) {
        assertFailed(judge(Responses.switching(line)), ResponseFaults.BODY);
    }

    @Test
    void aLengthOfNothingIsNoBody() {
        assertThat(judge(Responses.switching("Content-Length: 0"))).isEqualTo(new Accepted(null, List.of()));
    }
}
