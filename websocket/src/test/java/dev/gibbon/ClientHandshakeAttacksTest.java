package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.testkit.RawWebSocket;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers answer to an opening handshake, byte by byte, rightly and wrongly; nothing is left of any of it. */
final class ClientHandshakeAttacksTest {
    private static final byte[] TEXT_HI = {(byte) 0x81, 2, 'h', 'i'};

    /** Connects, answers with what the test makes of the request, and gives the attempt. */
    private interface Answer {
        byte[] to(String request);
    }

    private static Throwable refused(Answer answer) {
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening =
                    client.builder().subprotocols("chat").build().open();
            MemoryPeer peer = client.accept();
            client.send(peer, answer.to(client.readText(peer)));
            Throwable failure = MemoryClient.failure(opening);
            assertThat(peer.isClosed()).as("closed").isTrue();
            client.assertNothingHeld();
            return failure;
        }
    }

    private static HandshakeException judged(Answer answer) {
        Throwable failure = refused(answer);
        assertThat(failure).isInstanceOf(HandshakeException.class).hasMessageStartingWith("ws://server/path: ");
        return (HandshakeException) failure;
    }

    /** Connects, is accepted in this way, and echoes one message. */
    private static void accepted(Answer answer) {
        for (int most : new int[] {Integer.MAX_VALUE, 7, 1}) {
            try (MemoryClient client = new MemoryClient()) {
                Recorder app = Recorder.echoing();
                CompletableFuture<WebSocket> opening =
                        client.builder().subprotocols("chat").build().connect(app);
                MemoryPeer peer = client.accept();
                byte[] bytes = answer.to(client.readText(peer));
                for (int at = 0; at < bytes.length; at += Math.min(most, bytes.length - at)) {
                    int end = (int) Math.min(bytes.length, at + (long) most);
                    client.send(peer, java.util.Arrays.copyOfRange(bytes, at, end));
                }
                client.send(peer, TEXT_HI);
                assertThat(MemoryClient.socket(opening)).isSameAs(app.socket());
                assertThat(app.events).containsExactly("open", "text hi");
                assertThat(client.read(peer)).hasSize(2 + 4 + 2);
                client.send(peer, new byte[] {(byte) 0x88, 0});
                assertThat(client.read(peer)).hasSize(2 + 4);
                peer.end();
                client.assertNothingHeld();
            }
        }
    }

    @Test
    @DisplayName("K-01: an answer by the book")
    void accepted() {
        accepted(request -> MemoryClient.switching(request, "Sec-WebSocket-Protocol: chat"));
    }

    @Test
    @DisplayName("K-02: informational responses before the 101 are passed over")
    void informational() {
        accepted(request -> join(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
                MemoryClient.switching(request)));
    }

    @Test
    @DisplayName("K-03: frames right behind the 101 are the first messages")
    void earlyFrames() {
        try (MemoryClient client = new MemoryClient()) {
            Recorder app = new Recorder();
            CompletableFuture<WebSocket> opening = client.builder().build().connect(app);
            MemoryPeer peer = client.accept();
            byte[] head = MemoryClient.switching(client.readText(peer));
            client.send(peer, join(head, TEXT_HI, TEXT_HI, new byte[] {(byte) 0x81, 5, 'l'}));
            assertThat(MemoryClient.socket(opening)).isSameAs(app.socket());
            assertThat(app.events).containsExactly("open", "text hi", "text hi");
            client.send(peer, "ater");
            assertThat(app.events).endsWith("text later");
        }
    }

    @Test
    @DisplayName("K-03b: a Close right behind the 101 ends the connection that was opened")
    void earlyClose() {
        try (MemoryClient client = new MemoryClient()) {
            Recorder app = new Recorder();
            CompletableFuture<WebSocket> opening = client.builder().build().connect(app);
            MemoryPeer peer = client.accept();
            byte[] head = MemoryClient.switching(client.readText(peer));
            client.send(peer, join(head, TEXT_HI, new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xe9}));
            assertThat(MemoryClient.socket(opening).closeInfo()).isNotNull();
            assertThat(app.events).containsExactly("open", "text hi", "close 1001");
            client.read(peer);
            peer.end();
            client.assertNothingHeld();
        }
    }

    @Test
    @DisplayName("K-04: blanks around the accept value")
    void blanks() {
        accepted(request -> MemoryClient.switching(
                request,
                false,
                "upgrade:\t WebSocket \t",
                "CONNECTION:   UPGRADE ",
                "sec-websocket-accept: \t" + accept(request) + " \t "));
    }

    @Test
    @DisplayName("K-04b: Connection is a list")
    void connectionList() {
        accepted(request -> MemoryClient.switching(
                request,
                false,
                "Connection: keep-alive, , upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Accept: " + accept(request)));
    }

    @Test
    @DisplayName("K-05, K-06, K-07, K-08: Upgrade and Connection must be there, and say what was asked")
    void switchesToSomethingElse() {
        for (String[] fields : new String[][] {
            {"Connection: Upgrade"},
            {"Upgrade: websocket"},
            {"Upgrade: h2c", "Connection: Upgrade"},
            {"Upgrade: websocket, h2c", "Connection: Upgrade"},
            {"Upgrade: websocket", "Connection: close"},
            {"Upgrade: websocket", "Connection: upgraded"},
        }) {
            HandshakeException failure = judged(request -> join(
                    "HTTP/1.1 101 Switching Protocols\r\n" + String.join("\r\n", fields) + "\r\n",
                    MemoryClient.bytes("Sec-WebSocket-Accept: " + accept(request) + "\r\n\r\n")));
            assertThat(failure.status()).isEqualTo(101);
            assertThat(failure).hasMessageContaining("the 101 must have");
        }
    }

    @Test
    @DisplayName("K-10, K-11, K-12: the accept value is compared exactly, and stands once")
    void acceptValue() {
        assertThat(judged(
                        request -> MemoryClient.switching(request, false, "Upgrade: websocket", "Connection: Upgrade")))
                .hasMessageContaining("lacks the Sec-WebSocket-Accept");
        assertThat(judged(request -> MemoryClient.switching(request, "Sec-WebSocket-Accept: " + accept(request))))
                .hasMessageContaining("more than once");
        for (String wrong : new String[] {"", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "x"}) {
            assertThat(judged(request -> switchingWithAccept(request, wrong)))
                    .hasMessageContaining("Sec-WebSocket-Accept of the 101 is not the one");
        }
        assertThat(judged(
                        request -> switchingWithAccept(request, accept(request).toLowerCase(java.util.Locale.ROOT))))
                .hasMessageContaining("is not the one");
    }

    private static byte[] switchingWithAccept(String request, String accept) {
        return MemoryClient.switching(
                request, false, "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: " + accept);
    }

    private static String accept(String request) {
        return RawWebSocket.accept(MemoryClient.field(request, "Sec-WebSocket-Key"));
    }

    @Test
    @DisplayName("K-13, K-14, K-15: a refusal is told with status, fields and body, however it ends")
    void refusals() {
        for (String body : new String[] {
            "Content-Length: 7\r\n\r\nno wayREST",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nno \r\n3;x=y\r\nway\r\n0\r\n\r\n"
        }) {
            HandshakeException failure =
                    judged(request -> MemoryClient.bytes("HTTP/1.1 403 Forbidden\r\nX-Why: because\r\n" + body));
            assertThat(failure.status()).isEqualTo(403);
            assertThat(failure).hasMessageContaining("answered 403 instead of 101: Forbidden");
            HandshakeResponse response = failure.response().orElseThrow();
            assertThat(response.header("x-why")).contains("because");
            assertThat(response.headers()).containsKey("X-WHY");
            assertThat(response.bodyText()).startsWith("no way");
        }
    }

    @Test
    @DisplayName("K-15b: a body may end with the connection, and be shorter than promised")
    void bodyUntilTheEnd() {
        for (String fields : new String[] {"", "Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"}) {
            try (MemoryClient client = new MemoryClient()) {
                CompletableFuture<WebSocket> opening = client.builder().build().open();
                MemoryPeer peer = client.accept();
                client.readText(peer);
                client.send(
                        peer,
                        (fields.isEmpty() ? "HTTP/1.0" : "HTTP/1.1") + " 500 \r\n" + fields + "\r\n"
                                + (fields.startsWith("T") ? "5\r\nhel" : "hel"));
                assertThat(opening).isNotDone();
                peer.end();
                client.settle();
                HandshakeException failure = (HandshakeException) MemoryClient.failure(opening);
                assertThat(failure.status()).isEqualTo(500);
                assertThat(failure.response().orElseThrow().bodyText()).isEqualTo("hel");
                client.assertNothingHeld();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Length: 1000000000000\r\n", "Transfer-Encoding: chunked\r\n"})
    @DisplayName("K-16, K-17: an endless body of a refusal is cut")
    void endlessBody(String field) {
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening = client.builder().build().open();
            MemoryPeer peer = client.accept();
            client.readText(peer);
            client.send(peer, "HTTP/1.1 404 Not Found\r\n" + field + "\r\n");
            String piece =
                    (field.startsWith("T") ? "400\r\n" : "") + "x".repeat(1024) + (field.startsWith("T") ? "\r\n" : "");
            for (int i = 0; i < 9 && !opening.isDone(); i++) {
                client.send(peer, piece);
            }
            HandshakeException failure = (HandshakeException) MemoryClient.failure(opening);
            assertThat(failure.response().orElseThrow().body()).hasSize(HandshakeResponse.MAX_BODY_BYTES);
            assertThat(peer.isClosed()).isTrue();
            client.assertNothingHeld();
        }
    }

    @Test
    @DisplayName("K-17b: a body that drips is told at the deadline as far as it came")
    void drippingBody() {
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening = client.builder().build().open();
            MemoryPeer peer = client.accept();
            client.readText(peer);
            client.send(peer, "HTTP/1.1 404 Not Found\r\nContent-Length: 4096\r\n\r\n");
            for (int i = 0; i < 9; i++) {
                client.send(peer, "x");
                client.pass(Duration.ofSeconds(1));
            }
            assertThat(opening).isNotDone();
            client.pass(Duration.ofSeconds(2));
            HandshakeException failure = (HandshakeException) MemoryClient.failure(opening);
            assertThat(failure.response().orElseThrow().bodyText()).isEqualTo("xxxxxxxxx");
            client.assertNothingHeld();
        }
    }

    @Test
    @DisplayName("K-20, K-21: a subprotocol that was not offered, or two")
    void subprotocols() {
        for (String field : new String[] {"Chat", "superchat", "chat, chat", ""}) {
            assertThat(judged(request -> MemoryClient.switching(request, "Sec-WebSocket-Protocol: " + field)))
                    .hasMessageContaining("subprotocol that was not offered");
        }
        assertThat(judged(request -> MemoryClient.switching(
                        request, "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: chat")))
                .hasMessageContaining("more than once");
    }

    @Test
    @DisplayName("K-23: an extension that was not offered")
    void extensions() {
        assertThat(judged(request -> MemoryClient.switching(request, "Sec-WebSocket-Extensions: x-shout")))
                .hasMessageContaining("extension that was not offered");
        assertThat(judged(request -> MemoryClient.switching(request, "Sec-WebSocket-Extensions: ;;;")))
                .hasMessageContaining("grammar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 1010 x\r\n\r\n",
                "HTTP/1.1 10 x\r\n\r\n",
                "HTTP/1.1 1o1 x\r\n\r\n",
                "HTTP/1.1  101 x\r\n\r\n",
                "HTTP/2 101 x\r\n\r\n",
                "HTTP/1.2 101 x\r\n\r\n",
                "http/1.1 101 x\r\n\r\n",
                "\r\nHTTP/1.1 101 x\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "\u0015\u0003\u0001\u0000\u0002\u0002F",
                "HTTP/1.1 101 x\nUpgrade: websocket\n\n",
                "HTTP/1.1 101 x\r\n Upgrade: websocket\r\n\r\n",
                "HTTP/1.1 101 x\r\nUpgrade : websocket\r\n\r\n",
                "HTTP/1.1 101 x\r\nUp\u0000grade: websocket\r\n\r\n",
                "HTTP/1.1 101 x\r\nX: a\r\n b\r\n\r\n",
                "HTTP/1.1 101 x\r\nX: a\u0000b\r\n\r\n",
                "HTTP/1.1 101 x\r\n: empty\r\n\r\n",
                "HTTP/1.1 101 x\r\rX: y\r\n\r\n",
            })
    @DisplayName("K-24, K-25, K-25b, K-25c: what is no head of a response")
    void notHttp(String answer) {
        HandshakeException failure = judged(request -> MemoryClient.bytes(answer));
        assertThat(failure.status()).isZero();
        assertThat(failure.response()).isEmpty();
        assertThat(failure.getMessage()).doesNotContain("\n", "\r");
    }

    @Test
    @DisplayName("K-25d: a 101 of HTTP/1.0, or with a body")
    void notASwitch() {
        assertThat(judged(request -> MemoryClient.bytes(
                        new String(MemoryClient.switching(request), java.nio.charset.StandardCharsets.ISO_8859_1)
                                .replace("HTTP/1.1", "HTTP/1.0"))))
                .hasMessageContaining("HTTP/1.0");
        assertThat(judged(request -> MemoryClient.switching(request, "Content-Length: 5")))
                .hasMessageContaining("body");
        assertThat(judged(request -> MemoryClient.switching(request, "Transfer-Encoding: chunked")))
                .hasMessageContaining("body");
    }

    @Test
    @DisplayName("K-26, K-27, K-28: limits on the head of the answer")
    void limits() {
        assertThat(judged(request -> MemoryClient.bytes("HTTP/1.1 101 " + "x".repeat(8 << 10))))
                .hasMessageContaining("maxLineBytes");
        assertThat(judged(request -> MemoryClient.bytes("HTTP/1.1 101 x\r\nX: " + "x".repeat(8 << 10))))
                .hasMessageContaining("maxLineBytes");
        assertThat(judged(request -> MemoryClient.bytes("HTTP/1.1 101 x\r\n" + "X: y\r\n".repeat(101))))
                .hasMessageContaining("maxFields");
        assertThat(judged(request ->
                        MemoryClient.bytes("HTTP/1.1 101 x\r\n" + ("X: " + "y".repeat(1000) + "\r\n").repeat(17))))
                .hasMessageContaining("maxHeadBytes");
        assertThat(judged(request -> MemoryClient.bytes("HTTP/1.1 100 x\r\n\r\n".repeat(1000))))
                .hasMessageContaining("1xx");
    }

    @Test
    @DisplayName("K-28b: the limits can be set")
    void ownLimits() {
        try (MemoryClient client = new MemoryClient()) {
            CompletableFuture<WebSocket> opening = client.builder()
                    .headLimits(HeadLimits.DEFAULT.withMaxFields(3))
                    .build()
                    .open();
            MemoryPeer peer = client.accept();
            client.welcome(peer, "X: 4th");
            assertThat(MemoryClient.failure(opening)).hasMessageContaining("maxFields");
        }
    }

    @Test
    @DisplayName("K-29, K-30, K-31: a head that does not come, or drips, is cut at the deadline")
    void drippingHead() {
        for (String answer : new String[] {"", "HTTP/1.1 101 Switching Protocols\r\nX: "}) {
            try (MemoryClient client = new MemoryClient()) {
                CompletableFuture<WebSocket> opening = client.builder()
                        .handshakeTimeout(Duration.ofSeconds(5))
                        .build()
                        .open();
                MemoryPeer peer = client.accept();
                client.readText(peer);
                client.send(peer, answer);
                for (int i = 0; i < 49; i++) {
                    client.pass(Duration.ofMillis(100));
                    client.send(peer, answer.isEmpty() ? "" : "x");
                }
                assertThat(opening).isNotDone();
                client.pass(Duration.ofMillis(150));
                assertThat(MemoryClient.failure(opening))
                        .isInstanceOf(SocketTimeoutException.class)
                        .hasMessage(
                                "ws://server/path: no answer to the opening handshake came within handshakeTimeout, PT5S");
                assertThat(peer.isClosed()).isTrue();
                client.assertNothingHeld();
            }
        }
    }

    @Test
    @DisplayName("K-32, K-33: the server goes without an answer, or within it")
    void gone() {
        for (String answer : new String[] {"", "HTTP/1.1 101 Switch"}) {
            for (boolean reset : new boolean[] {false, true}) {
                try (MemoryClient client = new MemoryClient()) {
                    CompletableFuture<WebSocket> opening =
                            client.builder().build().open();
                    MemoryPeer peer = client.accept();
                    client.readText(peer);
                    client.send(peer, answer);
                    if (reset) {
                        peer.reset();
                    } else {
                        peer.end();
                    }
                    client.settle();
                    Throwable failure = MemoryClient.failure(opening);
                    assertThat(failure).isInstanceOf(IOException.class).hasMessageStartingWith("ws://server/path: ");
                    assertThat(failure instanceof HandshakeException).isFalse();
                    if (!reset) {
                        assertThat(failure).hasCauseInstanceOf(EOFException.class);
                    }
                    client.assertNothingHeld();
                }
            }
        }
    }

    @Test
    @DisplayName("K-57, K-57b: nothing that a caller gives can break the request apart")
    void badCallers() {
        for (String uri : new String[] {
            "ws://server/a b",
            "ws://server/\r\nX: y",
            "ws://server/\n",
            "ws://ser\u0000ver/",
            "ws://server/?a\r\n",
            "ws://server/#frag",
            "http://server/",
            "ws:///",
            "ws://server:70000/",
            "ws://server:0/",
            "ws://us er@server/",
            "ws://server\r\nX: y/",
            "//server/",
            "ws://[::1/",
            ""
        }) {
            assertThatIllegalArgumentException().as(uri).isThrownBy(() -> WebSocketClient.builder(uri));
        }
        WebSocketClient.Builder builder = WebSocketClient.builder("ws://server/");
        for (String value : new String[] {"a\r\nX: y", "a\nb", "a\rb", "a\u0000", "\u00e9", " a", "\u010d\u010a"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.header("X-Own", value));
        }
        for (String name : new String[] {
            "",
            "X Y",
            "X:",
            "X\r\n",
            "Host",
            "upgrade",
            "CONNECTION",
            "Sec-WebSocket-Key",
            "sec-websocket-anything",
            "Content-Length",
            "Transfer-Encoding",
            "Origin",
            "Proxy-Authorization"
        }) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> builder.header(name, "x"));
        }
        for (String protocol : new String[] {"", "a b", "a,b", "a\r\nb", "\u00e9"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.subprotocols(protocol));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> builder.subprotocols("a", "a"));
        for (String origin : new String[] {"", "x", "https://a/", "https://a\r\nX: y", "https://a https://b"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> builder.origin(origin));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> builder.credentials("a:b", "c"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.credentials("a", "b\r\n"));
    }

    private static byte[] join(byte[]... parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] join(String first, byte[] rest) {
        return join(MemoryClient.bytes(first), rest);
    }
}
