package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.Endpoint;
import dev.gibbon.EventLoops;
import dev.gibbon.ScheduledTask;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pings, silence, pauses and timers against the real clock; the exact times are tested with a clock of their own. */
class LivenessEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    // ---- pings of the application

    @ParameterizedTest
    @EnumSource
    void aPingTellsItsRoundTrip(Style style) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));
        WebSocket socket = test.opened();

        List<CompletableFuture<Duration>> pings = new ArrayList<>();
        List<RawFrame> frames = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pings.add(socket.ping().toCompletableFuture());
            frames.add(peer.readFrame());
            assertThat(frames.get(i).opcode()).isEqualTo(RawFrame.PING);
        }
        assertThat(pings).noneMatch(CompletableFuture::isDone);
        // RFC 6455, 5.5.3: the answer to the second may stand for the first.
        peer.send(RawFrame.of(RawFrame.PONG, frames.get(1).payload()));

        assertThat(pings.get(1).get(10, TimeUnit.SECONDS)).isBetween(Duration.ZERO, Duration.ofSeconds(10));
        assertThat(pings.get(0).get(10, TimeUnit.SECONDS))
                .isGreaterThanOrEqualTo(pings.get(1).get());
        assertThat(pings.get(2)).isNotDone();
        // Pongs that nobody asked for change nothing.
        peer.send(
                RawFrame.of(RawFrame.PONG, new byte[0]),
                RawFrame.of(RawFrame.PONG, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}),
                RawFrame.of(RawFrame.PONG, new byte[125]));
        peer.sendText("still");
        assertThat(peer.readText()).isEqualTo("still");
        assertThat(pings.get(2)).isNotDone();

        peer.closeHandshake(1000);
        assertThatThrownBy(() -> pings.get(2).get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(WebSocketClosedException.class);
    }

    @Test
    void pingsAndPongsAreTold() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        RawWebSocket peer = test.connect(test.start(Endpoint.listener(test.listener(new WebSocketListener() {
            @Override
            public void onPing(WebSocket socket, ByteBuffer payload) {
                told.add("ping " + payload.remaining() + payload.isReadOnly());
            }

            @Override
            public void onPong(WebSocket socket, ByteBuffer payload) {
                told.add("pong " + payload.remaining() + payload.isReadOnly());
            }
        }))));

        peer.send(RawFrame.of(RawFrame.PING, new byte[125]), RawFrame.of(RawFrame.PONG, new byte[7]));

        assertThat(peer.readFrame()).isEqualTo(RawFrame.of(RawFrame.PONG, new byte[125]));
        assertThat(EndToEnd.next(told, "the ping")).isEqualTo("ping 125true");
        assertThat(EndToEnd.next(told, "the pong")).isEqualTo("pong 7true");
        peer.closeHandshake(1000);
    }

    // ---- the heartbeat

    private RawWebSocket heartbeat(Style style) throws IOException {
        return test.connect(test.start(style.echo(test)
                .options(options -> options.pingInterval(Duration.ofMillis(200)).pongTimeout(Duration.ofMillis(400)))));
    }

    @ParameterizedTest
    @EnumSource
    void aSilentPeerIsPingedAndThenCut(Style style) throws Exception {
        RawWebSocket peer = heartbeat(style);
        long began = System.nanoTime();

        assertThat(peer.readFrame().opcode()).isEqualTo(RawFrame.PING);
        CloseInfo end = test.ended();

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(5));
        assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
        assertThat(end.code()).isEqualTo(1006);
        assertThat(end.sentCode()).isEqualTo(1006);
        assertThat(end.cause()).isInstanceOf(TimeoutException.class).hasMessageContaining("pongTimeout");
        assertThatThrownBy(() -> peer.socket().readToEnd()).isInstanceOf(IOException.class);
    }

    @Test
    void whoAnswersLives() throws Exception {
        RawWebSocket peer = heartbeat(Style.LISTENER);

        for (int i = 0; i < 4; i++) {
            RawFrame ping = peer.readFrame();
            assertThat(ping.opcode()).isEqualTo(RawFrame.PING);
            peer.send(RawFrame.of(RawFrame.PONG, ping.payload()));
        }

        assertThat(test.noneEnded()).isTrue();
        peer.closeHandshake(1000);
    }

    /** Bytes of a message that never ends are life as well. */
    @Test
    void anyByteIsLife() throws Exception {
        RawWebSocket peer = heartbeat(Style.LISTENER);
        peer.socket()
                .send(RawFrame.of(RawFrame.BINARY, new byte[0])
                        .claiming(1000)
                        .masked(0)
                        .bytes());
        long until = System.nanoTime() + Duration.ofSeconds(1).toNanos();

        while (System.nanoTime() < until) {
            peer.socket().send(new byte[1]);
            peer.socket().readWithin(Duration.ofMillis(50));
        }

        assertThat(test.noneEnded()).isTrue();
        peer.close();
        assertThat(test.ended().initiator()).isEqualTo(Initiator.NETWORK);
    }

    @Test
    void whoSaysNothingOfItsOwnIsIdle() throws Exception {
        RawWebSocket peer = test.connect(test.start(Style.LISTENER
                .echo(test)
                .options(options -> options.idleTimeout(Duration.ofMillis(400)).pingInterval(Duration.ofMillis(150)))));
        peer.sendText("a message");
        assertThat(peer.readText()).isEqualTo("a message");

        RawFrame frame = peer.readFrame();
        while (frame.opcode() == RawFrame.PING) {
            // Answering pings is life, but no message.
            peer.send(RawFrame.of(RawFrame.PONG, frame.payload()));
            frame = peer.readFrame();
        }

        assertThat(frame.closeCode()).isEqualTo(1001);
        assertThat(frame.closeReason()).contains("idleTimeout");
        peer.send(RawFrame.close(1001, ""));
        peer.readEnd();
        assertThat(test.ended().initiator()).isEqualTo(Initiator.LIBRARY);
    }

    @Test
    void messagesOfOursKeepAConnectionFromBeingIdle() throws Exception {
        RawWebSocket peer = test.connect(
                test.start(Style.LISTENER.echo(test).options(options -> options.idleTimeout(Duration.ofMillis(400)))));
        WebSocket socket = test.opened();
        for (int i = 0; i < 16; i++) {
            socket.send("tick");
            assertThat(peer.readText()).isEqualTo("tick");
            assertThat(peer.socket().readWithin(Duration.ofMillis(50))).isEmpty();
        }
        assertThat(test.noneEnded()).isTrue();
        peer.closeHandshake(1000);
    }

    // ---- pauses

    @Test
    void pauseStopsMessagesAndReadingAndResumeGoesOn() throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .receiveBufferBytes(32 << 10)
                .webSocket("/", test.listener(WebSocketListener.onMessage((socket, message) -> {
                    if (message.isText()) {
                        got.add(message.text());
                        if (message.text().startsWith("pause")) {
                            socket.pause();
                        }
                    } else {
                        got.add("" + message.size());
                    }
                }))));
        RawWebSocket peer = test.connect(server);
        WebSocket socket = test.opened();

        // The second pause is taken back at once from another thread, and that counts.
        peer.send(RawFrame.text("one"), RawFrame.text("pause"), RawFrame.text("two"), RawFrame.text("three"));
        assertThat(EndToEnd.next(got, "one")).isEqualTo("one");
        assertThat(EndToEnd.next(got, "pause")).isEqualTo("pause");
        assertThat(got.poll(30, TimeUnit.MILLISECONDS)).isNull();

        // Not even read: the peer can send no more than the system's buffers take.
        int count = 300;
        Future<?> sending = test.async(() -> {
            for (int i = 0; i < count; i++) {
                peer.sendBinary(new byte[100_000]);
            }
            return null;
        });
        await("some to be held", () -> socket.stats().heldBytes() > 0);
        assertThat(sending.isDone()).isFalse();
        long received = socket.stats().bytesReceived();
        assertThat(received).isLessThan(300_000);
        assertThat(got).isEmpty();

        socket.resume();
        assertThat(EndToEnd.next(got, "two")).isEqualTo("two");
        assertThat(EndToEnd.next(got, "three")).isEqualTo("three");
        for (int i = 0; i < count; i++) {
            assertThat(EndToEnd.next(got, "a large one")).isEqualTo("100000");
        }
        join(sending);
        socket.resume();
        socket.pause();
        socket.resume();
        peer.sendText("end");
        assertThat(EndToEnd.next(got, "end")).isEqualTo("end");
        peer.closeHandshake(1000);
    }

    @Test
    void aPauseHasAnEnd() throws Exception {
        RawWebSocket peer = test.connect(
                test.start(Endpoint.listener(test.listener(WebSocketListener.onText((socket, text) -> socket.pause())))
                        .options(options -> options.maxPause(Duration.ofMillis(300)))));

        peer.sendText("pause");

        RawFrame close = peer.readClose();
        assertThat(close.closeCode()).isEqualTo(1008);
        assertThat(close.closeReason()).contains("maxPause");
        peer.send(RawFrame.close(1008, ""));
        peer.readEnd();
        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
        assertThat(end.sentCode()).isEqualTo(1008);
        assertThat(end.clean()).isTrue();
    }

    /** A peer that is not read cannot prove that it lives, so it is not held against it. */
    @Test
    void whoIsNotReadIsNotCutForSilence() throws Exception {
        RawWebSocket peer = heartbeat(Style.LISTENER);
        WebSocket socket = test.opened();
        socket.pause();
        long until = System.nanoTime() + Duration.ofMillis(900).toNanos();

        await("two pong timeouts to pass", () -> System.nanoTime() > until);
        assertThat(test.noneEnded()).isTrue();
        socket.resume();
        peer.sendText("alive");

        RawFrame frame = peer.readFrame();
        while (frame.opcode() == RawFrame.PING) {
            frame = peer.readFrame();
        }
        assertThat(frame.text()).isEqualTo("alive");
        peer.close();
        test.ended();
    }

    // ---- timers of the application

    @Test
    void timersOfTheLoops() throws Exception {
        EventLoops loops = test.loops(2);
        BlockingQueue<String> fired = new LinkedBlockingQueue<>();
        long began = System.nanoTime();

        ScheduledTask cancelled = loops.schedule(Duration.ofMillis(100), () -> fired.add("cancelled"));
        loops.schedule(
                Duration.ofMillis(120),
                () -> fired.add("late on " + Thread.currentThread().getName()));
        loops.schedule(Duration.ZERO, () -> fired.add("soon"));
        loops.schedule(Duration.ofMillis(-5), () -> {
            throw new IllegalStateException("on purpose");
        });
        ScheduledTask never = loops.schedule(Duration.ofDays(1), () -> fired.add("never"));
        cancelled.cancel();
        cancelled.cancel();

        assertThat(EndToEnd.next(fired, "the first")).isEqualTo("soon");
        assertThat(EndToEnd.next(fired, "the last")).startsWith("late on gibbon-loop");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(120));
        await("one to be left", () -> loops.timers() == 1);
        never.cancel();
        await("none to be left", () -> loops.timers() == 0);
        assertThat(fired).isEmpty();
        // It was told of, and the loop goes on.
        assertThat(test.log().forget("scheduled")).hasSize(1);
    }
}
