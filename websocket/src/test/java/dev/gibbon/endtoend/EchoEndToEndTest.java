package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.Endpoint;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes in comes out: every length form, both types, fragments, and messages near what memory holds. */
class EchoEndToEndTest {
    private static final int MIB = 1 << 20;

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    @ParameterizedTest
    @CsvSource({
        "LISTENER, 0", "LISTENER, 1", "LISTENER, 125", "LISTENER, 126", "LISTENER, 65535", "LISTENER, 65536",
        "LISTENER, 1048576", "BLOCKING, 0", "BLOCKING, 1", "BLOCKING, 125", "BLOCKING, 126", "BLOCKING, 65535",
        "BLOCKING, 65536", "BLOCKING, 1048576"
    })
    void everyLengthForm(Style style, int length) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));
        RawFrame binary = RawFrame.of(RawFrame.BINARY, random(length));
        RawFrame text = RawFrame.text("a".repeat(length));

        Future<?> sending = test.async(() -> {
            peer.send(binary);
            peer.send(text);
            return null;
        });

        assertThat(peer.readMessage()).isEqualTo(binary);
        assertThat(peer.readMessage()).isEqualTo(text);
        join(sending);
        assertThat(peer.closeHandshake(1000).closeCode()).isEqualTo(1000);
        assertThat(test.ended().clean()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void manyMessagesInOneSegmentInOrder(Style style) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));
        RawFrame[] frames = new RawFrame[1000];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = i % 2 == 0 ? RawFrame.text("message " + i) : RawFrame.of(RawFrame.BINARY, random(i));
        }

        Future<?> sending = test.async(() -> {
            peer.send(frames);
            return null;
        });

        for (RawFrame frame : frames) {
            assertThat(peer.readMessage()).isEqualTo(frame);
        }
        join(sending);
        peer.closeHandshake(1000);
    }

    /** RFC 6455, 5.4: "Control frames MAY be injected in the middle of a fragmented message." */
    @ParameterizedTest
    @EnumSource
    void fragmentsWithControlFramesBetween(Style style) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));
        byte[] utf8 = "Hello, wörld €!".getBytes(StandardCharsets.UTF_8);

        for (int i = 0; i < utf8.length; i++) {
            boolean last = i == utf8.length - 1;
            RawFrame part = RawFrame.of(i == 0 ? RawFrame.TEXT : RawFrame.CONTINUATION, new byte[] {utf8[i]});
            peer.send(last ? part : part.unfinished());
            if (!last) {
                RawFrame ping = RawFrame.of(RawFrame.PING, new byte[] {(byte) i});
                peer.send(RawFrame.of(RawFrame.PONG, new byte[3]), ping);
                assertThat(peer.readFrame()).isEqualTo(RawFrame.of(RawFrame.PONG, ping.payload()));
            }
        }

        assertThat(peer.readText()).isEqualTo("Hello, wörld €!");
        peer.closeHandshake(1000);
    }

    @ParameterizedTest
    @EnumSource
    void sixteenMebibytesWithARaisedLimit(Style style) throws Exception {
        Endpoint endpoint = style.echo(test).options(options -> options.maxMessageBytes(16 * MIB));
        RawWebSocket peer = test.connect(test.start(endpoint));
        byte[] payload = random(16 * MIB);

        Future<?> sending = test.async(() -> {
            peer.sendBinary(payload);
            return null;
        });

        assertThat(peer.readMessage().payload()).isEqualTo(payload);
        join(sending);
        peer.closeHandshake(1000);
    }

    @ParameterizedTest
    @EnumSource
    void aHundredThousandTinyFragments(Style style) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));
        int count = 100_000;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(7 * count);
        for (int i = 0; i < count; i++) {
            RawFrame part = RawFrame.of(i == 0 ? RawFrame.BINARY : RawFrame.CONTINUATION, new byte[] {(byte) i});
            bytes.writeBytes((i == count - 1 ? part : part.unfinished())
                    .masked(RawWebSocket.KEY)
                    .bytes());
        }

        peer.socket().send(bytes.toByteArray());
        byte[] echo = peer.readMessage().payload();

        assertThat(echo).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(echo[i] == (byte) i).isTrue();
        }
        peer.closeHandshake(1000);
    }

    /** The client of the JDK: another implementation, with a handshake, masks and a closing handshake of its own. */
    @ParameterizedTest
    @EnumSource
    void theJdksOwnClient(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test));
        BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        BlockingQueue<Integer> binaries = new LinkedBlockingQueue<>();
        BlockingQueue<Integer> closes = new LinkedBlockingQueue<>();
        java.net.http.WebSocket.Listener listener = new java.net.http.WebSocket.Listener() {
            private final StringBuilder parts = new StringBuilder();
            private int bytes;

            @Override
            public CompletionStage<?> onText(java.net.http.WebSocket socket, CharSequence data, boolean last) {
                parts.append(data);
                if (last) {
                    texts.add(parts.toString());
                }
                socket.request(1);
                return null;
            }

            @Override
            public CompletionStage<?> onBinary(java.net.http.WebSocket socket, ByteBuffer data, boolean last) {
                bytes += data.remaining();
                if (last) {
                    binaries.add(bytes);
                }
                socket.request(1);
                return null;
            }

            @Override
            public CompletionStage<?> onClose(java.net.http.WebSocket socket, int code, String reason) {
                closes.add(code);
                return null;
            }
        };

        java.net.http.WebSocket client = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + server.port() + "/"), listener)
                .get(EndToEnd.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        client.sendText("Grüße ", false).join();
        client.sendText("€", true).join();
        client.sendBinary(ByteBuffer.wrap(random(300_000)), true).join();

        assertThat(EndToEnd.next(texts, "the text")).isEqualTo("Grüße €");
        assertThat(EndToEnd.next(binaries, "the bytes")).isEqualTo(300_000);
        client.sendClose(4321, "done").join();
        assertThat(EndToEnd.next(closes, "the Close")).isEqualTo(4321);
        CloseInfo end = test.ended();
        assertThat(end.clean()).isTrue();
        assertThat(end.receivedCode()).isEqualTo(4321);
        assertThat(end.receivedReason()).isEqualTo("done");
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
