package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.Compression;
import dev.gibbon.Deflate;
import dev.gibbon.DeflateStats;
import dev.gibbon.Endpoint;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.HandshakeHook;
import dev.gibbon.Message;
import dev.gibbon.MessageWriter;
import dev.gibbon.PreparedMessage;
import dev.gibbon.SendResult;
import dev.gibbon.SocketGroup;
import dev.gibbon.TappedFrame;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** permessage-deflate of a server over real sockets, judged by {@code java.util.zip} in the test kit. */
class DeflateEndToEndTest {
    private static final String BOTH_WITHOUT =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private static final int THRESHOLD = 1024;

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private static byte[] json(int bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < bytes; i++) {
            text.append("{\"id\":").append(i * 7919 % 10_007).append(",\"name\":\"gibbon\",\"wért\":true},");
        }
        byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
        byte[] cut = java.util.Arrays.copyOf(utf8, bytes);
        // Not in the middle of a character.
        for (int i = Math.max(0, bytes - 4); i < bytes; i++) {
            cut[i] = ' ';
        }
        return cut;
    }

    private static byte[] random(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    private RawWebSocket connect(WebSocketServer server, String offer) throws Exception {
        return test.peer(RawWebSocket.connectDeflating(server.port(), "/", offer));
    }

    private Endpoint echo(Style style, Deflate deflate) {
        return style.echo(test).options(options -> options.deflate(deflate));
    }

    // ---- what is agreed on, and messages under it

    static Stream<Arguments> agreements() {
        List<Arguments> all = new ArrayList<>();
        for (Style style : Style.values()) {
            Deflate on = Deflate.on();
            all.add(Arguments.of(style, on, "permessage-deflate", BOTH_WITHOUT));
            all.add(Arguments.of(style, on, "permessage-deflate; client_max_window_bits", BOTH_WITHOUT));
            all.add(Arguments.of(
                    style,
                    on,
                    "permessage-deflate; server_max_window_bits=9",
                    BOTH_WITHOUT + "; server_max_window_bits=9"));
            all.add(Arguments.of(
                    style,
                    on.outgoingTakeover(true),
                    "permessage-deflate",
                    "permessage-deflate; client_no_context_takeover"));
            all.add(Arguments.of(
                    style, on.outgoingTakeover(true), "permessage-deflate; server_no_context_takeover", BOTH_WITHOUT));
            all.add(Arguments.of(
                    style,
                    on.incomingTakeover(true).level(1),
                    "permessage-deflate",
                    "permessage-deflate; server_no_context_takeover"));
            all.add(Arguments.of(
                    style,
                    on.incomingTakeover(true).outgoingTakeover(true),
                    "permessage-deflate",
                    "permessage-deflate"));
            all.add(Arguments.of(
                    style,
                    on.incomingTakeover(true).outgoingTakeover(true).outgoingWindowBits(8),
                    "permessage-deflate",
                    "permessage-deflate; server_max_window_bits=8"));
            all.add(Arguments.of(
                    style,
                    on.incomingWindowBits(10),
                    "permessage-deflate; unknown, permessage-deflate; client_max_window_bits=15",
                    BOTH_WITHOUT + "; client_max_window_bits=10"));
            all.add(Arguments.of(
                    style,
                    on.incomingTakeover(true).outgoingTakeover(true),
                    "permessage-deflate; server_max_window_bits=8; client_max_window_bits=8",
                    "permessage-deflate; server_max_window_bits=8; client_max_window_bits=8"));
        }
        return all.stream();
    }

    @DisplayName("D-08: every kind of message under every agreement, and no native memory afterwards")
    @ParameterizedTest
    @MethodSource("agreements")
    void echoesUnder(Style style, Deflate deflate, String offer, String answer) throws Exception {
        WebSocketServer server = test.start(echo(style, deflate));
        RawWebSocket peer = connect(server, offer);
        assertThat(peer.response().header("Sec-WebSocket-Extensions")).hasValue(answer);
        assertThat(test.opened().extensions()).isEqualTo(answer);

        List<byte[]> messages = List.of(
                new byte[0],
                json(5),
                json(THRESHOLD - 1),
                json(THRESHOLD),
                json(3000),
                json(3000),
                random(5000),
                json(200_000),
                random(100_000),
                json(3001));
        for (byte[] message : messages) {
            peer.sendDeflated(RawFrame.BINARY, message);
            assertThat(peer.readMessage()).isEqualTo(RawFrame.of(RawFrame.BINARY, message));
        }
        // Fragments with control frames between, cut anywhere; and a plain message among the compressed.
        byte[] text = json(20_000);
        byte[] deflated = peer.deflate().deflate(text);
        peer.send(
                RawFrame.of(RawFrame.TEXT, java.util.Arrays.copyOf(deflated, 3))
                        .unfinished()
                        .withRsv(RawWebSocket.RSV1),
                RawFrame.of(RawFrame.PING, new byte[] {1}),
                RawFrame.of(RawFrame.CONTINUATION, new byte[0]).unfinished(),
                RawFrame.of(RawFrame.CONTINUATION, java.util.Arrays.copyOfRange(deflated, 3, deflated.length - 1))
                        .unfinished(),
                RawFrame.of(RawFrame.PING, new byte[] {2}),
                RawFrame.of(RawFrame.CONTINUATION, new byte[] {deflated[deflated.length - 1]}),
                RawFrame.text("plain"));
        assertThat(peer.readFrame()).isEqualTo(RawFrame.of(RawFrame.PONG, new byte[] {1}));
        assertThat(peer.readFrame()).isEqualTo(RawFrame.of(RawFrame.PONG, new byte[] {2}));
        assertThat(peer.readMessage()).isEqualTo(RawFrame.of(RawFrame.TEXT, text));
        assertThat(peer.readMessage()).isEqualTo(RawFrame.text("plain"));
        assertThat(peer.closeHandshake(1000).closeCode()).isEqualTo(1000);
        test.ended();
    }

    @ParameterizedTest
    @CsvSource({
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; client_max_window_bits=08",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; unknown",
        "x-webkit-deflate-frame",
    })
    @DisplayName("K-22: an offer that cannot be accepted is declined, and the connection goes on without")
    void declines(String offer) throws Exception {
        WebSocketServer server = test.start(Style.LISTENER.echo(test));
        RawWebSocket peer = test.connect(server, "/", "Sec-WebSocket-Extensions: " + offer);
        assertThat(peer.response().header("Sec-WebSocket-Extensions")).isEmpty();
        assertThat(test.opened().extensions()).isEmpty();
        peer.sendBinary(json(5000));
        assertThat(peer.readFrame()).isEqualTo(RawFrame.of(RawFrame.BINARY, json(5000)));
        peer.send(RawFrame.text("x").withRsv(RawWebSocket.RSV1));
        assertThat(peer.readClose().closeCode()).isEqualTo(1002);
        peer.close();
        test.ended();
    }

    @Test
    void offMeansOff() throws Exception {
        WebSocketServer server = test.start(echo(Style.LISTENER, Deflate.off()));
        RawWebSocket peer = test.connect(server, "/", "Sec-WebSocket-Extensions: permessage-deflate");
        assertThat(peer.response().header("Sec-WebSocket-Extensions")).isEmpty();
        peer.sendBinary(json(5000));
        assertThat(peer.readFrame()).isEqualTo(RawFrame.of(RawFrame.BINARY, json(5000)));
        assertThat(test.opened().stats().deflate()).isEqualTo(new DeflateStats(0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void theHookSeesWhatIsAgreedOn() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        WebSocketServer server =
                test.start(Style.LISTENER.echo(test).subprotocols("chat").handshake(HandshakeHook.of(request -> {
                    seen.add(request.extensions());
                    return HandshakeDecision.accept().header("X-Hook", "here");
                })));
        RawWebSocket peer = test.connect(
                server, "/", "Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Protocol: chat");
        assertThat(peer.response().header("Sec-WebSocket-Extensions")).hasValue(BOTH_WITHOUT);
        assertThat(peer.response().header("Sec-WebSocket-Protocol")).hasValue("chat");
        assertThat(peer.response().header("X-Hook")).hasValue("here");
        test.connect(server);
        assertThat(seen).containsExactly(BOTH_WITHOUT, "");
        assertThat(test.opened().request().extensions()).isEqualTo(BOTH_WITHOUT);
    }

    // ---- which messages

    @Test
    @DisplayName(
            "RFC 7692, 8 (compression oracles: CRIME, BREACH): a choice for each message, of every way to send one, on the loop and off it")
    void eachMessageMayChoose() throws Exception {
        String large = new String(json(3000), StandardCharsets.UTF_8);
        List<SendResult> results = new CopyOnWriteArrayList<>();
        WebSocketListener listener = new WebSocketListener() {
            @Override
            public void onMessage(WebSocket socket, Message message) {
                sendAll(socket, large, results);
                if (message.text().equals("with the borrowed")) {
                    socket.send(message.compression(Compression.ALWAYS));
                }
            }
        };
        WebSocketServer server = test.start(Endpoint.listener(test.listener(listener)));
        RawWebSocket peer = connect(server, "permessage-deflate");
        WebSocket socket = test.opened();
        sendAll(socket, large, results);
        expectAll(peer, large);
        peer.sendText("now on the loop");
        expectAll(peer, large);
        peer.sendText("with the borrowed");
        expectAll(peer, large);
        RawFrame borrowed = peer.readFrame();
        assertThat(borrowed.rsv()).isEqualTo(RawWebSocket.RSV1);
        assertThat(peer.deflate().inflate(borrowed.payload())).asString().isEqualTo("with the borrowed");
        assertThat(results).hasSize(9).containsOnly(SendResult.ACCEPTED);
        assertThat(Message.text("x").compression()).isEqualTo(Compression.AUTO);
        peer.closeHandshake(1000);
    }

    private static void sendAll(WebSocket socket, String large, List<SendResult> results) {
        Message auto = Message.text(large);
        Message never = auto.compression(Compression.NEVER);
        Message always = Message.text("tiny").compression(Compression.ALWAYS);
        socket.send(large);
        socket.send(auto);
        socket.send(never);
        socket.send(always);
        results.add(socket.trySend(auto));
        results.add(socket.trySend(never));
        results.add(socket.trySend(always));
        socket.send(PreparedMessage.of(auto));
        socket.send(PreparedMessage.of(never));
        socket.send(PreparedMessage.of(always));
        socket.send(large.getBytes(StandardCharsets.UTF_8));
        socket.send("tiny");
    }

    private static void expectAll(RawWebSocket peer, String large) throws Exception {
        expect(peer, true, large);
        for (int way = 0; way < 3; way++) {
            expect(peer, true, large);
            expect(peer, false, large);
            expect(peer, true, "tiny");
        }
        expect(peer, true, large);
        expect(peer, false, "tiny");
    }

    private static void expect(RawWebSocket peer, boolean deflated, String text) throws Exception {
        RawFrame frame = peer.readFrame();
        assertThat(frame.rsv()).as(text.substring(0, 4)).isEqualTo(deflated ? RawWebSocket.RSV1 : 0);
        byte[] payload = deflated ? peer.deflate().inflate(frame.payload()) : frame.payload();
        assertThat(new String(payload, StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void whatDoesNotGetSmallerGoesAsItIsUnlessTheCompressorHasToSeeIt() throws Exception {
        for (boolean takeover : new boolean[] {false, true}) {
            WebSocketServer server =
                    test.start(echo(Style.LISTENER, Deflate.on().outgoingTakeover(takeover)));
            RawWebSocket peer = connect(server, "permessage-deflate");
            for (int i = 0; i < 3; i++) {
                peer.sendBinary(random(3000));
                RawFrame frame = peer.readFrame();
                // With takeover the second and third are alike the first, of which both ends know.
                assertThat(frame.rsv()).isEqualTo(takeover ? RawWebSocket.RSV1 : 0);
                assertThat(takeover ? peer.deflate().inflate(frame.payload()) : frame.payload())
                        .isEqualTo(random(3000));
                if (takeover && i > 0) {
                    assertThat(frame.payload()).hasSizeLessThan(100);
                }
            }
            peer.closeHandshake(1000);
        }
    }

    // ---- streamed

    @DisplayName("Z-12: a streamed message is compressed piece by piece, with control frames between")
    @ParameterizedTest
    @CsvSource({"false, 15", "true, 15", "false, 8", "true, 9"})
    void streams(boolean takeover, int bits) throws Exception {
        WebSocketServer server = test.start(
                echo(Style.BLOCKING, Deflate.on().outgoingTakeover(takeover).outgoingWindowBits(bits)));
        RawWebSocket peer = connect(server, "permessage-deflate");
        WebSocket socket = test.opened();
        byte[] message = json(100_000);
        for (int round = 0; round < 2; round++) {
            try (MessageWriter writer = socket.writer(true)) {
                writer.write("begin ");
                writer.flush();
                RawFrame first = peer.readFrame();
                assertThat(first.fin()).isFalse();
                assertThat(first.rsv()).isEqualTo(RawWebSocket.RSV1);
                assertThat(socket.stats().deflate().nativeBytes()).isPositive();
                peer.send(RawFrame.of(RawFrame.PING, new byte[0]));
                assertThat(peer.readFrame().opcode()).isEqualTo(RawFrame.PONG);
                socket.send("behind");
                writer.write(message);
                writer.close();
                var payload = new java.io.ByteArrayOutputStream();
                payload.writeBytes(first.payload());
                RawFrame next;
                do {
                    next = peer.readFrame();
                    assertThat(next.opcode()).isEqualTo(RawFrame.CONTINUATION);
                    assertThat(next.rsv()).isZero();
                    payload.writeBytes(next.payload());
                } while (!next.fin());
                byte[] whole = peer.deflate().inflate(payload.toByteArray());
                assertThat(new String(whole, StandardCharsets.UTF_8))
                        .isEqualTo("begin " + new String(message, StandardCharsets.UTF_8));
            }
            assertThat(peer.readMessage()).isEqualTo(RawFrame.text("behind"));
        }
        peer.closeHandshake(1000);
    }

    @Test
    void theFirstFragmentOfAStreamDecides() throws Exception {
        WebSocketServer server = test.start(Style.BLOCKING.echo(test));
        RawWebSocket peer = connect(server, "permessage-deflate");
        WebSocket socket = test.opened();
        write(socket, Compression.AUTO, json(THRESHOLD - 1));
        assertThat(peer.readFrame()).isEqualTo(RawFrame.of(RawFrame.BINARY, json(THRESHOLD - 1)));
        write(socket, Compression.AUTO, json(THRESHOLD));
        assertThat(peer.readFrame().rsv()).isEqualTo(RawWebSocket.RSV1);
        write(socket, Compression.NEVER, json(50_000));
        RawFrame frame = peer.readFrame();
        assertThat(frame.rsv()).isZero();
        assertThat(frame.payload()).hasSize(16 << 10);
        while (!frame.fin()) {
            frame = peer.readFrame();
        }
        write(socket, Compression.ALWAYS, new byte[0]);
        frame = peer.readFrame();
        assertThat(frame.rsv()).isEqualTo(RawWebSocket.RSV1);
        assertThat(Hex.of(frame.payload())).isEqualTo("00");
        peer.closeHandshake(1000);
    }

    private static void write(WebSocket socket, Compression compression, byte[] bytes) throws Exception {
        try (MessageWriter writer = socket.writer(false, compression)) {
            writer.write(bytes);
        }
    }

    // ---- many

    @Test
    void aGroupOfAllKindsGetsTheSameMessage() throws Exception {
        SocketGroup group = new SocketGroup();
        WebSocketListener joining = new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                group.add(socket);
            }
        };
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(2)
                .webSocket("/", Endpoint.listener(test.listener(joining)))
                .webSocket(
                        "/takeover",
                        Endpoint.listener(test.listener(joining))
                                .options(options -> options.deflate(Deflate.on().outgoingTakeover(true)))));
        List<RawWebSocket> peers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            peers.add(test.connect(server));
            peers.add(connect(server, "permessage-deflate"));
            peers.add(connect(server, "permessage-deflate; server_max_window_bits=9"));
            peers.add(test.peer(RawWebSocket.connectDeflating(server.port(), "/takeover", "permessage-deflate")));
        }
        await("all to have joined", () -> group.size() == 16);
        byte[] message = json(40_000);
        for (int round = 0; round < 3; round++) {
            group.send(PreparedMessage.binary(message));
            group.send(PreparedMessage.of(Message.binary(message).compression(Compression.NEVER)));
            group.send(PreparedMessage.text("short"));
        }
        for (RawWebSocket peer : peers) {
            for (int round = 0; round < 3; round++) {
                assertThat(peer.readMessage()).isEqualTo(RawFrame.of(RawFrame.BINARY, message));
                RawFrame plain = peer.readFrame();
                assertThat(plain.rsv()).isZero();
                assertThat(plain.payload()).isEqualTo(message);
                assertThat(peer.readFrame()).isEqualTo(RawFrame.text("short"));
            }
            peer.closeHandshake(1000);
        }
    }

    @DisplayName("X-04: what many threads send is inflated in the order in which it was compressed")
    @ParameterizedTest
    @CsvSource({"LISTENER, 15", "BLOCKING, 15", "LISTENER, 8"})
    void manyThreadsShareOneContext(Style style, int bits) throws Exception {
        WebSocketServer server = test.start(echo(
                style,
                Deflate.on().outgoingTakeover(true).outgoingWindowBits(bits).threshold(100)));
        RawWebSocket peer = connect(server, "permessage-deflate");
        WebSocket socket = test.opened();
        SocketGroup group = new SocketGroup();
        group.add(socket);
        int each = 150;
        List<java.util.concurrent.Future<?>> senders = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int number = thread;
            senders.add(test.async(() -> {
                for (int i = 0; i < each; i++) {
                    String text = "thread " + number + " message " + i + " " + "and more ".repeat(i);
                    switch (i % 4) {
                        case 0 -> socket.send(text);
                        case 1 -> socket.send(PreparedMessage.text(text));
                        case 2 -> {
                            try (MessageWriter writer = socket.writer(true)) {
                                writer.write(text);
                            }
                        }
                        default -> socket.send(Message.text(text).compression(Compression.NEVER));
                    }
                }
                return null;
            }));
        }
        int[] next = new int[4];
        for (int i = 0; i < 4 * each; i++) {
            String text = peer.readText();
            int thread = text.charAt("thread ".length()) - '0';
            assertThat(text)
                    .isEqualTo(
                            "thread " + thread + " message " + next[thread] + " " + "and more ".repeat(next[thread]));
            next[thread]++;
        }
        for (var sender : senders) {
            EndToEnd.join(sender);
        }
        peer.closeHandshake(1000);
    }

    // ---- limits

    private static byte[] bomb(RawWebSocket peer, int bytes) {
        return peer.deflate().deflate(new byte[bytes]);
    }

    @DisplayName("Z-03, Z-04, K-41: limits count inflated bytes: below, at, and one above")
    @ParameterizedTest
    @EnumSource(Style.class)
    void inflatedBytesCount(Style style) throws Exception {
        int limit = 1 << 20;
        for (int over = -1; over <= 1; over++) {
            WebSocketServer server = test.start(
                    Style.LISTENER == style
                            ? echo(style, Deflate.on())
                            : echo(style, Deflate.on().incomingTakeover(true)));
            RawWebSocket peer = connect(server, "permessage-deflate");
            byte[] deflated = bomb(peer, limit + over);
            assertThat(deflated).hasSizeLessThan(3000);
            peer.send(RawFrame.of(RawFrame.BINARY, deflated).withRsv(RawWebSocket.RSV1));
            if (over <= 0) {
                assertThat(peer.readMessage().payload()).hasSize(limit + over).containsOnly(0);
                peer.closeHandshake(1000);
            } else {
                RawFrame close = peer.readClose();
                assertThat(close.closeCode()).isEqualTo(1009);
                assertThat(close.closeReason()).contains("maxMessageBytes is 1048576");
                peer.close();
            }
            test.ended();
        }
    }

    @DisplayName("Z-03b: a bomb of a gigabyte in fragments is stopped at the limit")
    @ParameterizedTest
    @EnumSource(Style.class)
    void aBombIsStopped(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test));
        RawWebSocket peer = connect(server, "permessage-deflate");
        WebSocket socket = test.opened();
        byte[] deflated = bomb(peer, 100 << 20);
        try {
            peer.send(RawFrame.of(RawFrame.TEXT, deflated).unfinished().withRsv(RawWebSocket.RSV1));
            for (int i = 0; i < 10; i++) {
                peer.send(RawFrame.of(RawFrame.CONTINUATION, deflated).unfinished());
            }
        } catch (java.io.IOException e) {
            // Closed already.
        }
        CloseInfo ended = test.ended();
        assertThat(ended.sentCode()).isEqualTo(1009);
        assertThat(socket.stats().deflate().inflatedBytes()).isLessThanOrEqualTo((1 << 20) + (64 << 10));
        assertThat(socket.stats().deflate().nativeBytes()).isZero();
    }

    @DisplayName("Z-06: data that is no deflate stream is 1007")
    @ParameterizedTest
    @EnumSource(Style.class)
    void badDataIs1007(Style style) throws Exception {
        WebSocketServer server = test.start(style.echo(test));
        for (String bad : List.of("ff ff ff", "07", "f2 48 cd c9 c9", "f2 48 cd ff ff ff ff")) {
            RawWebSocket peer = connect(server, "permessage-deflate");
            peer.send(RawFrame.of(RawFrame.BINARY, Hex.bytes(bad)).withRsv(RawWebSocket.RSV1));
            assertThat(peer.readClose().closeCode()).as(bad).isEqualTo(1007);
            peer.close();
            assertThat(test.ended().sentCode()).isEqualTo(1007);
        }
        // Text is judged after inflating.
        RawWebSocket peer = connect(server, "permessage-deflate");
        peer.sendDeflated(RawFrame.TEXT, new byte[] {'a', (byte) 0xff});
        assertThat(peer.readClose().closeCode()).isEqualTo(1007);
    }

    // ---- memory and counts

    @DisplayName("Z-16, D-13: natives are held with takeover only, and freed however a connection ends")
    @ParameterizedTest
    @CsvSource({
        "LISTENER, close",
        "LISTENER, abort",
        "LISTENER, cut",
        "BLOCKING, close",
        "BLOCKING, abort",
        "BLOCKING, cut"
    })
    void nativesAreFreedAtTheEnd(Style style, String way) throws Exception {
        Deflate takeover = Deflate.on().outgoingTakeover(true).incomingTakeover(true);
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .webSocket("/", echo(style, takeover))
                .webSocket("/without", style.echo(test)));
        RawWebSocket quiet = test.peer(RawWebSocket.connectDeflating(server.port(), "/without", "permessage-deflate"));
        quiet.sendDeflated(RawFrame.BINARY, json(3000));
        assertThat(quiet.readMessage().payload()).isEqualTo(json(3000));
        WebSocket without = test.opened();
        await("nothing held between messages", () -> server.stats().nativeBytes() == 0);
        assertThat(without.stats().deflate().nativeBytes()).isZero();

        RawWebSocket peer = connect(server, "permessage-deflate");
        WebSocket socket = test.opened();
        assertThat(socket.stats().deflate().nativeBytes()).isZero();
        peer.sendDeflated(RawFrame.BINARY, json(3000));
        assertThat(peer.readMessage().payload()).isEqualTo(json(3000));
        assertThat(socket.stats().deflate().nativeBytes()).isBetween(300_000L, 330_000L);
        assertThat(server.stats().nativeBytes())
                .isEqualTo(socket.stats().deflate().nativeBytes());
        switch (way) {
            case "close" -> peer.closeHandshake(1000);
            case "abort" -> socket.abort();
            default -> peer.socket().reset();
        }
        test.ended();
        await("natives to be freed", () -> server.stats().nativeBytes() == 0);
    }

    @Test
    void statsTellTheRatio() throws Exception {
        WebSocketServer server = test.start(Style.LISTENER.echo(test));
        RawWebSocket peer = connect(server, "permessage-deflate");
        WebSocket socket = test.opened();
        byte[] sent = peer.deflate().deflate(json(5000));
        peer.send(RawFrame.of(RawFrame.BINARY, sent).withRsv(RawWebSocket.RSV1), RawFrame.text("plain"));
        RawFrame echo = peer.readFrame();
        peer.readMessage();
        await("counts", () -> socket.stats().messagesSent() == 2);
        assertThat(socket.stats().deflate())
                .isEqualTo(new DeflateStats(1, 5000, echo.payload().length, 1, sent.length, 5000, 0));
        peer.closeHandshake(1000);
        test.ended();
        assertThat(socket.stats().deflate().sentBytes()).isEqualTo(5000);
    }

    @Test
    void theFlightRecorderTellsTheRatio(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("events.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.gibbon.ConnectionClosed").withoutThreshold();
            recording.start();
            RawWebSocket peer = connect(test.start(Style.LISTENER.echo(test)), "permessage-deflate");
            peer.sendDeflated(RawFrame.BINARY, json(5000));
            peer.readMessage();
            peer.closeHandshake(1000);
            test.ended();
            recording.dump(file);
        }
        RecordedEvent closed = RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("dev.gibbon.ConnectionClosed"))
                .findFirst()
                .orElseThrow();
        assertThat(closed.getString("extensions")).isEqualTo(BOTH_WITHOUT);
        assertThat(closed.getLong("sentBeforeDeflate")).isEqualTo(5000);
        assertThat(closed.getLong("sentAfterDeflate")).isBetween(100L, 1000L);
        assertThat(closed.getLong("receivedBeforeInflate")).isBetween(100L, 1000L);
        assertThat(closed.getLong("receivedAfterInflate")).isEqualTo(5000);
    }

    @Test
    void aTapShowsWhatIsOnTheWire() throws Exception {
        List<TappedFrame> frames = new CopyOnWriteArrayList<>();
        WebSocketServer server = test.start(Endpoint.listener(test.listener(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                socket.tap(frames::add);
            }

            @Override
            public void onMessage(WebSocket socket, Message message) {
                socket.send(message);
                socket.send(PreparedMessage.of(message));
            }
        })));
        RawWebSocket peer = connect(server, "permessage-deflate");
        byte[] large = json(200_000);
        byte[] sent = peer.deflate().deflate(large);
        peer.send(RawFrame.of(RawFrame.BINARY, sent).withRsv(RawWebSocket.RSV1));
        List<RawFrame> echoes = List.of(peer.readFrame(), peer.readFrame());
        peer.closeHandshake(1000);
        test.ended();
        assertThat(frames.get(0).rsv()).isEqualTo(4);
        assertThat(frames.get(0).payloadLength()).isEqualTo(sent.length);
        assertThat(Hex.of(frames.get(0).plain())).isEqualTo(Hex.of(java.util.Arrays.copyOf(sent, TappedFrame.PREVIEW)));
        for (int i = 0; i < 2; i++) {
            TappedFrame out = frames.get(1 + i);
            assertThat(out.incoming()).isFalse();
            assertThat(out.rsv()).isEqualTo(4);
            assertThat(out.payloadLength()).isEqualTo(echoes.get(i).payload().length);
            assertThat(out.wire())
                    .isEqualTo(java.util.Arrays.copyOf(echoes.get(i).payload(), TappedFrame.PREVIEW));
        }
    }
}
