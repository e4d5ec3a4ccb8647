package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.Endpoint;
import dev.gibbon.MessageWriter;
import dev.gibbon.OverflowPolicy;
import dev.gibbon.PreparedMessage;
import dev.gibbon.Resource;
import dev.gibbon.SocketGroup;
import dev.gibbon.TappedFrame;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What somebody who runs a server can see of it: frames on the wire, events of the flight recorder, counts. */
class SeeingEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private final List<TappedFrame> frames = new CopyOnWriteArrayList<>();

    private Endpoint tapped() {
        return Endpoint.listener(test.listener(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                socket.tap(frames::add);
            }

            @Override
            public void onMessage(WebSocket socket, dev.gibbon.Message message) {
                socket.send(message);
            }
        }));
    }

    /** The frames of one direction as they were on the wire, for those short enough to be kept whole. */
    private static byte[] wire(List<TappedFrame> frames, boolean incoming) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (TappedFrame frame : frames) {
            if (frame.incoming() == incoming) {
                all.writeBytes(frame.header());
                all.writeBytes(frame.wire());
            }
        }
        return all.toByteArray();
    }

    /** Every frame of a conversation, byte for byte as the peer sent and received it. */
    @Test
    void aTapSeesWhatIsOnTheWire() throws Exception {
        WebSocketServer server = test.start(tapped());
        RawSocket socket = test.dial(server);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        sent.writeBytes(RawFrame.text("first").masked(0x01020304).bytes());
        sent.writeBytes(RawFrame.text("in ").unfinished().masked(0x0f000001).bytes());
        sent.writeBytes(RawFrame.of(RawFrame.PING, new byte[] {9}).masked(-1).bytes());
        sent.writeBytes(
                RawFrame.of(RawFrame.CONTINUATION, new byte[] {'p'}).masked(0).bytes());
        sent.writeBytes(RawFrame.of(RawFrame.PONG, new byte[0]).masked(5).bytes());
        byte[] close = RawFrame.close(4001, "bye").masked(7).bytes();

        // The first frames come with the request: a tap set in onOpen misses none.
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(RawWebSocket.request("localhost", "/"));
        all.writeBytes(sent.toByteArray());
        socket.send(all.toByteArray());
        RawWebSocket peer = RawWebSocket.open(socket);
        WebSocket ours = test.opened();
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            received.writeBytes(peer.readFrame().bytes());
        }
        ours.send(PreparedMessage.text("prepared"));
        received.writeBytes(peer.readFrame().bytes());
        try (MessageWriter writer = ours.writer(true)) {
            writer.write("a");
            writer.flush();
            writer.write("b");
        }
        received.writeBytes(peer.readFrame().bytes());
        received.writeBytes(peer.readFrame().bytes());
        ours.ping();
        received.writeBytes(peer.readFrame().bytes());
        socket.send(close);
        received.writeBytes(peer.readFrame().bytes());
        peer.readEnd();
        sent.writeBytes(close);
        test.ended();

        assertThat(Hex.of(wire(frames, true))).isEqualTo(Hex.of(sent.toByteArray()));
        assertThat(Hex.of(wire(frames, false))).isEqualTo(Hex.of(received.toByteArray()));
        TappedFrame first = frames.get(0);
        assertThat(first.incoming()).isTrue();
        assertThat(first.fin()).isTrue();
        assertThat(first.rsv()).isZero();
        assertThat(first.opcode()).isEqualTo(1);
        assertThat(first.masked()).isTrue();
        assertThat(first.key()).isEqualTo(0x01020304);
        assertThat(first.lengthBits()).isEqualTo(7);
        assertThat(first.payloadLength()).isEqualTo(5);
        assertThat(first.plain()).asString().isEqualTo("first");
        assertThat(first.time()).isBetween(Instant.now().minusSeconds(60), Instant.now());
    }

    @Test
    void aTapKeepsTheBeginningOfLargeFrames() throws Exception {
        RawWebSocket peer = test.connect(test.start(tapped()));
        byte[] payload = new byte[70_000];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) i;
        }
        List<Integer> sizes = List.of(63, 64, 65, 126, 65_535, 65_536, 70_000);

        for (int size : sizes) {
            peer.sendBinary(java.util.Arrays.copyOf(payload, size));
            peer.readMessage();
        }
        peer.closeHandshake(1000);
        test.ended();

        assertThat(frames).hasSize(2 * sizes.size() + 2);
        for (int i = 0; i < sizes.size(); i++) {
            int size = sizes.get(i);
            int kept = Math.min(size, TappedFrame.PREVIEW);
            for (TappedFrame frame : List.of(frames.get(2 * i), frames.get(2 * i + 1))) {
                assertThat(frame.incoming()).isEqualTo(frame == frames.get(2 * i));
                assertThat(frame.payloadLength()).isEqualTo(size);
                assertThat(frame.lengthBits()).isEqualTo(size < 126 ? 7 : size < 65_536 ? 16 : 64);
                assertThat(frame.plain()).isEqualTo(java.util.Arrays.copyOf(payload, kept));
                assertThat(frame.wire()).hasSize(kept);
            }
        }
    }

    /** What the library does by itself is seen as well, and a tap can be taken off. */
    @Test
    void aTapSeesTheLibrarysOwnFrames() throws Exception {
        RawWebSocket peer =
                test.connect(test.start(tapped().options(options -> options.pingInterval(Duration.ofMillis(100)))));
        WebSocket socket = test.opened();
        assertThat(peer.readFrame().opcode()).isEqualTo(RawFrame.PING);
        await("the heartbeat", () -> !frames.isEmpty());
        assertThat(frames.get(0).opcode()).isEqualTo(RawFrame.PING);
        assertThat(frames.get(0).incoming()).isFalse();

        SocketGroup group = new SocketGroup();
        group.add(socket);
        group.send(PreparedMessage.binary(new byte[3000]));
        RawFrame frame = peer.readFrame();
        while (frame.opcode() == RawFrame.PING) {
            frame = peer.readFrame();
        }
        assertThat(frames).last().satisfies(last -> {
            assertThat(last.payloadLength()).isEqualTo(3000);
            assertThat(Hex.of(last.header())).isEqualTo("82 7e 0b b8");
        });

        socket.tap(null);
        peer.socket().send(RawFrame.text("no mask").bytes());
        frame = peer.readFrame();
        while (frame.opcode() == RawFrame.PING) {
            frame = peer.readFrame();
        }
        assertThat(frame.closeCode()).isEqualTo(1002);
        test.ended();
        assertThat(frames).noneMatch(one -> one.opcode() == RawFrame.CLOSE);
    }

    @Test
    void eventsOfTheFlightRecorder(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("events.jfr");
        CloseInfo cut;
        try (Recording recording = new Recording()) {
            for (String name : List.of("ConnectionOpened", "ConnectionClosed", "SlowSend", "MessageDropped")) {
                recording.enable("dev.gibbon." + name).withoutThreshold();
            }
            recording.start();
            Endpoint dropping = Style.LISTENER
                    .echo(test)
                    .subprotocols("p1")
                    .options(options -> options.overflow(OverflowPolicy.DROP).maxQueuedBytes(20_000));
            WebSocketServer server = test.start(
                    WebSocketServer.builder().loops(1).sendBufferBytes(8 << 10).webSocket("/drop/*", dropping));
            RawWebSocket peer = test.connectSlowReader(server, "/drop/one", "Sec-WebSocket-Protocol: p1");
            WebSocket socket = test.opened();
            await("drops", () -> {
                socket.send(new byte[1000]);
                return socket.stats().messagesDropped() > 0;
            });
            // Stalled for more than 100 ms, then read on.
            long[] last = {-1, System.nanoTime()};
            await("a stall", () -> {
                socket.send(new byte[1000]);
                long sent = socket.stats().bytesSent();
                if (sent != last[0]) {
                    last[0] = sent;
                    last[1] = System.nanoTime();
                }
                return System.nanoTime() - last[1] > 150_000_000L;
            });
            Future<?> reading = test.async(() -> {
                byte[] some = new byte[10_000];
                while (peer.socket().input().read(some) >= 0) {
                    // Only to make room.
                }
                return null;
            });
            await("the queue to be empty", () -> socket.bufferedBytes() == 0);
            socket.abort();
            try {
                join(reading);
            } catch (java.io.IOException e) {
                // The reset that an abort is.
            }
            cut = test.ended();
            recording.dump(file);
        }

        Map<String, List<RecordedEvent>> events = RecordingFile.readAllEvents(file).stream()
                .collect(Collectors.groupingBy(
                        event -> event.getEventType().getName().replace("dev.gibbon.", "")));
        RecordedEvent opened = only(events.get("ConnectionOpened"));
        assertThat(opened.getString("path")).isEqualTo("/drop/one");
        assertThat(opened.getString("subprotocol")).isEqualTo("p1");
        assertThat(opened.getString("remoteAddress")).contains("127.0.0.1:");
        RecordedEvent closed = only(events.get("ConnectionClosed"));
        assertThat(closed.getString("path")).isEqualTo("/drop/one");
        assertThat(closed.getString("remoteAddress")).isEqualTo(opened.getString("remoteAddress"));
        assertThat(closed.getString("initiator")).isEqualTo("APPLICATION");
        assertThat(closed.getInt("sentCode")).isEqualTo(1006);
        assertThat(closed.getInt("receivedCode")).isEqualTo(1006);
        assertThat(closed.getLong("bytesUnsent")).isEqualTo(cut.bytesUnsent());
        assertThat(closed.getLong("bytesSent")).isPositive();
        assertThat(events.get("MessageDropped"))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getLong("cost")).isEqualTo(1064));
        assertThat(events.get("SlowSend"))
                .isNotEmpty()
                .anySatisfy(event ->
                        assertThat(event.getDuration("stalled")).isGreaterThanOrEqualTo(Duration.ofMillis(100)));
    }

    private static RecordedEvent only(List<RecordedEvent> events) {
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    @Test
    void countsOfAServer() throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(2)
                .get("/page", Resource.text("a page"))
                .webSocket("/", Style.LISTENER.echo(test)));
        List<RawWebSocket> open = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            open.add(test.connect(server));
        }
        RawSocket page = test.dial(server);
        page.sendLines("GET /page HTTP/1.1\nHost: x\n\n");
        page.readResponse(true);
        RawSocket missing = test.dial(server);
        missing.sendLines("GET /missing HTTP/1.1\nHost: x\n\n");
        missing.readResponse(true);
        missing.readToEnd();
        missing.close();

        await("the refused one to have gone", () -> server.stats().connections() == 6);
        assertThat(server.stats().webSockets()).isEqualTo(5);
        assertThat(server.stats().accepted()).isEqualTo(7);
        assertThat(server.stats().upgraded()).isEqualTo(5);
        assertThat(server.stats().refused()).isEqualTo(1);
        assertThat(server.stats().queuedBytes()).isZero();
        await("one timer a connection", () -> server.stats().timers() == 6);

        // Inside a message there is a buffer, and it is counted.
        open.get(0).send(RawFrame.of(RawFrame.BINARY, new byte[5000]).unfinished());
        await("a buffer", () -> server.stats().pooledBytes() >= 5000);
        open.get(0).send(RawFrame.of(RawFrame.CONTINUATION, new byte[0]));
        assertThat(open.get(0).readMessage().payload()).hasSize(5000);
        await("it to be given back", () -> server.stats().pooledBytes() == 0);
        for (RawWebSocket peer : open) {
            peer.closeHandshake(1000);
            peer.close();
        }
        page.close();
        await("all to have gone", () -> server.stats().connections() == 0);
        assertThat(server.stats().webSockets()).isZero();
        assertThat(server.stats().upgraded()).isEqualTo(5);
    }
}
