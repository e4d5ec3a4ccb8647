package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.Endpoint;
import dev.gibbon.EventLoops;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.Resource;
import dev.gibbon.ShutdownReport;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Ports;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawResponse;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of a server: everybody is told, gets what is theirs and some time; then nothing is left. */
class ServerCloseEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private Future<ShutdownReport> closing(WebSocketServer server, Duration deadline) {
        return test.async(() -> server.close(deadline));
    }

    @ParameterizedTest
    @EnumSource
    void everybodyIsTold1001AndAnswers(Style style) throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(2)
                .get("/page", Resource.text("a page"))
                .webSocket("/", style.echo(test)));
        List<RawWebSocket> peers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            peers.add(test.connect(server));
        }
        // One that keeps a connection for more pages is not waited for.
        RawSocket keepsAlive = test.dial(server);
        keepsAlive.sendLines("GET /page HTTP/1.1\nHost: x\n\n");
        assertThat(keepsAlive.readResponse(true).text()).isEqualTo("a page");

        Future<ShutdownReport> closing = closing(server, Duration.ofSeconds(2));
        for (RawWebSocket peer : peers) {
            RawFrame close = peer.readClose();
            assertThat(close.closeCode()).isEqualTo(1001);
            peer.send(RawFrame.close(1001, ""));
            peer.readEnd();
            peer.close();
        }
        assertThat(keepsAlive.readToEnd()).isEmpty();
        ShutdownReport report = join(closing);

        assertThat(report.closed()).isEqualTo(40);
        assertThat(report.cut()).isZero();
        assertThat(report.bytesUnsent()).isZero();
        // Told over the first half of the time, not all at once, and not waited longer than needed.
        assertThat(report.took()).isBetween(Duration.ofMillis(300), Duration.ofMillis(1950));
        for (int i = 0; i < 40; i++) {
            CloseInfo end = test.ended();
            assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
            assertThat(end.sentCode()).isEqualTo(1001);
            assertThat(end.clean()).isTrue();
        }
        assertThatThrownBy(() -> RawSocket.connect(server.port())).isInstanceOf(IOException.class);
    }

    @Test
    void newcomersGet503Meanwhile() throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .get("/page", Resource.text("a page"))
                .webSocket("/", Style.LISTENER.echo(test)));
        RawSocket begun = test.dial(server);
        byte[] request = RawWebSocket.request("localhost", "/");
        begun.send(java.util.Arrays.copyOf(request, 30));
        // Once this one is open, the loop has read the beginning of the other.
        RawWebSocket open = test.connect(server);
        await("both", () -> server.stats().connections() == 2);

        Future<ShutdownReport> closing = closing(server, Duration.ofSeconds(10));
        assertThat(open.readClose().closeCode()).isEqualTo(1001);
        RawSocket late = test.dial(server);
        RawResponse turnedAway = late.readResponse(true);
        // Who had begun is answered, too.
        begun.send(java.util.Arrays.copyOfRange(request, 30, request.length));
        RawResponse refused = begun.readResponse(true);
        open.send(RawFrame.text("late words"), RawFrame.close(1001, ""));
        open.readEnd();
        for (AutoCloseable each : List.of(open, late, begun)) {
            each.close();
        }

        assertThat(turnedAway.status()).isEqualTo(503);
        assertThat(turnedAway.header("Retry-After")).isPresent();
        assertThat(refused.status()).isEqualTo(503);
        ShutdownReport report = join(closing);
        assertThat(report.closed()).isEqualTo(1);
        assertThat(report.took()).isLessThan(Duration.ofSeconds(9));
    }

    /** A hook that answers while the server closes opens nothing any more. */
    @Test
    void aLateDecisionOpensNothing() throws Exception {
        BlockingQueue<CompletableFuture<HandshakeDecision>> questions = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(Style.LISTENER.echo(test).handshake(request -> {
            CompletableFuture<HandshakeDecision> answer = new CompletableFuture<>();
            questions.add(answer);
            return answer;
        }));
        RawSocket socket = test.dial(server);
        socket.send(RawWebSocket.request("localhost", "/"));
        CompletableFuture<HandshakeDecision> answer = EndToEnd.next(questions, "the question");

        Future<ShutdownReport> closing = closing(server, Duration.ofSeconds(10));
        await("newcomers to be turned away", () -> {
            try (RawSocket late = RawSocket.connect(server.port())) {
                return late.readWithin(Duration.ofMillis(50)).length > 0;
            } catch (IOException e) {
                return false;
            }
        });
        answer.complete(HandshakeDecision.accept());

        assertThat(socket.readResponse(true).status()).isEqualTo(503);
        socket.close();
        assertThat(join(closing).cut()).isZero();
    }

    @Test
    void whatIsQueuedIsWrittenFirst() throws Exception {
        WebSocketServer server = test.start(
                WebSocketServer.builder().loops(1).sendBufferBytes(16 << 10).webSocket("/", Style.LISTENER.echo(test)));
        RawWebSocket peer = test.connectSlowReader(server, "/");
        WebSocket socket = test.opened();
        socket.send(new byte[900_000]);

        Future<ShutdownReport> closing = closing(server, Duration.ofSeconds(10));

        assertThat(peer.readMessage().payload()).hasSize(900_000);
        assertThat(peer.readClose().closeCode()).isEqualTo(1001);
        peer.send(RawFrame.close(1001, ""));
        peer.readEnd();
        peer.close();
        ShutdownReport report = join(closing);
        assertThat(report.closed()).isEqualTo(1);
        assertThat(report.bytesUnsent()).isZero();
    }

    @Test
    void atTheDeadlineTheRestIsCut() throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(2)
                .sendBufferBytes(16 << 10)
                .webSocket("/listener", Style.LISTENER.echo(test))
                .webSocket("/blocking", Style.BLOCKING.echo(test)));
        RawWebSocket answers = test.connect(server, "/listener");
        RawWebSocket silent = test.connect(server, "/blocking");
        RawWebSocket deaf = test.connectSlowReader(server, "/listener");
        for (int i = 0; i < 3; i++) {
            WebSocket socket = test.opened();
            if (socket.remoteAddress().toString().endsWith(":" + deaf.socket().localPort())) {
                socket.send(new byte[1_000_000]);
                await("it to be stuck", () -> socket.stats().bytesSent() > 0);
            }
        }

        Future<ShutdownReport> closing = closing(server, Duration.ofMillis(800));
        assertThat(answers.readClose().closeCode()).isEqualTo(1001);
        answers.send(RawFrame.close(1001, ""));
        answers.readEnd();
        answers.close();
        ShutdownReport report = join(closing);

        assertThat(report.closed()).isEqualTo(1);
        assertThat(report.cut()).isEqualTo(2);
        assertThat(report.bytesUnsent()).isBetween(1L, 1_000_200L);
        assertThat(report.took()).isBetween(Duration.ofMillis(800), Duration.ofSeconds(5));
        assertThat(silent.readClose().closeCode()).isEqualTo(1001);
        assertThatThrownBy(() -> silent.socket().readToEnd()).isInstanceOf(IOException.class);
        int unclean = 0;
        for (int i = 0; i < 3; i++) {
            CloseInfo end = test.ended();
            assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
            unclean += end.clean() ? 0 : 1;
        }
        assertThat(unclean).isEqualTo(2);
    }

    @Test
    void withZeroEverythingIsCutAtOnce() throws Exception {
        WebSocketServer server =
                test.start(WebSocketServer.builder().loops(2).webSocket("/", Style.LISTENER.echo(test)));
        RawWebSocket peer = test.connect(server);
        RawSocket begun = test.dial(server);
        await("both", () -> server.stats().connections() == 2);

        ShutdownReport report = server.close(Duration.ZERO);

        assertThat(report.cut()).isEqualTo(1);
        assertThat(report.closed()).isZero();
        assertThat(report.took()).isLessThan(Duration.ofSeconds(2));
        assertThatThrownBy(() -> peer.socket().readToEnd()).isInstanceOf(IOException.class);
        assertThat(test.ended().code()).isEqualTo(1006);
        assertThat(server.stats().connections()).isZero();
        begun.close();
    }

    @Test
    void closingTwiceAndWaitingForIt() throws Exception {
        WebSocketServer server = test.start(Style.LISTENER.echo(test));
        RawWebSocket peer = test.connect(server);
        Future<Void> waiting = test.async(() -> {
            server.awaitClose();
            return null;
        });
        Future<ShutdownReport> first = closing(server, Duration.ofSeconds(10));
        assertThat(peer.readClose().closeCode()).isEqualTo(1001);
        Future<ShutdownReport> second = closing(server, Duration.ofSeconds(1));
        assertThat(waiting.isDone()).isFalse();
        peer.send(RawFrame.close(1001, ""));
        peer.readEnd();
        peer.close();

        assertThat(join(second)).isSameAs(join(first));
        join(waiting);
        assertThat(server.close(Duration.ZERO)).isSameAs(join(first));
        server.close();
        server.awaitClose();
    }

    /** A blocking handler that never looks up is left to itself; the server closes all the same. */
    @Test
    void aHandlerThatDoesNotReturn() throws Exception {
        CompletableFuture<Void> release = new CompletableFuture<>();
        WebSocketServer server = test.start(Endpoint.blocking(test.handler(socket -> release.join())));
        RawWebSocket peer = test.connect(server);
        test.opened();

        ShutdownReport report = server.close(Duration.ofMillis(300));

        assertThat(report.cut()).isEqualTo(1);
        assertThat(report.took()).isLessThan(Duration.ofSeconds(3));
        peer.close();
        release.complete(null);
    }

    // ---- loops of one's own

    @Test
    void twoServersOnTheSameLoops() throws Exception {
        EventLoops loops = test.loops(2);
        WebSocketServer one =
                test.start(WebSocketServer.builder().eventLoops(loops).webSocket("/", Style.LISTENER.echo(test)));
        WebSocketServer two =
                test.start(WebSocketServer.builder().eventLoops(loops).webSocket("/", Style.BLOCKING.echo(test)));
        RawWebSocket first = test.connect(one);
        RawWebSocket second = test.connect(two);
        CompletableFuture<String> timer = new CompletableFuture<>();

        assertThat(one.stats().connections()).isEqualTo(1);
        assertThat(two.stats().webSockets()).isEqualTo(1);
        Future<ShutdownReport> closing = closing(one, Duration.ofSeconds(10));
        first.readClose();
        first.send(RawFrame.close(1001, ""));
        first.readEnd();
        first.close();
        assertThat(join(closing).closed()).isEqualTo(1);

        // The other one and the loops do not feel it.
        second.sendText("still here");
        assertThat(second.readText()).isEqualTo("still here");
        loops.schedule(Duration.ofMillis(1), () -> timer.complete("ticks"));
        assertThat(timer.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo("ticks");
        second.closeHandshake(1000);
        second.close();
        assertThat(two.close(Duration.ofSeconds(5)).cut()).isZero();
        WebSocketServer three =
                test.start(WebSocketServer.builder().eventLoops(loops).webSocket("/", Style.LISTENER.echo(test)));
        test.connect(three).closeHandshake(1000);
    }

    @Test
    void closingTheLoopsCutsWhatIsLeft() throws Exception {
        EventLoops loops = EventLoops.create(2, true);
        WebSocketServer server =
                test.start(WebSocketServer.builder().eventLoops(loops).webSocket("/", Style.LISTENER.echo(test)));
        RawWebSocket peer = test.connect(server);
        WebSocket socket = test.opened();

        loops.close();
        loops.close();

        CloseInfo end = test.ended();
        assertThat(end.initiator()).isEqualTo(Initiator.LIBRARY);
        assertThat(end.code()).isEqualTo(1006);
        assertThatThrownBy(() -> peer.socket().readToEnd()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> socket.send("x")).hasMessageContaining("1006");
        assertThatThrownBy(() -> loops.schedule(Duration.ZERO, () -> {})).isInstanceOf(IllegalStateException.class);
        assertThat(server.close(Duration.ofSeconds(5)).took()).isLessThan(Duration.ofSeconds(3));
    }

    // ---- addresses

    @Test
    void aTakenPort() throws Exception {
        WebSocketServer server =
                test.start(WebSocketServer.builder().port(Ports.free()).webSocket("/", Style.LISTENER.echo(test)));

        assertThatThrownBy(() -> WebSocketServer.builder()
                        .port(server.port())
                        .webSocket("/", WebSocketListener.onText((socket, text) -> {}))
                        .start())
                .isInstanceOf(BindException.class)
                .hasMessageContaining("" + server.port());

        // The one that has it goes on, and gives it back.
        RawWebSocket peer = test.connect(server);
        peer.closeHandshake(1000);
        peer.close();
        int port = server.port();
        server.close(Duration.ofSeconds(2));
        WebSocketServer next =
                test.start(WebSocketServer.builder().port(port).webSocket("/", Style.LISTENER.echo(test)));
        assertThat(next.port()).isEqualTo(port);
        test.connect(next).closeHandshake(1000);
    }

    @Test
    void anUnknownHost() {
        assertThatThrownBy(() -> WebSocketServer.builder()
                        .host("no-such-host.invalid")
                        .webSocket("/", WebSocketListener.onText((socket, text) -> {}))
                        .start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    /** Rounds of a server's end among connects, sends and closes: it always ends, and nothing is left. */
    @ParameterizedTest
    @EnumSource
    void underLoad(Style style) throws Exception {
        for (int round = 0; round < 6; round++) {
            WebSocketServer server = test.start(WebSocketServer.builder()
                    .loops(2)
                    .webSocket("/", style.echo(test).options(options -> options.closeTimeout(Duration.ofMillis(200)))));
            List<Future<?>> peers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                peers.add(test.async(() -> {
                    while (true) {
                        try (RawWebSocket peer = RawWebSocket.connect(server.port(), "/")) {
                            peer.sendText("x");
                            peer.readFrame();
                        } catch (IOException e) {
                            return null;
                        }
                    }
                }));
            }
            await("some traffic", () -> server.stats().upgraded() > 40);

            ShutdownReport report = server.close(Duration.ofMillis(500));

            assertThat(report.took()).isLessThan(Duration.ofSeconds(5));
            for (Future<?> peer : peers) {
                join(peer);
            }
            assertThat(server.stats().connections()).isZero();
            assertThat(server.stats().webSockets()).isZero();
        }
    }
}
