package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.Endpoint;
import dev.gibbon.SendQueueFullException;
import dev.gibbon.ServerStats;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Peers that send and do not read. What waits for them is bounded, the server stops reading them, others do not feel it; who
 * reads on gets everything, who does not is cut.
 */
class SlowReadersEndToEndTest {
    private static final int HIGH_WATER = 32 << 10;
    private static final int BOUND = 128 << 10;
    /** One read of the loop may be echoed before the high-water mark is seen. */
    private static final int ONE_READ = 256 << 10;

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private WebSocketServer start(Style style, Duration writeTimeout) throws IOException {
        Endpoint slow = style.echo(test)
                .options(options ->
                        options.highWaterBytes(HIGH_WATER).maxQueuedBytes(BOUND).writeTimeout(writeTimeout));
        return test.start(WebSocketServer.builder()
                .loops(1)
                .sendBufferBytes(16 << 10)
                .receiveBufferBytes(32 << 10)
                .webSocket("/slow", slow)
                .webSocket("/fast", Style.LISTENER.echo(test)));
    }

    /** Sends numbered messages of a size until they are all gone, from a thread that may have to wait. */
    private Future<?> flood(RawWebSocket peer, int count, int size, AtomicInteger sent) {
        return test.async(() -> {
            for (int i = 0; i < count; i++) {
                peer.send(numbered(i, size));
                sent.incrementAndGet();
            }
            return null;
        });
    }

    private static RawFrame numbered(int number, int size) {
        byte[] payload = new byte[size];
        payload[0] = (byte) (number >> 24);
        payload[1] = (byte) (number >> 16);
        payload[2] = (byte) (number >> 8);
        payload[3] = (byte) number;
        return RawFrame.of(RawFrame.BINARY, payload);
    }

    /** Waits until nothing has moved for a while: the server does not read, the peer cannot send. */
    private static void awaitStandstill(AtomicInteger sent) {
        int[] last = {-1};
        long[] since = {System.nanoTime()};
        await("a standstill", () -> {
            if (sent.get() != last[0]) {
                last[0] = sent.get();
                since[0] = System.nanoTime();
            }
            return last[0] > 0 && System.nanoTime() - since[0] > 150_000_000L;
        });
    }

    @ParameterizedTest
    @CsvSource({"LISTENER, 1000", "LISTENER, 100000", "BLOCKING, 1000", "BLOCKING, 100000"})
    void isNotReadOthersAreAndThenEverythingArrives(Style style, int size) throws Exception {
        WebSocketServer server = start(style, Duration.ofSeconds(60));
        int count = 20_000_000 / size;
        RawWebSocket slow = readerWithRoomForAWrite(server);
        WebSocket socket = test.opened();
        AtomicInteger sent = new AtomicInteger();
        Future<?> flood = flood(slow, count, size, sent);
        awaitStandstill(sent);

        // Bounded: in the queue, in buffers, and on the way in.
        assertThat(sent.get()).isLessThan(count);
        ServerStats stats = server.stats();
        assertThat(stats.queuedBytes()).isBetween(1L, BOUND + (long) ONE_READ);
        assertThat(socket.bufferedBytes()).isLessThanOrEqualTo(BOUND + (long) ONE_READ);
        assertThat(stats.pooledBytes()).isLessThan(4L * ONE_READ);
        assertOthersAreServed(server);

        for (int i = 0; i < count; i++) {
            byte[] payload = slow.readMessage().payload();
            assertThat(payload).hasSize(size);
            assertThat((payload[0] & 0xff) << 24
                            | (payload[1] & 0xff) << 16
                            | (payload[2] & 0xff) << 8
                            | (payload[3] & 0xff))
                    .isEqualTo(i);
        }
        join(flood);
        slow.closeHandshake(1000);
        assertThat(test.ended().bytesUnsent()).isZero();
    }

    /**
     * Whoever reads all of it at last has a window into which every segment of the server's fits. Linux sends a larger one only in
     * pieces, one each 200 ms, and twenty megabytes would take minutes.
     */
    private RawWebSocket readerWithRoomForAWrite(WebSocketServer server) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
        RawSocket socket = test.peer(RawSocket.connect(address, 128 << 10));
        socket.send(RawWebSocket.request("localhost:" + server.port(), "/slow"));
        return RawWebSocket.open(socket);
    }

    private void assertOthersAreServed(WebSocketServer server) throws Exception {
        RawWebSocket fast = test.connect(server, "/fast");
        test.opened();
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long began = System.nanoTime();
            fast.sendText("ping " + i);
            assertThat(fast.readText()).isEqualTo("ping " + i);
            times.add(System.nanoTime() - began);
        }
        Collections.sort(times);
        // Half of the round trips take well under a millisecond; the bound is for a busy machine.
        assertThat(Duration.ofNanos(times.get(100))).isLessThan(Duration.ofMillis(50));
        fast.closeHandshake(1000);
        test.ended();
    }

    @ParameterizedTest
    @EnumSource
    void isCutAfterTheWriteTimeout(Style style) throws Exception {
        WebSocketServer server = start(style, Duration.ofMillis(500));
        RawWebSocket slow = test.connectSlowReader(server, "/slow");
        test.opened();
        Future<?> flood = flood(slow, 1_000_000, 1000, new AtomicInteger());

        CloseInfo end = test.ended();

        assertThat(end.code()).isEqualTo(1006);
        if (end.initiator() == Initiator.APPLICATION) {
            // The handler, which waited as long for room, was a moment earlier.
            assertThat(style).isEqualTo(Style.BLOCKING);
            assertThat(end.cause()).isInstanceOf(SendQueueFullException.class);
        } else {
            assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
            assertThat(end.cause()).isInstanceOf(TimeoutException.class).hasMessageContaining("writeTimeout");
        }
        assertThat(end.bytesUnsent()).isPositive();
        assertThatThrownBy(() -> join(flood)).isInstanceOf(IOException.class);
        EndToEnd.awaitNothingLeft(server);
    }

    /** One that reads a little now and then makes progress, and is not cut. */
    @ParameterizedTest
    @EnumSource
    void isNotCutWhileItReadsALittle(Style style) throws Exception {
        WebSocketServer server = start(style, Duration.ofSeconds(1));
        RawWebSocket slow = test.connectSlowReader(server, "/slow");
        test.opened();
        int count = 300;
        AtomicInteger sent = new AtomicInteger();
        Future<?> flood = flood(slow, count, 20_000, sent);
        long began = System.nanoTime();

        // Six megabytes over more than two write timeouts.
        for (int i = 0; i < count; i++) {
            assertThat(slow.readMessage().payload()).hasSize(20_000);
            long due = began + i * Duration.ofMillis(2200).toNanos() / count;
            await("the next moment to read", () -> System.nanoTime() - due > 0);
        }

        join(flood);
        slow.closeHandshake(1000);
        assertThat(test.ended().clean()).isTrue();
    }

    /** RFC 6455, 5.5.3: pongs need not queue; a flood of pings to a peer that reads nothing costs one pong. */
    @ParameterizedTest
    @EnumSource
    void aFloodOfPings(Style style) throws Exception {
        Endpoint endpoint = style.echo(test)
                .options(options ->
                        options.maxQueuedBytes(8 << 20).highWaterBytes(8 << 20).writeTimeout(Duration.ofSeconds(60)));
        WebSocketServer server = test.start(
                WebSocketServer.builder().loops(1).sendBufferBytes(16 << 10).webSocket("/", endpoint));
        RawWebSocket slow = test.connectSlowReader(server, "/");
        WebSocket socket = test.opened();
        // A queue first, before which the pongs must pass.
        socket.send(new byte[4 << 20]);
        await("a queue", () -> socket.stats().bytesSent() > 0 && socket.bufferedBytes() > 1 << 20);
        long before = socket.bufferedBytes();
        RawFrame[] pings = new RawFrame[1000];
        for (int i = 0; i < pings.length; i++) {
            pings[i] = RawFrame.of(RawFrame.PING, new byte[] {(byte) (i >> 8), (byte) i});
        }

        slow.send(pings);
        await("the pings", () -> socket.stats().bytesReceived() >= 1000 * 8);
        assertThat(socket.bufferedBytes()).isLessThanOrEqualTo(before + 1000);

        // The queue was in the middle of a frame, which must stay whole.
        assertThat(slow.readMessage().payload()).hasSize(4 << 20);
        RawFrame pong = slow.readFrame();
        assertThat(pong.opcode()).isEqualTo(RawFrame.PONG);
        assertThat(pong.payload()).containsExactly(999 >> 8, (byte) 999);
        slow.closeHandshake(1000);
    }

    /** Control frames and messages, queued in every mixture of chunks: each frame comes whole. */
    @ParameterizedTest
    @EnumSource
    void framesStayWholeWhenTheSocketIsFull(Style style) throws Exception {
        WebSocketServer server = start(style, Duration.ofSeconds(60));
        RawWebSocket slow = test.connectSlowReader(server, "/slow");
        WebSocket socket = test.opened();
        int rounds = 120;
        Future<?> sending = test.async(() -> {
            for (int i = 0; i < rounds; i++) {
                // A batch in one segment, so that small echoes wait in the cork in front of a large one.
                slow.send(
                        RawFrame.of(RawFrame.BINARY, new byte[10]),
                        RawFrame.of(RawFrame.BINARY, new byte[5000]),
                        RawFrame.of(RawFrame.PING, new byte[] {1}),
                        RawFrame.of(RawFrame.BINARY, new byte[70_000]),
                        RawFrame.of(RawFrame.PING, new byte[] {2}));
                socket.ping();
            }
            return null;
        });

        int[] sizes = {10, 5000, 70_000};
        for (int got = 0; got < rounds * 3; ) {
            RawFrame frame = slow.readFrame();
            if (frame.opcode() == RawFrame.BINARY) {
                assertThat(frame.payload()).hasSize(sizes[got % 3]);
                got++;
            } else {
                assertThat(frame.opcode()).isIn(RawFrame.PING, RawFrame.PONG);
            }
        }
        join(sending);
        slow.send(RawFrame.close(1000, ""));
        RawFrame frame = slow.readFrame();
        while (frame.opcode() != RawFrame.CLOSE) {
            frame = slow.readFrame();
        }
        slow.readEnd();
    }
}
