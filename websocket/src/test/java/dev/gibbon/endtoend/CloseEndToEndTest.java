package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.Endpoint;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455, 7: who begins, who answers, with what code, in how much time; and the one record that tells it. */
class CloseEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    // ---- the peer begins

    @ParameterizedTest
    @CsvSource({
        "LISTENER, 1000, ''", "LISTENER, 1001, away", "LISTENER, 1002, ''", "LISTENER, 1003, ''", "LISTENER, 1007, ''",
        "LISTENER, 1014, ''", "LISTENER, 3000, ü", "LISTENER, 4999, ''", "BLOCKING, 1000, bye", "BLOCKING, 4000, ''"
    })
    void thePeerCloses(Style style, int code, String reason) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));

        peer.send(RawFrame.close(code, reason));

        // RFC 6455, 5.5.1: "When sending a Close frame in response, the endpoint typically echos the status code it
        // received."
        assertThat(peer.readClose()).isEqualTo(RawFrame.close(code, ""));
        peer.readEnd();
        assertThat(test.ended()).isEqualTo(new CloseInfo(Initiator.PEER, code, "", code, reason, null, 0));
    }

    @ParameterizedTest
    @EnumSource
    void thePeerClosesWithoutACode(Style style) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));

        peer.send(RawFrame.of(RawFrame.CLOSE, new byte[0]));

        assertThat(peer.readClose().payload()).isEmpty();
        peer.readEnd();
        CloseInfo end = test.ended();
        assertThat(end).isEqualTo(new CloseInfo(Initiator.PEER, 1005, "", 1005, "", null, 0));
        assertThat(end.clean()).isTrue();
        assertThat(end.code()).isEqualTo(1005);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535})
    void codesThatNobodyMaySend(int code) throws Exception {
        RawWebSocket peer = test.connect(test.start(Style.LISTENER.echo(test)));

        peer.send(RawFrame.close(code, ""));

        assertThat(peer.readClose().closeCode()).isEqualTo(1002);
        peer.readEnd();
        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
        assertThat(end.sentCode()).isEqualTo(1002);
        assertThat(end.receivedCode()).isEqualTo(1006);
    }

    /** RFC 6455, 5.5.1: "The application MUST NOT send any more data frames after sending a Close frame." */
    @ParameterizedTest
    @EnumSource
    void nothingIsReadBehindThePeersClose(Style style) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));

        peer.send(RawFrame.text("before"), RawFrame.close(1000, ""), RawFrame.text("behind"), RawFrame.close(1001, ""));

        assertThat(peer.readText()).isEqualTo("before");
        assertThat(peer.readClose().closeCode()).isEqualTo(1000);
        peer.readEnd();
        assertThat(test.ended().receivedCode()).isEqualTo(1000);
    }

    /**
     * A ping behind a Close is not even forbidden, and may be under way when the answer goes. It must not be answered with a reset, which
     * keeps a peer that is writing from our Close, so the stream is read on until the peer ends it, too.
     */
    @ParameterizedTest
    @EnumSource
    void whoSendsBehindItsCloseSeesTheOrderlyEnd(Style style) throws Exception {
        RawWebSocket peer = test.connect(test.start(style.echo(test)));

        peer.send(RawFrame.close(1000, ""));
        test.ended();
        for (int i = 0; i < 20; i++) {
            peer.send(RawFrame.of(RawFrame.PING, new byte[100]));
        }

        assertThat(peer.readClose().closeCode()).isEqualTo(1000);
        peer.readEnd();
        peer.send(RawFrame.of(RawFrame.PING, new byte[100]));
    }

    // ---- the application begins

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999})
    void theApplicationCloses(int code) throws Exception {
        RawWebSocket peer = test.connect(test.start(Endpoint.listener(
                test.listener(WebSocketListener.onText((socket, text) -> socket.close(code, "because"))))));

        peer.sendText("close");

        assertThat(peer.readClose()).isEqualTo(RawFrame.close(code, "because"));
        peer.send(RawFrame.close(code, "ok"));
        peer.readEnd();
        CloseInfo end = test.ended();
        assertThat(end).isEqualTo(new CloseInfo(Initiator.APPLICATION, code, "because", code, "ok", null, 0));
        assertThat(end.clean()).isTrue();
    }

    @Test
    void aHandlerThatReturnsClosesWith1000() throws Exception {
        RawWebSocket peer = test.connect(test.start(Endpoint.blocking(test.handler(WebSocket::receive))));

        peer.sendText("that is all");

        assertThat(peer.readClose()).isEqualTo(RawFrame.close(1000, ""));
        peer.send(RawFrame.close(1000, ""));
        peer.readEnd();
        assertThat(test.ended()).isEqualTo(new CloseInfo(Initiator.APPLICATION, 1000, "", 1000, "", null, 0));
    }

    @Test
    void wrongCodesAndReasonsAreRefusedAtOnce() throws Exception {
        RawWebSocket peer = test.connect(test.start(Style.LISTENER.echo(test)));
        WebSocket socket = test.opened();

        for (int code : new int[] {-1, 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65536 + 1000}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> socket.close(code, ""))
                    .withMessageContaining("" + code);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> socket.close(1000, "ü".repeat(62)))
                .withMessageContaining("124")
                .withMessageContaining("123");
        peer.sendText("still open");
        assertThat(peer.readText()).isEqualTo("still open");

        socket.close(1000, "r".repeat(123));
        assertThat(peer.readClose().closeReason()).hasSize(123);
        peer.send(RawFrame.close(1000, ""));
        peer.readEnd();
    }

    @Test
    void ourCloseGoesBehindWhatIsQueuedAndLateMessagesAreStillDelivered() throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(Endpoint.listener(test.listener(WebSocketListener.onText((socket, text) -> {
            got.add(text);
            if (text.equals("close")) {
                for (int i = 0; i < 50; i++) {
                    socket.send("answer " + i);
                }
                socket.close(4000, "enough");
                assertThatThrownBy(() -> socket.send("too late")).isInstanceOf(WebSocketClosedException.class);
                assertThat(socket.trySend("too late")).isEqualTo(SendResult.CLOSED);
            }
        }))));
        RawWebSocket peer = test.connect(server);

        peer.sendText("close");
        for (int i = 0; i < 50; i++) {
            assertThat(peer.readText()).isEqualTo("answer " + i);
        }
        assertThat(peer.readClose().closeCode()).isEqualTo(4000);
        peer.send(RawFrame.text("I was"), RawFrame.text("not done"), RawFrame.close(4001, "now"));
        peer.readEnd();

        assertThat(test.ended()).isEqualTo(new CloseInfo(Initiator.APPLICATION, 4000, "enough", 4001, "now", null, 0));
        assertThat(got).containsExactly("close", "I was", "not done");
    }

    @Test
    void theFirstCloseCounts() throws Exception {
        RawWebSocket peer = test.connect(test.start(Style.LISTENER.echo(test)));
        WebSocket socket = test.opened();

        socket.close(4000, "first");
        socket.close(4001, "second");
        socket.close();

        assertThat(peer.readClose()).isEqualTo(RawFrame.close(4000, "first"));
        peer.send(RawFrame.close(4000, ""));
        peer.readEnd();
        assertThat(test.ended().sentCode()).isEqualTo(4000);
        socket.close(4002, "third");
        socket.abort();
    }

    /** Both Closes cross: each is the answer to the other. */
    @Test
    void bothCloseAtOnce() throws Exception {
        for (int i = 0; i < 50; i++) {
            RawWebSocket peer = test.connect(server());
            WebSocket socket = test.opened();
            Future<?> closing = test.async(() -> {
                socket.close(4000, "ours");
                return null;
            });
            peer.send(RawFrame.close(4001, "theirs"));

            int code = peer.readClose().closeCode();
            peer.readEnd();
            join(closing);
            CloseInfo end = test.ended();

            assertThat(end.clean()).isTrue();
            assertThat(end.sentCode()).isEqualTo(code).isIn(4000, 4001);
            assertThat(end.receivedCode()).isEqualTo(4001);
            // Ours may have waited for the loop when theirs came: then they were first, and ours is the answer.
            assertThat(end.initiator()).isIn(code == 4001 ? List.of(Initiator.PEER) : List.of(Initiator.values()));
            assertThat(test.noneEnded()).isTrue();
        }
    }

    private WebSocketServer shared;

    private WebSocketServer server() throws IOException {
        if (shared == null) {
            shared = test.start(Style.LISTENER.echo(test));
        }
        return shared;
    }

    @Test
    void ourCloseWasSentAndThePeersCrossedIt() throws Exception {
        RawWebSocket peer = test.connect(server());
        WebSocket socket = test.opened();

        socket.close(4000, "ours");
        assertThat(peer.readClose().closeCode()).isEqualTo(4000);
        peer.send(RawFrame.close(4001, "theirs"));
        peer.readEnd();

        assertThat(test.ended()).isEqualTo(new CloseInfo(Initiator.APPLICATION, 4000, "ours", 4001, "theirs", null, 0));
    }

    // ---- a peer without manners

    @ParameterizedTest
    @EnumSource
    void aPeerThatNeverAnswersOurCloseIsCut(Style style) throws Exception {
        Endpoint endpoint = style.echo(test).options(options -> options.closeTimeout(Duration.ofMillis(300)));
        RawWebSocket peer = test.connect(test.start(endpoint));
        WebSocket socket = test.opened();

        long began = System.nanoTime();
        socket.close(1000, "bye");
        peer.sendText("I do not listen");
        assertThat(peer.readFrame()).isIn(RawFrame.close(1000, "bye"), RawFrame.text("I do not listen"));
        CloseInfo end = test.ended();
        long took = (System.nanoTime() - began) / 1_000_000;

        assertThat(end.initiator()).isEqualTo(Initiator.APPLICATION);
        assertThat(end.sentCode()).isEqualTo(1000);
        assertThat(end.receivedCode()).isEqualTo(1006);
        assertThat(end.code()).isEqualTo(1006);
        assertThat(end.clean()).isFalse();
        assertThat(end.cause()).isInstanceOf(TimeoutException.class).hasMessageContaining("closeTimeout");
        assertThat(took).isBetween(300L, 3000L);
        // The connection is gone for the peer as well, though it never closed.
        await("the connection to be closed", () -> socket.closeInfo() != null);
        EndToEnd.awaitNothingLeft(test.lastServer());
    }

    /** After both Closes the server ends its stream and waits for the peer's end, but not for ever. */
    @Test
    void aPeerThatNeverEndsItsStreamIsCut() throws Exception {
        Endpoint endpoint = Style.LISTENER.echo(test).options(options -> options.closeTimeout(Duration.ofMillis(300)));
        WebSocketServer server = test.start(endpoint);
        RawWebSocket peer = test.connect(server);

        peer.send(RawFrame.close(1000, ""));
        assertThat(peer.readClose().closeCode()).isEqualTo(1000);
        peer.readEnd();
        assertThat(test.ended().clean()).isTrue();

        EndToEnd.awaitNothingLeft(server);
    }

    @Test
    void abortCutsAtOnceAndCountsWhatWasLost() throws Exception {
        WebSocketServer server = test.start(
                WebSocketServer.builder().loops(1).sendBufferBytes(16 << 10).webSocket("/", Style.LISTENER.echo(test)));
        RawWebSocket peer = test.connectSlowReader(server, "/");
        WebSocket socket = test.opened();
        byte[] big = new byte[900_000];
        socket.send(big);
        await("some of it to wait", () -> socket.bufferedBytes() > 0);

        socket.abort();

        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.APPLICATION);
        assertThat(end.sentCode()).isEqualTo(1006);
        assertThat(end.receivedCode()).isEqualTo(1006);
        assertThat(end.code()).isEqualTo(1006);
        assertThat(end.cause()).isNull();
        assertThat(end.bytesUnsent()).isBetween(1L, 900_000L + 100);
        assertThatThrownBy(() -> peer.socket().readToEnd()).isInstanceOf(IOException.class);
        assertThat(socket.bufferedBytes()).isZero();
    }

    @Test
    void everyCallKnowsOfTheEndAndSaysItTheSameWay() throws Exception {
        RawWebSocket peer = test.connect(server());
        WebSocket socket = test.opened();
        peer.closeHandshake(4005);
        CloseInfo end = test.ended();

        assertThat(socket.closeInfo()).isSameAs(end);
        assertThat(socket.awaitClose(Duration.ZERO)).containsSame(end);
        assertThat(socket.closed().toCompletableFuture().get()).isSameAs(end);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> socket.send("x"))
                    .isInstanceOfSatisfying(
                            WebSocketClosedException.class,
                            e -> assertThat(e.info()).isSameAs(end))
                    .hasMessageContaining("4005");
            assertThat(socket.trySend("x")).isEqualTo(SendResult.CLOSED);
            assertThatThrownBy(() -> socket.writer(true)).isInstanceOf(WebSocketClosedException.class);
            assertThat(socket.ping().toCompletableFuture()).isCompletedExceptionally();
        }
        socket.pause();
        socket.resume();
        socket.tap(frame -> {});
        socket.close();
        socket.abort();
        assertThat(socket.bufferedBytes()).isZero();
    }

    /** A blocking application gets everything that came before the end, then the same end for ever. */
    @Test
    void receiveDrainsThenRepeatsTheEnd() throws Exception {
        List<String> got = new ArrayList<>();
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(Endpoint.blocking(test.handler(socket -> {
                    socket.awaitClose(EndToEnd.PATIENCE);
                    for (int i = 0; i < 3; i++) {
                        got.add(socket.receive().text());
                    }
                    for (int i = 0; i < 3; i++) {
                        try {
                            socket.receive();
                        } catch (WebSocketClosedException e) {
                            ends.add(e.getMessage());
                        }
                    }
                }))
                .options(options -> options.closeTimeout(Duration.ofMillis(200))));
        RawWebSocket peer = test.connect(server);

        peer.send(RawFrame.text("one"), RawFrame.text("two"), RawFrame.text("three"), RawFrame.close(4006, "end"));

        assertThat(peer.readClose().closeCode()).isEqualTo(4006);
        for (int i = 0; i < 3; i++) {
            assertThat(EndToEnd.next(ends, "the end")).contains("4006").contains("end");
        }
        assertThat(got).containsExactly("one", "two", "three");
    }
}
