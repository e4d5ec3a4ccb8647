package dev.gibbon.benchmarks.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every contender does the same work, so that what is compared is how, not what: each in a process of its own, started as a
 * benchmark starts it.
 */
@ParameterizedClass
@MethodSource("entries")
class ContenderTest {
    private static final String NO_TAKEOVER =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static @Nullable ContenderProcess process;

    @Parameter
    private @Nullable Entry entry;

    static Stream<Entry> entries() throws IOException {
        return Entry.all().stream().filter(entry -> !entry.isRaw());
    }

    @BeforeParameterizedClassInvocation
    static void start(Entry entry) throws Exception {
        process = ContenderProcess.start(entry.can("deflate") ? entry.command("--deflate") : entry.command());
    }

    @AfterParameterizedClassInvocation
    static void endsWithItsInputAndHasSaidNothing() throws Exception {
        try (ContenderProcess ended = running()) {
            assertThat(ended.end()).isEmpty();
        }
    }

    private static ContenderProcess running() {
        return Objects.requireNonNull(process);
    }

    private static RawWebSocket connect(String path) throws IOException {
        return RawWebSocket.connect(running().port(), path);
    }

    @Test
    void echoesBinaryAndText() throws Exception {
        try (RawWebSocket socket = connect("/")) {
            assertThat(socket.response().header("Sec-WebSocket-Extensions")).isEmpty();
            for (int size : new int[] {0, 1, 125, 126, 65_535, 65_536, 1 << 20}) {
                byte[] bytes = new byte[size];
                new Random(size).nextBytes(bytes);
                socket.sendBinary(bytes);
                assertSame(socket.readMessage(), RawFrame.of(RawFrame.BINARY, bytes));
                byte[] text = text(size);
                socket.send(RawFrame.of(RawFrame.TEXT, text));
                assertSame(socket.readMessage(), RawFrame.of(RawFrame.TEXT, text));
            }
            assertThat(socket.closeHandshake(1000).closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void echoesInOrderWhatComesAtOnce() throws Exception {
        try (RawWebSocket socket = connect("/")) {
            List<RawFrame> frames = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                frames.add(
                        i % 2 == 0 ? RawFrame.text("message " + i) : RawFrame.of(RawFrame.BINARY, new byte[1000 + i]));
            }
            socket.send(frames.toArray(RawFrame[]::new));
            for (RawFrame frame : frames) {
                assertSame(socket.readMessage(), frame);
            }
        }
    }

    @Test
    void echoesFragments() throws Exception {
        try (RawWebSocket socket = connect("/")) {
            byte[] whole = text(30_000);
            for (int opcode : new int[] {RawFrame.TEXT, RawFrame.BINARY}) {
                socket.send(
                        RawFrame.of(opcode, Arrays.copyOfRange(whole, 0, 100)).unfinished(),
                        RawFrame.of(RawFrame.CONTINUATION, Arrays.copyOfRange(whole, 100, 20_000))
                                .unfinished(),
                        RawFrame.of(RawFrame.CONTINUATION, Arrays.copyOfRange(whole, 20_000, 30_000)));
                assertSame(socket.readMessage(), RawFrame.of(opcode, whole));
            }
        }
    }

    @Test
    void answersAPing() throws Exception {
        try (RawWebSocket socket = connect("/")) {
            socket.send(RawFrame.of(RawFrame.PING, new byte[] {1, 2, 3}));
            assertThat(socket.readFrame()).isEqualTo(RawFrame.of(RawFrame.PONG, new byte[] {1, 2, 3}));
        }
    }

    @Test
    void broadcastsToAllOnThePath() throws Exception {
        List<RawWebSocket> sockets = new ArrayList<>();
        try (RawWebSocket apart = connect("/")) {
            for (int i = 0; i < 3; i++) {
                RawWebSocket socket = connect("/broadcast");
                sockets.add(socket);
                // Whoever hears itself is a member.
                socket.sendText("joined " + i);
                readUntil(socket, RawFrame.text("joined " + i));
            }
            byte[] bytes = new byte[70_000];
            new Random(1).nextBytes(bytes);
            sockets.get(0).sendBinary(bytes);
            sockets.get(0).sendText("κόσμε");
            for (RawWebSocket socket : sockets) {
                readUntil(socket, RawFrame.of(RawFrame.BINARY, bytes));
                assertThat(socket.readText()).isEqualTo("κόσμε");
            }
            sockets.remove(0).close();
            sockets.get(0).sendText("to the rest");
            for (RawWebSocket socket : sockets) {
                assertThat(socket.readText()).isEqualTo("to the rest");
            }
            apart.sendText("only an echo");
            assertThat(apart.readText()).isEqualTo("only an echo");
        } finally {
            sockets.forEach(RawWebSocket::close);
        }
    }

    @Test
    void compressesEachReplyAnew() throws Exception {
        if (!Objects.requireNonNull(entry).can("deflate")) {
            // Then it must not say that it can, either.
            try (RawWebSocket socket =
                    RawWebSocket.connect(running().port(), "/", "Sec-WebSocket-Extensions: " + NO_TAKEOVER)) {
                assertThat(socket.response().header("Sec-WebSocket-Extensions")).isEmpty();
            }
            return;
        }
        try (RawWebSocket socket = RawWebSocket.connectDeflating(running().port(), "/", NO_TAKEOVER)) {
            assertThat(socket.response().header("Sec-WebSocket-Extensions").orElse(""))
                    .contains("server_no_context_takeover", "client_no_context_takeover");
            byte[] message = "{\"id\":17,\"name\":\"gibbon\",\"tags\":[\"ape\",\"small\"]}"
                    .repeat(30)
                    .getBytes(StandardCharsets.UTF_8);
            int first = -1;
            for (int opcode : new int[] {RawFrame.TEXT, RawFrame.BINARY, RawFrame.TEXT}) {
                socket.sendDeflated(opcode, message);
                byte[] reply = compressed(socket, opcode);
                assertThat(socket.deflate().inflate(reply)).isEqualTo(message);
                assertThat(reply).hasSizeLessThan(message.length / 4);
                first = first < 0 ? reply.length : first;
                assertThat(reply).hasSize(first);
            }
        }
    }

    /** The payload of a message as it was sent, which must be compressed. */
    private static byte[] compressed(RawWebSocket socket, int opcode) throws IOException {
        RawFrame frame = socket.readFrame();
        assertThat(frame.opcode()).isEqualTo(opcode);
        assertThat(frame.rsv()).isEqualTo(RawWebSocket.RSV1);
        var payload = new ByteArrayOutputStream();
        payload.writeBytes(frame.payload());
        while (!frame.fin()) {
            frame = socket.readFrame();
            payload.writeBytes(frame.payload());
        }
        return payload.toByteArray();
    }

    /** ASCII and some characters of two bytes, so many bytes. */
    private static byte[] text(int size) {
        byte[] text = new byte[size];
        for (int i = 0; i < size; i++) {
            text[i] = (byte) ('a' + i % 26);
        }
        for (int i = 40; i + 1 < size; i += 50) {
            text[i] = (byte) 0xc3;
            text[i + 1] = (byte) 0xa9;
        }
        return text;
    }

    private static void readUntil(RawWebSocket socket, RawFrame last) throws IOException {
        RawFrame message = socket.readMessage();
        while (!message.equals(last)) {
            message = socket.readMessage();
        }
    }

    /** Without the bytes in the failure, which may be a million. */
    private static void assertSame(RawFrame found, RawFrame expected) {
        assertEquals(expected.opcode(), found.opcode());
        assertEquals(expected.payload().length, found.payload().length);
        assertThat(Arrays.mismatch(expected.payload(), found.payload())).isEqualTo(-1);
    }
}
