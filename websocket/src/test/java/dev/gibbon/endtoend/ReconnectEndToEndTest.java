package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Endpoint;
import dev.gibbon.EventLoops;
import dev.gibbon.Message;
import dev.gibbon.OutboxPolicy;
import dev.gibbon.ReconnectEvent;
import dev.gibbon.ReconnectPolicy;
import dev.gibbon.ReconnectingWebSocket;
import dev.gibbon.ReconnectingWebSocket.State;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Ports;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that go away and come back, over sockets. */
final class ReconnectEndToEndTest {
    private static final Duration AT_ONCE = Duration.ofMillis(20);
    private static final ReconnectPolicy EAGER = ReconnectPolicy.builder()
            .delays(AT_ONCE, AT_ONCE)
            .stableAfter(Duration.ZERO)
            .build();

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    /** The shared loops stay for ever: they must be there before a test looks which threads are left over. */
    @BeforeAll
    static void makeTheLoopsOfAllClients() {
        ReconnectingWebSocket.builder(
                        WebSocketClient.builder("ws://127.0.0.1:9/").build())
                .start(new WebSocketListener() {})
                .abort();
    }

    private final BlockingQueue<ReconnectEvent> events = new LinkedBlockingQueue<>();

    private WebSocketServer serve(int port, Endpoint endpoint) throws IOException {
        return test.start(WebSocketServer.builder().loops(1).port(port).webSocket("/", endpoint));
    }

    private static WebSocketClient.Builder client(WebSocketServer server) {
        return WebSocketClient.builder("ws://127.0.0.1:" + server.port() + "/");
    }

    private ReconnectingWebSocket.Builder reconnecting(WebSocketServer server) {
        return ReconnectingWebSocket.builder(client(server).build())
                .eventLoops(test.loops(1))
                .policy(EAGER)
                .events(events::add);
    }

    private <T extends ReconnectEvent> T await(Class<T> type) throws InterruptedException {
        while (true) {
            ReconnectEvent event = EndToEnd.next(events, type.getSimpleName());
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    private static Endpoint echo() {
        return Endpoint.listener(WebSocketListener.onMessage((socket, message) -> socket.send(message)));
    }

    @Test
    void aServerIsKilledAndRestarted() throws Exception {
        WebSocketServer server = serve(Ports.free(), echo());
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        ReconnectingWebSocket socket = test.peer(reconnecting(server)
                .outbox(10_000, OutboxPolicy.REFUSE)
                .start(WebSocketListener.onText((from, text) -> answers.add(text))));
        socket.send("sent before there was a connection");
        assertThat(EndToEnd.next(answers, "the first echo")).isEqualTo("sent before there was a connection");
        for (int i = 0; i < 3; i++) {
            server.close(Duration.ZERO);
            await(ReconnectEvent.Disconnected.class);
            await(ReconnectEvent.Failed.class);
            socket.send("sent while it was away " + i);
            server = serve(server.port(), echo());
            assertThat(EndToEnd.next(answers, "the echo")).isEqualTo("sent while it was away " + i);
        }
        socket.close();
        ReconnectEvent.Stopped last = await(ReconnectEvent.Stopped.class);
        assertThat(socket.ended().toCompletableFuture().get(15, TimeUnit.SECONDS))
                .isSameAs(last);
    }

    @Test
    void fiftyClientsComeBackWithoutAThreadOfTheirOwn() throws Exception {
        Set<WebSocket> open = ConcurrentHashMap.newKeySet();
        Endpoint endpoint = Endpoint.listener(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                open.add(socket);
            }
        });
        WebSocketServer server = serve(0, endpoint);
        EventLoops loops = test.loops(1);
        Set<Thread> before = EndToEnd.libraryThreads();
        List<ReconnectingWebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            sockets.add(test.peer(ReconnectingWebSocket.builder(client(server).build())
                    .eventLoops(loops)
                    .policy(EAGER)
                    .start(new WebSocketListener() {})));
        }
        EndToEnd.await("50 connections", () -> open.size() == 50);
        open.forEach(WebSocket::abort);
        EndToEnd.await("50 connections more", () -> open.size() == 100);
        assertThat(before).containsAll(EndToEnd.libraryThreads());
        sockets.forEach(ReconnectingWebSocket::close);
        EndToEnd.await("their ends", () -> sockets.stream().allMatch(socket -> socket.state() == State.ENDED));
    }

    @Test
    void eachAttemptHasFreshHeaders() throws Exception {
        List<String> tokens = new ArrayList<>();
        WebSocketServer server = serve(0, Endpoint.listener(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                tokens.add(socket.request().header("X-Token").orElse(""));
                socket.close(1001, "again");
            }
        }));
        AtomicInteger asked = new AtomicInteger();
        ReconnectingWebSocket socket = test.peer(ReconnectingWebSocket.builder(client(server)
                        .headers(() -> Map.of("X-Token", "" + asked.incrementAndGet()))
                        .build())
                .eventLoops(test.loops(1))
                .policy(EAGER)
                .events(events::add)
                .start(new WebSocketListener() {}));
        for (int i = 0; i < 3; i++) {
            await(ReconnectEvent.Disconnected.class);
        }
        socket.close();
        await(ReconnectEvent.Stopped.class);
        EndToEnd.awaitNothingLeft(server);
        assertThat(tokens).startsWith("1", "2", "3");
    }

    @Test
    void theBlockingStyleGivesEachConnection() throws Exception {
        WebSocketServer server = serve(0, Endpoint.blocking(test.handler(socket -> {
            socket.send("welcome");
            Message first = socket.receive();
            socket.send(first);
            socket.close(first.text().equals("last") ? 1000 : 1001, "");
        })));
        ReconnectingWebSocket reconnecting = test.peer(reconnecting(server).start());
        List<String> heard = new ArrayList<>();
        int connections = 0;
        for (WebSocket socket : reconnecting) {
            connections++;
            socket.send(connections < 3 ? "more" : "last");
            for (Message message : socket) {
                heard.add(message.text());
            }
        }
        assertThat(connections).isEqualTo(3);
        assertThat(heard).containsExactly("welcome", "more", "welcome", "more", "welcome", "last");
        ReconnectEvent end = reconnecting.ended().toCompletableFuture().get(15, TimeUnit.SECONDS);
        assertThat(((ReconnectEvent.GaveUp) end).reason()).isEqualTo(ReconnectEvent.Reason.CLOSE_CODE);
        assertThat(reconnecting.iterator().hasNext()).isFalse();
    }

    @Test
    void askingForTheNextConnectionClosesTheOneBefore() throws Exception {
        WebSocketServer server = serve(0, echo());
        ReconnectingWebSocket reconnecting = test.peer(reconnecting(server).start());
        Iterator<WebSocket> connections = reconnecting.iterator();
        WebSocket first = connections.next();
        WebSocket second = connections.next();
        assertThat(second).isNotSameAs(first);
        assertThat(first.awaitClose(EndToEnd.PATIENCE).orElseThrow().clean()).isTrue();
        second.send("hello");
        assertThat(second.receive().text()).isEqualTo("hello");
        reconnecting.close();
        assertThat(connections.hasNext()).isFalse();
    }

    @Test
    void waitsForAConnectionNoLongerThanItIsTold() throws Exception {
        WebSocketServer server = serve(0, echo());
        int port = server.port();
        server.close(Duration.ZERO);
        ReconnectingWebSocket reconnecting = test.peer(reconnecting(server).start());
        assertThat(reconnecting.awaitConnection(Duration.ofMillis(30))).isEmpty();
        assertThat(reconnecting.awaitConnection(Duration.ZERO)).isEmpty();
        serve(port, echo());
        WebSocket socket = reconnecting.awaitConnection(EndToEnd.PATIENCE).orElseThrow();
        assertThat(reconnecting.awaitConnection(Duration.ZERO)).isEmpty();
        socket.send("hello");
        assertThat(socket.receive().text()).isEqualTo("hello");
        reconnecting.close();
        assertThat(reconnecting.awaitConnection(EndToEnd.PATIENCE)).isEmpty();
        assertThat(reconnecting.state()).isEqualTo(State.ENDED);
    }

    @Test
    void anInterruptWhileWaitingStopsIt() throws Exception {
        WebSocketServer server = serve(0, echo());
        server.close(Duration.ZERO);
        ReconnectingWebSocket reconnecting = test.peer(reconnecting(server).start());
        BlockingQueue<Thread> waiting = new LinkedBlockingQueue<>();
        Future<Boolean> ended = test.async(() -> {
            waiting.add(Thread.currentThread());
            return !reconnecting.iterator().hasNext() && Thread.currentThread().isInterrupted();
        });
        Thread thread = EndToEnd.next(waiting, "the thread that waits");
        await(ReconnectEvent.Failed.class);
        thread.interrupt();
        assertThat(EndToEnd.join(ended)).isTrue();
        await(ReconnectEvent.Stopped.class);
    }

    @Test
    void stylesAreNotMixed() throws Exception {
        WebSocketServer server = serve(0, echo());
        ReconnectingWebSocket listening = test.peer(reconnecting(server).start(new WebSocketListener() {}));
        assertThatThrownBy(listening::iterator).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> listening.awaitConnection(AT_ONCE)).isInstanceOf(IllegalStateException.class);
        ReconnectingWebSocket blocking = test.peer(reconnecting(server).start());
        BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
        test.loops(1).schedule(Duration.ZERO, () -> {
            try {
                blocking.awaitConnection(AT_ONCE);
            } catch (IllegalStateException | InterruptedException e) {
                thrown.add(e);
            }
        });
        assertThat(EndToEnd.next(thrown, "what a loop's thread is told")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void loopsThatAreClosedEndIt() throws Exception {
        WebSocketServer server = serve(0, echo());
        EventLoops loops = EventLoops.create(1, true);
        ReconnectingWebSocket socket = ReconnectingWebSocket.builder(
                        client(server).build())
                .eventLoops(loops)
                .events(events::add)
                .start(new WebSocketListener() {});
        await(ReconnectEvent.Connected.class);
        loops.close();
        assertThat(await(ReconnectEvent.GaveUp.class).reason()).isEqualTo(ReconnectEvent.Reason.LOOPS_CLOSED);
        assertThat(socket.state()).isEqualTo(State.ENDED);
        ReconnectingWebSocket late = ReconnectingWebSocket.builder(
                        client(server).build())
                .eventLoops(loops)
                .start(new WebSocketListener() {});
        assertThat(late.state()).isEqualTo(State.ENDED);
        late.close();
    }

    @Test
    void theLoopsOfAllClientsAreTheDefault() throws Exception {
        WebSocketServer server = serve(Ports.free(), echo());
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        ReconnectingWebSocket socket =
                test.peer(ReconnectingWebSocket.builder(client(server).build()).start(new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket opened) {
                        opened.send("hello");
                    }

                    @Override
                    public void onText(WebSocket from, String text) {
                        answers.add(text);
                    }
                }));
        assertThat(EndToEnd.next(answers, "the echo")).isEqualTo("hello");
        socket.close();
        EndToEnd.await("the end", () -> socket.state() == State.ENDED);
    }
}
