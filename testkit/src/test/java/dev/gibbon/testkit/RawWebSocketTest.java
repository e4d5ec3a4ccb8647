package dev.gibbon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawWebSocketTest {
    private static final String ACCEPTED = """
            HTTP/1.1 101 Switching Protocols
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=

            """;

    @Test
    void opensSendsReadsAndCloses() throws Exception {
        try (var peer = new Peer(socket -> {
                    String request = accept(socket, ACCEPTED);
                    assertThat(request)
                            .startsWith("GET /path?q HTTP/1.1\r\nHost: localhost:")
                            .contains("\r\nOrigin: null\r\n");
                    InputStream in = socket.getInputStream();
                    OutputStream out = socket.getOutputStream();
                    assertThat(RawFrame.read(in)).isEqualTo(RawFrame.text("one").masked(RawWebSocket.KEY));
                    assertThat(RawFrame.read(in).opcode()).isEqualTo(RawFrame.BINARY);
                    out.write(RawFrame.text("t").unfinished().bytes());
                    out.write(RawFrame.of(RawFrame.CONTINUATION, Hex.bytes("'wo'"))
                            .bytes());
                    out.write(RawFrame.of(RawFrame.PING, new byte[0]).bytes());
                    assertThat(RawFrame.read(in).closeCode()).isEqualTo(1000);
                    out.write(RawFrame.close(1000, "bye").bytes());
                });
                var webSocket = RawWebSocket.connect(peer.port(), "/path?q", "Origin: null")) {
            assertThat(webSocket.response().status()).isEqualTo(101);
            assertThat(webSocket.socket().localPort()).isPositive();
            webSocket.sendText("one");
            webSocket.sendBinary(new byte[3]);
            assertThat(webSocket.readText()).isEqualTo("two");
            assertThat(webSocket.readFrame().opcode()).isEqualTo(RawFrame.PING);
            assertThat(webSocket.closeHandshake(1000).closeReason()).isEqualTo("bye");
            peer.join();
        }
    }

    /** The key and value of RFC 6455, 1.3. */
    @Test
    void computesTheAcceptValueOfTheRfc() {
        assertThat(RawWebSocket.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @ParameterizedTest
    @CsvSource({"101 Switching,403 Forbidden", "websocket,http", "Connection: Upgrade,Connection: close", "s3p,S3p"})
    void judgesTheAnswer(String right, String wrong) throws Exception {
        try (var peer = new Peer(socket -> accept(socket, ACCEPTED.replace(right, wrong)))) {
            assertThatThrownBy(() -> RawWebSocket.connect(peer.port(), "/"))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining(wrong);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "81 81 01020304 60, no mask",
        "c1 00, no RSV bits",
        "81 7e 0001 61, the shortest length form",
        "83 00, a known opcode",
        "8b 00, a known opcode",
        "09 00, 'a whole, short control frame'",
        "89 7e 007e 00*126, 'a whole, short control frame'",
        "89 00, a message",
        "80 00, a message",
        "01 00 89 00, a continuation",
        "01 00 81 00, a continuation",
        "82 00, a text message",
        "88 00, a message"
    })
    void judgesFrames(String frames, String expected) throws Exception {
        try (var peer = new Peer(socket -> {
                    accept(socket, ACCEPTED);
                    socket.getOutputStream().write(Hex.bytes(frames));
                });
                var webSocket = RawWebSocket.connect(peer.port(), "/")) {
            assertThatThrownBy(webSocket::readText)
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageStartingWith("expected " + expected + ", found: ");
        }
    }

    @Test
    void judgesTheEnd() throws Exception {
        try (var peer = new Peer(socket -> {
                    accept(socket, ACCEPTED);
                    socket.getOutputStream().write(Hex.bytes("81 00 88 00 61"));
                });
                var webSocket = RawWebSocket.connect(peer.port(), "/")) {
            assertThatThrownBy(webSocket::readClose).hasMessageStartingWith("expected a Close");
            assertThat(webSocket.readClose().closeCode()).isEqualTo(RawFrame.NO_CODE);
            assertThatThrownBy(webSocket::readEnd).hasMessage("expected the end of the stream, found: 61");
        }
    }

    /** Reads the request to its empty line, and answers. */
    private static String accept(Socket socket, String answer) throws IOException {
        var request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            request.append((char) socket.getInputStream().read());
        }
        socket.getOutputStream().write(answer.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
        return request.toString();
    }
}
