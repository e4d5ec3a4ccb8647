package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.Endpoint;
import dev.gibbon.OverflowPolicy;
import dev.gibbon.SendQueueFullException;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketException;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens at the bound of the outgoing queue: nothing is ever queued without limit, and nothing is lost unsaid. */
class OverflowEndToEndTest {
    private static final int BOUND = 50_000;
    private static final int SIZE = 1000;
    /**
     * What gathers for the write of one event counts nowhere until that write has left some of it over; other threads may have
     * filled the bound again meanwhile.
     */
    private static final int MOST = 2 * BOUND + SIZE;
    /** More messages than the queue and the buffers of both systems hold. */
    private static final int ENOUGH = 20_000;

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private final AtomicInteger drains = new AtomicInteger();
    private RawWebSocket peer;
    private WebSocket socket;

    /** Connects a peer that does not read, to an endpoint with a policy. */
    private void connect(OverflowPolicy policy, Duration writeTimeout) throws Exception {
        Endpoint endpoint = Endpoint.listener(test.listener(new WebSocketListener() {
                    @Override
                    public void onText(WebSocket socket, String text) {
                        for (int i = 0; i < 10_000; i++) {
                            socket.send(numbered(i));
                        }
                    }

                    @Override
                    public void onDrain(WebSocket socket) {
                        drains.incrementAndGet();
                    }
                }))
                .options(options ->
                        options.overflow(policy).maxQueuedBytes(BOUND).writeTimeout(writeTimeout));
        WebSocketServer server = test.start(
                WebSocketServer.builder().loops(1).sendBufferBytes(8 << 10).webSocket("/", endpoint));
        peer = test.connectSlowReader(server, "/");
        socket = test.opened();
    }

    private static String numbered(int number) {
        return number + "." + "x".repeat(SIZE - 1 - ("" + number).length());
    }

    private static int numberOf(String text) {
        return Integer.parseInt(text.substring(0, text.indexOf('.')));
    }

    /** Sends until the queue is full once. */
    private int fill() {
        int count = 0;
        while (socket.trySend(numbered(count)) == SendResult.ACCEPTED) {
            count++;
            assertThat(count).isLessThan(ENOUGH);
        }
        return count;
    }

    /** Sends until it throws; the system's own buffers are full by then. */
    private Overflow sendUntilItThrows() {
        for (int i = 0; i < ENOUGH; i++) {
            try {
                socket.send(numbered(i));
            } catch (WebSocketException e) {
                return new Overflow(i, e);
            }
        }
        throw new AssertionError("no bound after so many messages");
    }

    private record Overflow(int taken, WebSocketException thrown) {}

    private void readNumbered(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            assertThat(peer.readText()).isEqualTo(numbered(i));
        }
    }

    @Test
    void trySendSaysFullAndOnDrainSaysWhenToGoOn() throws Exception {
        connect(OverflowPolicy.CLOSE, Duration.ofSeconds(60));

        int taken = fill();
        assertThat(socket.bufferedBytes()).isBetween(BOUND - 2L * SIZE, (long) MOST);
        int before = drains.get();
        readNumbered(taken);
        await("onDrain", () -> drains.get() > before);

        assertThat(socket.bufferedBytes()).isZero();
        assertThat(socket.trySend("goes on")).isEqualTo(SendResult.ACCEPTED);
        assertThat(peer.readText()).isEqualTo("goes on");
        peer.closeHandshake(1000);
        assertThat(socket.trySend("closed")).isEqualTo(SendResult.CLOSED);
    }

    @Test
    void failThrowsAndTakesNothing() throws Exception {
        connect(OverflowPolicy.FAIL, Duration.ofSeconds(60));
        Overflow overflow = sendUntilItThrows();

        assertThat(overflow.thrown())
                .isInstanceOf(SendQueueFullException.class)
                .hasMessageContaining("maxQueuedBytes")
                .hasMessageContaining("" + BOUND);
        assertThat(socket.bufferedBytes()).isLessThanOrEqualTo(MOST);

        readNumbered(overflow.taken());
        socket.send("end");
        assertThat(peer.readText()).isEqualTo("end");
        peer.closeHandshake(1000);
    }

    @Test
    void dropLosesMessagesCountsThemAndLogsOnce() throws Exception {
        connect(OverflowPolicy.DROP, Duration.ofSeconds(60));
        int sent = 3000;

        for (int i = 0; i < sent; i++) {
            socket.send(numbered(i));
        }
        await("drops", () -> socket.stats().messagesDropped() > 0);
        assertThat(socket.bufferedBytes()).isLessThanOrEqualTo(MOST);
        Future<?> ending = test.async(() -> {
            while (socket.trySend("end") != SendResult.ACCEPTED) {
                Thread.onSpinWait();
            }
            return null;
        });
        int got = 0;
        int last = -1;
        String text = peer.readText();
        while (!text.equals("end")) {
            assertThat(numberOf(text)).isGreaterThan(last);
            assertThat(text).isEqualTo(numbered(numberOf(text)));
            last = numberOf(text);
            got++;
            text = peer.readText();
        }
        join(ending);

        int expected = sent - got;
        await("all drops to be counted", () -> socket.stats().messagesDropped() == expected);
        assertThat(expected).isPositive();
        assertThat(test.log().containing("dropped")).hasSize(1);
        peer.closeHandshake(1000);
    }

    @Test
    void closeEndsTheConnectionWith1013BehindWhatIsQueued() throws Exception {
        connect(OverflowPolicy.CLOSE, Duration.ofSeconds(60));
        Overflow overflow = sendUntilItThrows();

        assertThat(overflow.thrown())
                .isInstanceOf(WebSocketClosedException.class)
                .hasMessageContaining("1013")
                .hasMessageContaining("maxQueuedBytes");

        readNumbered(overflow.taken());
        assertThat(peer.readClose().closeCode()).isEqualTo(1013);
        peer.send(RawFrame.close(1013, ""));
        peer.readEnd();
        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
        assertThat(end.sentCode()).isEqualTo(1013);
    }

    /** On the loop too, from inside a callback, which sees the end as an exception. */
    @ParameterizedTest
    @EnumSource
    void atTheBoundInsideACallback(OverflowPolicy policy) throws Exception {
        connect(policy, Duration.ofSeconds(60));

        peer.sendText("10,000 messages, please");

        int next = 0;
        RawFrame frame = peer.readFrame();
        while (frame.opcode() == RawFrame.TEXT && next < 10_000) {
            assertThat(numberOf(frame.text())).isEqualTo(next);
            next++;
            if (policy == OverflowPolicy.DROP && socket.stats().messagesDropped() == 10_000 - next) {
                break;
            }
            frame = peer.readFrame();
        }
        assertThat(next).isBetween(1, 9_999);
        switch (policy) {
            case BLOCK -> {
                // It must not wait there: a fault of the application.
                assertThat(frame.closeCode()).isEqualTo(1011);
                assertThat(test.log().containing("1011").get(0).getThrown())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("trySend");
            }
            case FAIL -> {
                assertThat(frame.closeCode()).isEqualTo(1011);
                assertThat(test.log().containing("1011").get(0).getThrown()).isInstanceOf(SendQueueFullException.class);
            }
            case CLOSE -> assertThat(frame.closeCode()).isEqualTo(1013);
            case DROP -> {
                peer.closeHandshake(1000);
                return;
            }
        }
        peer.send(RawFrame.close(1000, ""));
        peer.readEnd();
    }

    @Test
    void blockWaitsForRoomAndThenEverythingArrives() throws Exception {
        connect(OverflowPolicy.BLOCK, Duration.ofSeconds(60));
        AtomicInteger sent = new AtomicInteger();
        Future<?> sending = test.async(() -> {
            for (int i = 0; i < 5000; i++) {
                socket.send(numbered(i));
                sent.incrementAndGet();
            }
            return null;
        });

        await("the queue to be full", () -> socket.bufferedBytes() > BOUND - 2 * SIZE);
        assertThat(socket.bufferedBytes()).isLessThanOrEqualTo(MOST);
        assertThat(sent).hasValueLessThan(5000);
        readNumbered(5000);
        join(sending);
        peer.closeHandshake(1000);
    }

    @Test
    void blockGivesUpAfterTheWriteTimeout() throws Exception {
        connect(OverflowPolicy.BLOCK, Duration.ofMillis(400));

        long began = System.nanoTime();
        Overflow overflow = sendUntilItThrows();
        Duration took = Duration.ofNanos(System.nanoTime() - began);

        assertThat(overflow.taken()).isPositive();
        assertThat(took).isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
        // The peer has not read a byte for as long: it is cut.
        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
        assertThat(end.code()).isEqualTo(1006);
        assertThat(end.cause()).hasMessageContaining("writeTimeout");
        assertThat(end.bytesUnsent()).isPositive();
        assertThatThrownBy(() -> peer.socket().readToEnd()).isInstanceOf(IOException.class);
    }

    @Test
    void theEndWakesWhoWaitsForRoom() throws Exception {
        connect(OverflowPolicy.BLOCK, Duration.ofSeconds(60));
        Future<Overflow> sending = test.async(this::sendUntilItThrows);
        await("the queue to be full", () -> socket.bufferedBytes() > BOUND - 2 * SIZE);

        peer.socket().reset();

        assertThat(join(sending).thrown()).isInstanceOf(WebSocketClosedException.class);
        assertThat(test.ended().initiator()).isEqualTo(Initiator.NETWORK);
    }

    @Test
    void anInterruptWakesWhoWaitsForRoomAndTheConnectionStays() throws Exception {
        connect(OverflowPolicy.BLOCK, Duration.ofSeconds(60));
        BlockingQueue<Thread> senders = new LinkedBlockingQueue<>();
        Future<Overflow> sending = test.async(() -> {
            senders.add(Thread.currentThread());
            Overflow overflow = sendUntilItThrows();
            assertThat(Thread.interrupted()).isTrue();
            return overflow;
        });
        await("the queue to be full", () -> socket.bufferedBytes() > BOUND - 2 * SIZE);

        EndToEnd.next(senders, "the sender").interrupt();

        readNumbered(join(sending).taken());
        socket.send("still open");
        assertThat(peer.readText()).isEqualTo("still open");
        peer.closeHandshake(1000);
    }

    /** A message larger than the bound goes into an empty queue only. */
    @Test
    void aMessageLargerThanTheBound() throws Exception {
        connect(OverflowPolicy.FAIL, Duration.ofSeconds(60));
        byte[] large = new byte[4 << 20];

        socket.send(large);
        await("it to be written in part", () -> socket.bufferedBytes() > BOUND);
        assertThatThrownBy(() -> socket.send("more")).isInstanceOf(SendQueueFullException.class);
        assertThat(socket.trySend("more")).isEqualTo(SendResult.FULL);

        assertThat(peer.readMessage().payload()).hasSize(large.length);
        await("room", () -> socket.bufferedBytes() == 0);
        readNumbered(fill());
        peer.closeHandshake(1000);
    }
}
