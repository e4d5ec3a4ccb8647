package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.Endpoint;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.Resource;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that end their stream half way, reset it at any moment, or vanish while an application waits for them. */
class BrokenPeersEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    // ---- half-closed

    @ParameterizedTest
    @EnumSource
    void aMessageAndThenTheEndOfTheStream(Style style) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));

        peer.send(RawFrame.text("one"), RawFrame.text("two"));
        peer.socket().halfClose();

        // It may still read, so it is answered.
        assertThat(peer.readText()).isEqualTo("one");
        assertThat(peer.readText()).isEqualTo("two");
        peer.readEnd();
        CloseInfo end = test.ended();
        assertThat(end).isEqualTo(new CloseInfo(Initiator.NETWORK, 1006, "", 1006, "", null, 0));
        assertThat(end.code()).isEqualTo(1006);
        assertThat(end.clean()).isFalse();
    }

    /** More than the system's buffers hold, to a peer that has ended its own stream and reads slowly. */
    @ParameterizedTest
    @EnumSource
    void aLargeAnswerForAHalfClosedPeer(Style style) throws Exception {
        WebSocketServer server = test.start(
                WebSocketServer.builder().loops(1).sendBufferBytes(16 << 10).webSocket("/", style.echo(test)));
        RawWebSocket peer = test.connectSlowReader(server, "/");
        byte[] large = new byte[1 << 20];

        peer.sendBinary(large);
        peer.socket().halfClose();

        assertThat(peer.readMessage().payload()).hasSize(large.length);
        peer.readEnd();
        assertThat(test.ended().code()).isEqualTo(1006);
    }

    @ParameterizedTest
    @EnumSource
    void theStreamEndsInsideAMessage(Style style) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));

        peer.send(RawFrame.text("whole"), RawFrame.text("begun ").unfinished());
        peer.socket()
                .send(RawFrame.of(RawFrame.CONTINUATION, new byte[100_000])
                        .claiming(200_000)
                        .masked(1)
                        .bytes());
        peer.socket().halfClose();

        assertThat(peer.readText()).isEqualTo("whole");
        peer.readEnd();
        assertThat(test.ended().code()).isEqualTo(1006);
    }

    /** RFC 6455, 7.1.1: after both Closes "the client SHOULD wait for the server to close the connection". */
    @ParameterizedTest
    @EnumSource
    void aCloseAndThenTheEndOfTheStream(Style style) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));

        peer.send(RawFrame.text("last"), RawFrame.close(1000, ""));
        peer.socket().halfClose();

        assertThat(peer.readText()).isEqualTo("last");
        assertThat(peer.readClose().closeCode()).isEqualTo(1000);
        peer.readEnd();
        assertThat(test.ended().clean()).isTrue();
    }

    // ---- resets

    /** A moment in the life of a connection. */
    enum Moment {
        CONNECTED,
        IN_THE_REQUEST,
        BEHIND_THE_REQUEST,
        IN_A_PAGE,
        WHILE_A_HOOK_DECIDES,
        OPEN,
        IN_A_FRAME,
        IN_A_LARGE_MESSAGE,
        BEHIND_A_MESSAGE,
        WITH_UNREAD_ECHOES,
        BEHIND_ITS_CLOSE,
        BEHIND_OUR_CLOSE,
        BEHIND_BOTH,
        BEHIND_A_FAULT
    }

    @ParameterizedTest
    @EnumSource
    void aReset(Moment moment) throws Exception {
        BlockingQueue<CompletableFuture<HandshakeDecision>> questions = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .sendBufferBytes(16 << 10)
                .get("/page", Resource.of("application/octet-stream", new byte[4 << 20]))
                .webSocket("/listener", Style.LISTENER.echo(test))
                .webSocket("/blocking", Style.BLOCKING.echo(test))
                .webSocket("/hook", Style.LISTENER.echo(test).handshake(request -> {
                    CompletableFuture<HandshakeDecision> answer = new CompletableFuture<>();
                    questions.add(answer);
                    return answer;
                })));

        for (int i = 0; i < 6; i++) {
            for (String target : new String[] {"/listener", "/blocking"}) {
                resetAt(moment, server, target, questions);
            }
        }

        await("all of them to be noticed", () -> server.stats().connections() == 0);
        RawWebSocket good = test.connect(server, "/listener");
        good.sendText("all is well");
        assertThat(good.readText()).isEqualTo("all is well");
        good.closeHandshake(1000);
    }

    private void resetAt(
            Moment moment,
            WebSocketServer server,
            String target,
            BlockingQueue<CompletableFuture<HandshakeDecision>> questions)
            throws Exception {
        byte[] request = RawWebSocket.request("localhost", target);
        RawSocket socket = test.dial(server);
        switch (moment) {
            case CONNECTED -> {}
            case IN_THE_REQUEST -> socket.send(java.util.Arrays.copyOf(request, 40));
            case BEHIND_THE_REQUEST -> socket.send(request);
            case IN_A_PAGE -> {
                socket.sendLines("GET /page HTTP/1.1\nHost: x\n\n");
                socket.read(1000);
            }
            case WHILE_A_HOOK_DECIDES -> {
                socket.send(RawWebSocket.request("localhost", "/hook"));
                CompletableFuture<HandshakeDecision> answer = EndToEnd.next(questions, "the question");
                socket.reset();
                answer.complete(HandshakeDecision.accept());
                return;
            }
            default -> {
                socket.send(request);
                RawWebSocket peer = RawWebSocket.open(socket);
                WebSocket ours = test.opened();
                openedAndReset(moment, peer, ours);
            }
        }
        socket.reset();
    }

    private static void openedAndReset(Moment moment, RawWebSocket peer, WebSocket ours) throws IOException {
        switch (moment) {
            case IN_A_FRAME ->
                peer.socket().send(RawFrame.text("x").claiming(1000).masked(1).bytes());
            case IN_A_LARGE_MESSAGE ->
                peer.socket()
                        .send(RawFrame.of(RawFrame.BINARY, new byte[300_000])
                                .claiming(1_000_000)
                                .masked(1)
                                .bytes());
            case BEHIND_A_MESSAGE -> peer.sendText("answer nobody");
            case WITH_UNREAD_ECHOES -> {
                for (int i = 0; i < 20; i++) {
                    peer.sendBinary(new byte[10_000]);
                }
            }
            case BEHIND_ITS_CLOSE -> peer.send(RawFrame.close(1000, ""));
            case BEHIND_OUR_CLOSE -> {
                ours.close(4000, "");
                peer.readClose();
            }
            case BEHIND_BOTH -> {
                peer.send(RawFrame.close(1000, ""));
                peer.readClose();
            }
            case BEHIND_A_FAULT -> peer.socket().send(RawFrame.text("no mask").bytes());
            default -> {
                // Open, and nothing else.
            }
        }
    }

    @Test
    void aResetIsToldWithItsCause() throws Exception {
        RawWebSocket peer = test.connect(test.start(Style.LISTENER.echo(test)));
        test.opened();

        peer.socket().reset();

        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.NETWORK);
        assertThat(end.sentCode()).isEqualTo(1006);
        assertThat(end.receivedCode()).isEqualTo(1006);
        assertThat(end.cause()).isInstanceOf(IOException.class);
        assertThat(test.log().warnings()).isEmpty();
    }

    // ---- while a handler waits

    @Test
    void whileAHandlerWaitsInReceive() throws Exception {
        BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(Endpoint.blocking(test.handler(socket -> {
            try {
                socket.receive();
            } catch (WebSocketClosedException e) {
                thrown.add(e);
                throw e;
            }
        })));

        for (boolean reset : new boolean[] {true, false}) {
            RawWebSocket peer = test.connect(server);
            test.opened();
            if (reset) {
                peer.socket().reset();
            } else {
                peer.close();
            }
            assertThat(EndToEnd.next(thrown, "the end")).hasMessageContaining("1006");
            assertThat(test.ended().initiator()).isEqualTo(Initiator.NETWORK);
        }
        assertThat(test.log().warnings()).isEmpty();
    }

    @Test
    void whileAHandlerWaitsInSend() throws Exception {
        BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .sendBufferBytes(16 << 10)
                .webSocket(
                        "/",
                        Endpoint.blocking(test.handler(socket -> {
                                    try {
                                        while (true) {
                                            socket.send(new byte[10_000]);
                                        }
                                    } catch (WebSocketClosedException e) {
                                        thrown.add(e);
                                        throw e;
                                    }
                                }))
                                .options(options -> options.writeTimeout(Duration.ofSeconds(60))
                                        .maxQueuedBytes(100_000))));
        for (int i = 0; i < 3; i++) {
            RawWebSocket peer = test.connectSlowReader(server, "/");
            WebSocket socket = test.opened();
            await("the handler to wait", () -> socket.bufferedBytes() > 80_000);

            peer.socket().reset();

            assertThat(EndToEnd.next(thrown, "the end")).isInstanceOf(WebSocketClosedException.class);
            CloseInfo end = test.ended();
            assertThat(end.initiator()).isEqualTo(Initiator.NETWORK);
            assertThat(end.bytesUnsent()).isPositive();
        }
        assertThat(test.log().warnings()).isEmpty();
    }

    @Test
    void whileAStreamIsRead() throws Exception {
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(Endpoint.blocking(test.handler(socket -> {
            try (var stream = socket.receiveStream()) {
                stream.readAllBytes();
            } catch (IOException e) {
                thrown.add(e);
            }
        })));
        RawWebSocket peer = test.connect(server);
        peer.send(RawFrame.text("begun").unfinished());
        test.opened();

        peer.socket().reset();

        assertThat(EndToEnd.next(thrown, "the end"))
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(WebSocketClosedException.class);
        assertThat(test.ended().code()).isEqualTo(1006);
    }

    /** Frames behind a fault, and a peer that goes on sending behind our end, do no harm. */
    @Test
    void aPeerThatDoesNotStopSending() throws Exception {
        WebSocketServer server =
                test.start(Style.LISTENER.echo(test).options(options -> options.closeTimeout(Duration.ofMillis(500))));
        RawWebSocket peer = test.connect(server);
        ByteArrayOutputStream flood = new ByteArrayOutputStream();
        flood.writeBytes(RawFrame.text("no mask").bytes());
        flood.writeBytes(new byte[10_000]);

        peer.socket().send(flood.toByteArray());
        assertThat(peer.readClose().closeCode()).isEqualTo(1002);
        peer.readEnd();
        assertThat(test.ended().sentCode()).isEqualTo(1002);

        // Our stream has ended, its own has not: at the deadline it is cut all the same.
        assertThatThrownBy(() -> {
                    long deadline = System.nanoTime() + EndToEnd.PATIENCE.toNanos();
                    while (System.nanoTime() - deadline < 0) {
                        peer.socket().send(new byte[1000]);
                    }
                })
                .isInstanceOf(IOException.class);
    }

    /** Rounds of everything at once: nothing is left over, whoever is first. */
    @ParameterizedTest
    @EnumSource
    void closesAbortsAndResetsAtOnce(Style style) throws Exception {
        // A connection that is paused and closed does not see its peer go: that takes the close timeout.
        Endpoint endpoint = style.echo(test).options(options -> options.closeTimeout(Duration.ofMillis(50)));
        WebSocketServer server = test.start(WebSocketServer.builder().loops(2).webSocket("/", endpoint));
        for (int round = 0; round < 150; round++) {
            RawWebSocket peer = test.connect(server);
            WebSocket socket = test.opened();
            int how = round;
            var one = test.async(() -> {
                socket.send("x");
                socket.close(4000, "");
                return null;
            });
            var two = test.async(() -> {
                switch (how % 5) {
                    case 0 -> socket.abort();
                    case 1 -> socket.trySend("y");
                    case 2 -> socket.ping();
                    case 3 -> socket.close(4001, "");
                    default -> socket.pause();
                }
                return null;
            });
            try {
                switch (round % 3) {
                    case 0 -> peer.send(RawFrame.text("z"), RawFrame.close(1000, ""));
                    case 1 -> peer.socket().reset();
                    default -> peer.close();
                }
                EndToEnd.join(one);
            } catch (IOException | WebSocketClosedException e) {
                // Another was first.
            }
            EndToEnd.join(two);
            peer.close();
            test.ended();
        }
    }
}
