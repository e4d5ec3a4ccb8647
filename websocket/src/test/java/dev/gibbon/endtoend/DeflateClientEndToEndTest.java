package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Compression;
import dev.gibbon.Deflate;
import dev.gibbon.DeflateStats;
import dev.gibbon.HandshakeException;
import dev.gibbon.Message;
import dev.gibbon.MessageWriter;
import dev.gibbon.PreparedMessage;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawWebSocket;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** permessage-deflate of a client over real sockets: with our server, and with servers that answer wrongly. */
class DeflateClientEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private WebSocketClient client(int port, Deflate deflate) {
        return WebSocketClient.builder("ws://127.0.0.1:" + port + "/")
                .eventLoops(test.loops(1))
                .options(dev.gibbon.WebSocketOptions.builder().deflate(deflate).build())
                .build();
    }

    static Stream<Arguments> agreements() {
        Deflate on = Deflate.on();
        Deflate takeover = on.outgoingTakeover(true).incomingTakeover(true);
        String none = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
        return Stream.of(
                Arguments.of(on, on, none),
                Arguments.of(on, takeover, none),
                Arguments.of(takeover, takeover, "permessage-deflate"),
                Arguments.of(takeover, on.outgoingTakeover(true), "permessage-deflate; server_no_context_takeover"),
                Arguments.of(
                        takeover.outgoingWindowBits(9),
                        takeover.outgoingWindowBits(8),
                        "permessage-deflate; server_max_window_bits=9; client_max_window_bits=8"),
                Arguments.of(
                        takeover,
                        takeover.incomingWindowBits(10).level(9),
                        "permessage-deflate; server_max_window_bits=10"));
    }

    @ParameterizedTest
    @MethodSource("agreements")
    void clientAndServerAgree(Deflate servers, Deflate clients, String agreed) throws Exception {
        WebSocketServer server = test.start(Style.LISTENER.echo(test).options(options -> options.deflate(servers)));
        WebSocket socket = client(server.port(), clients).connect();
        WebSocket other = test.opened();
        assertThat(socket.extensions()).isEqualTo(agreed).isEqualTo(other.extensions());

        String text = "a client's message, again and again; ".repeat(100);
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        for (int round = 0; round < 3; round++) {
            socket.send(text);
            socket.send(Message.text(text).compression(Compression.NEVER));
            socket.send(PreparedMessage.text(text));
            socket.send(noise);
            socket.send("");
            try (MessageWriter writer = socket.writer(true)) {
                writer.write(text);
                writer.flush();
                writer.write(text.repeat(20));
            }
            assertThat(socket.receive().text()).isEqualTo(text);
            assertThat(socket.receive().text()).isEqualTo(text);
            assertThat(socket.receive().text()).isEqualTo(text);
            assertThat(socket.receive().toByteArray()).isEqualTo(noise);
            assertThat(socket.receive().text()).isEmpty();
            assertThat(socket.receive().text()).isEqualTo(text.repeat(21));
        }
        DeflateStats mine = socket.stats().deflate();
        DeflateStats theirs = other.stats().deflate();
        assertThat(mine.messagesDeflated()).isBetween(9L, 12L).isEqualTo(theirs.messagesInflated());
        assertThat(mine.deflatedBytes()).isLessThan(mine.sentBytes()).isEqualTo(theirs.receivedBytes());
        assertThat(mine.sentBytes()).isEqualTo(theirs.inflatedBytes());
        socket.close();
        assertThat(socket.awaitClose(EndToEnd.PATIENCE))
                .hasValueSatisfying(info -> assertThat(info.code()).isEqualTo(1000));
        assertThat(socket.stats().deflate().nativeBytes()).isZero();
        test.ended();
    }

    @Test
    void offOffersNothing() throws Exception {
        WebSocketServer server = test.start(Style.BLOCKING.echo(test));
        WebSocket socket = client(server.port(), Deflate.off()).connect();
        assertThat(socket.extensions()).isEmpty();
        assertThat(socket.request().header("Sec-WebSocket-Extensions")).isEmpty();
        socket.send("x".repeat(5000));
        assertThat(socket.receive().size()).isEqualTo(5000);
        assertThat(socket.stats().deflate().messagesDeflated()).isZero();
        socket.close();
        socket.awaitClose(EndToEnd.PATIENCE);
    }

    @Test
    void aServerWithoutItIsFine() throws Exception {
        WebSocketServer server =
                test.start(Style.BLOCKING.echo(test).options(options -> options.deflate(Deflate.off())));
        WebSocket socket = client(server.port(), Deflate.on()).connect();
        assertThat(socket.extensions()).isEmpty();
        socket.send(Message.text("x".repeat(5000)).compression(Compression.ALWAYS));
        assertThat(socket.receive().size()).isEqualTo(5000);
        socket.close();
        socket.awaitClose(EndToEnd.PATIENCE);
    }

    @DisplayName("K-22a to K-22g: an answer that breaks RFC 7692 fails the connection")
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=99",
                "permessage-deflate; server_no_context_takeover; server_max_window_bits=7",
                "permessage-deflate; server_no_context_takeover; server_max_window_bits",
                "permessage-deflate; server_no_context_takeover; client_max_window_bits=16",
                "permessage-deflate; server_no_context_takeover; unknown",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; server_no_context_takeover=yes",
                "permessage-deflate",
                "permessage-deflate; server_no_context_takeover, permessage-deflate; server_no_context_takeover",
                "permessage-bzip2",
                "permessage-deflate; =",
            })
    void aBadAnswerFails(String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var answered = test.async(() -> answer(server, answer));
            assertThatThrownBy(() -> client(server.getLocalPort(), Deflate.on()).connect())
                    .isInstanceOf(HandshakeException.class)
                    .satisfies(failure ->
                            assertThat(((HandshakeException) failure).status()).isEqualTo(101));
            EndToEnd.join(answered);
        }
    }

    @Test
    void anAnswerWithoutAnOfferFails() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var answered = test.async(() -> answer(server, "permessage-deflate"));
            assertThatThrownBy(
                            () -> client(server.getLocalPort(), Deflate.off()).connect())
                    .isInstanceOf(HandshakeException.class);
            EndToEnd.join(answered);
        }
    }

    /** Answers one handshake with these extensions, and waits for the client to go. */
    private static int answer(ServerSocket server, String extensions) throws Exception {
        try (Socket socket = server.accept()) {
            socket.setSoTimeout((int) EndToEnd.PATIENCE.toMillis());
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String key = "";
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                if (line.startsWith("Sec-WebSocket-Key: ")) {
                    key = line.substring("Sec-WebSocket-Key: ".length());
                }
            }
            socket.getOutputStream()
                    .write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Accept: " + RawWebSocket.accept(key)
                                    + "\r\nSec-WebSocket-Extensions: " + extensions + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            return in.read();
        }
    }
}
