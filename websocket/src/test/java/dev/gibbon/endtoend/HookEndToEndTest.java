package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gibbon.AttributeKey;
import dev.gibbon.Endpoint;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.HandshakeHook;
import dev.gibbon.HandshakeRequest;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawResponse;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a handshake hook may decide, when, and in what thread; and what the application learns of the request. */
class HookEndToEndTest {
    private static final AttributeKey<String> USER = AttributeKey.of("user");

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private WebSocketServer start(HandshakeHook hook) throws IOException {
        return test.start(Style.LISTENER.echo(test).handshake(hook).subprotocols("chat.v2", "chat.v1"));
    }

    private RawResponse refusedAt(WebSocketServer server, String... fields) throws IOException {
        RawSocket socket = test.dial(server);
        socket.send(RawWebSocket.request("localhost:" + server.port(), "/", fields));
        RawResponse response = socket.readResponse(true);
        assertThat(socket.readToEnd()).isEmpty();
        return response;
    }

    // ---- deciding

    @ParameterizedTest
    @EnumSource
    void acceptsWithAttributesAndFields(Style style) throws Exception {
        HandshakeHook hook = HandshakeHook.of(request -> HandshakeDecision.accept()
                .attribute(USER, request.queryParameter("user").orElseThrow())
                .header("X-Server", "one")
                .header("Set-Cookie", "a=b"));
        WebSocketServer server = test.start(style.echo(test).handshake(hook));

        RawWebSocket peer = test.connect(server, "/?user=J%C3%BCrgen+K");
        WebSocket socket = test.opened();

        assertThat(peer.response().header("X-Server")).contains("one");
        assertThat(peer.response().header("Set-Cookie")).contains("a=b");
        assertThat(socket.attribute(USER)).isEqualTo("Jürgen K");
        AttributeKey<String> sameName = AttributeKey.of("user");
        assertThat(socket.attribute(sameName)).isNull();
        socket.attribute(USER, "somebody else");
        assertThat(socket.attribute(USER)).isEqualTo("somebody else");
        socket.attribute(USER, null);
        assertThat(socket.attribute(USER)).isNull();
        peer.closeHandshake(1000);
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 401, 403, 429, 500, 503, 599})
    void refusesWithAnyStatus(int status) throws Exception {
        WebSocketServer server = start(HandshakeHook.of(request ->
                HandshakeDecision.refuse(status, "because").header("WWW-Authenticate", "Basic realm=\"x\"")));

        RawResponse response = refusedAt(server);

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.text().trim()).isEqualTo("because");
        assertThat(response.header("WWW-Authenticate")).contains("Basic realm=\"x\"");
        assertThat(server.stats().upgraded()).isZero();
        assertThat(server.stats().refused()).isEqualTo(status < 400 ? 0 : 1);
    }

    @Test
    void wrongDecisionsAreRefusedWhenTheyAreMade() {
        for (int status : new int[] {0, 101, 200, 204, 304, 600}) {
            assertThatIllegalArgumentException().isThrownBy(() -> HandshakeDecision.refuse(status, ""));
        }
        for (String wrong : new String[] {"a\r\nSet-Cookie: evil", "a\nb", "a\0b"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HandshakeDecision.accept().header("X", wrong));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> HandshakeDecision.accept().header(wrong, "x"));
        }
    }

    /** Early frames wait for the decision; nothing is lost. */
    @Test
    void decidesLater() throws Exception {
        BlockingQueue<CompletableFuture<HandshakeDecision>> pending = new LinkedBlockingQueue<>();
        WebSocketServer server = start(request -> {
            CompletableFuture<HandshakeDecision> answer = new CompletableFuture<>();
            pending.add(answer);
            return answer;
        });
        RawSocket socket = test.dial(server);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(RawWebSocket.request("localhost", "/"));
        all.writeBytes(RawFrame.text("early").masked(7).bytes());

        socket.send(all.toByteArray());
        CompletableFuture<HandshakeDecision> answer = EndToEnd.next(pending, "the question");
        socket.send(RawFrame.text("later").masked(8).bytes());
        assertThat(socket.readWithin(Duration.ofMillis(30))).isEmpty();
        answer.complete(HandshakeDecision.accept());

        RawWebSocket peer = RawWebSocket.open(socket);
        assertThat(peer.readText()).isEqualTo("early");
        assertThat(peer.readText()).isEqualTo("later");
        peer.closeHandshake(1000);
    }

    @Test
    void mayBlockInAThreadOfItsOwn() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        WebSocketServer server = start(HandshakeHook.blocking(request -> {
            threads.add(Thread.currentThread());
            if (request.query().isPresent()) {
                awaitLatch(go);
            }
            return HandshakeDecision.accept();
        }));
        RawSocket slow = test.dial(server);
        slow.send(RawWebSocket.request("localhost", "/?slow"));
        Thread thread = EndToEnd.next(threads, "the hook");

        // The loop, the only one, serves others while a hook waits.
        test.connect(server).closeHandshake(1000);
        assertThat(thread.getName()).doesNotContain("loop");
        go.countDown();

        RawWebSocket.open(slow).closeHandshake(1000);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await(EndToEnd.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The ways for a hook to be wrong. */
    enum Fault {
        THROWS,
        THROWS_AN_ERROR,
        FAILS_LATER,
        THROWS_IN_ITS_THREAD,
        ANSWERS_NULL,
        DECIDES_NULL,
        CHOOSES_WHAT_IS_NOT_OFFERED;

        HandshakeHook hook() {
            return switch (this) {
                case THROWS ->
                    request -> {
                        throw new IOException("on purpose");
                    };
                case THROWS_AN_ERROR ->
                    request -> {
                        throw new AssertionError("on purpose");
                    };
                case FAILS_LATER -> request -> CompletableFuture.failedFuture(new IOException("on purpose"));
                case THROWS_IN_ITS_THREAD ->
                    HandshakeHook.blocking(request -> {
                        throw new IllegalStateException("on purpose");
                    });
                case ANSWERS_NULL -> request -> null;
                case DECIDES_NULL -> HandshakeHook.of(request -> null);
                case CHOOSES_WHAT_IS_NOT_OFFERED ->
                    HandshakeHook.of(request -> HandshakeDecision.accept().subprotocol("other"));
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHookThatIsWrongIsAnsweredWith500(Fault fault) throws Exception {
        WebSocketServer server = start(fault.hook());

        RawResponse response = refusedAt(server, "Sec-WebSocket-Protocol: chat.v1");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text()).doesNotContain("on purpose");
        assertThat(test.log().warnings()).hasSize(1).first().asString().contains("hook");
    }

    /** What came behind the request may not have been read; a system that is told to drop the connection then resets it. */
    private static String readToTheEndOrReset(RawSocket socket) throws IOException {
        try {
            return new String(socket.readToEnd(), StandardCharsets.US_ASCII);
        } catch (SocketException reset) {
            return "";
        }
    }

    @Test
    void neverAnswers() throws Exception {
        BlockingQueue<CompletableFuture<HandshakeDecision>> pending = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .handshakeTimeout(Duration.ofMillis(300))
                .webSocket("/", Style.LISTENER.echo(test).handshake(request -> {
                    CompletableFuture<HandshakeDecision> answer = new CompletableFuture<>();
                    pending.add(answer);
                    return answer;
                })));
        RawSocket socket = test.dial(server);
        socket.send(RawWebSocket.request("localhost", "/"));
        socket.send(RawFrame.text("early").masked(7).bytes());

        // Nothing, or a refusal, but an end in time.
        String answer = readToTheEndOrReset(socket);
        assertThat(answer)
                .satisfiesAnyOf(
                        text -> assertThat(text).isEmpty(),
                        text -> assertThat(text).startsWith("HTTP/1.1 50"));
        socket.close();
        EndToEnd.awaitNothingLeft(server);

        // The answer comes when nobody is there any more.
        EndToEnd.next(pending, "the question").complete(HandshakeDecision.accept());
        EndToEnd.awaitNothingLeft(server);
        assertThat(server.stats().upgraded()).isZero();
    }

    @Test
    void thePeerLeavesWhileItIsDecided() throws Exception {
        BlockingQueue<CompletableFuture<HandshakeDecision>> pending = new LinkedBlockingQueue<>();
        WebSocketServer server = start(request -> {
            CompletableFuture<HandshakeDecision> answer = new CompletableFuture<>();
            pending.add(answer);
            return answer;
        });
        for (int i = 0; i < 20; i++) {
            RawSocket socket = test.dial(server);
            socket.send(RawWebSocket.request("localhost", "/"));
            CompletableFuture<HandshakeDecision> answer = EndToEnd.next(pending, "the question");
            if (i % 2 == 0) {
                socket.reset();
            } else {
                socket.close();
            }
            answer.complete(i % 3 == 0 ? HandshakeDecision.refuse(403, "no") : HandshakeDecision.accept());
        }

        await("all to be gone", () -> server.stats().connections() == 0);
        EndToEnd.awaitNothingLeft(server);
    }

    // ---- subprotocols

    @Test
    void theServersPreferenceAmongTheOffered() throws Exception {
        WebSocketServer server = start(HandshakeHook.of(request -> HandshakeDecision.accept()));

        assertThat(chosen(server, "chat.v1, chat.v2")).contains("chat.v2");
        assertThat(chosen(server, "chat.v1")).contains("chat.v1");
        assertThat(chosen(server, "Chat.V1, other")).isEmpty();
        assertThat(test.connect(server).response().header("Sec-WebSocket-Protocol"))
                .isEmpty();
    }

    private java.util.Optional<String> chosen(WebSocketServer server, String offer) throws Exception {
        RawWebSocket peer = test.connect(server, "/", "Sec-WebSocket-Protocol: " + offer);
        java.util.Optional<String> chosen = peer.response().header("Sec-WebSocket-Protocol");
        assertThat(test.opened().subprotocol()).isEqualTo(chosen);
        peer.closeHandshake(1000);
        return chosen;
    }

    @Test
    void theHooksChoice() throws Exception {
        WebSocketServer server =
                start(HandshakeHook.of(request -> request.subprotocols().contains("mine")
                        ? HandshakeDecision.accept().subprotocol("mine")
                        : HandshakeDecision.accept()));

        assertThat(chosen(server, "chat.v2, mine")).contains("mine");
        assertThat(chosen(server, "chat.v2, yours")).contains("chat.v2");
    }

    // ---- what the application learns

    @Test
    void theRequest() throws Exception {
        BlockingQueue<HandshakeRequest> requests = new LinkedBlockingQueue<>();
        Endpoint endpoint = Style.LISTENER.echo(test).handshake(request -> {
            requests.add(request);
            return CompletableFuture.completedFuture(HandshakeDecision.accept());
        });
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .webSocket("/rooms/{room}/users/{user}", endpoint)
                .webSocket("/rooms/lobby/users/root", endpoint)
                .webSocket("/files/*", endpoint)
                .webSocket("/files/deep/*", endpoint));

        RawWebSocket peer = test.connect(
                server,
                "/rooms/b%C3%BCro%20eins/users/x?a=1&b=%26+%3D&a=2&empty",
                "Cookie: one=1; two=\"2\"; one=3",
                "X-Twice: first",
                "x-twice: second",
                "Sec-WebSocket-Protocol: p1, p2");
        HandshakeRequest request = EndToEnd.next(requests, "the request");

        assertThat(request.path()).isEqualTo("/rooms/büro eins/users/x");
        assertThat(request.pathParameter("room")).contains("büro eins");
        assertThat(request.pathParameter("user")).contains("x");
        assertThat(request.pathParameter("other")).isEmpty();
        assertThat(request.query()).contains("a=1&b=%26+%3D&a=2&empty");
        assertThat(request.queryParameter("a")).contains("1");
        assertThat(request.queryParameter("b")).contains("& =");
        assertThat(request.queryParameter("empty")).contains("");
        assertThat(request.queryParameter("none")).isEmpty();
        assertThat(request.header("x-TWICE")).contains("first");
        assertThat(request.headers("X-Twice")).containsExactly("first", "second");
        assertThat(request.header("none")).isEmpty();
        assertThat(request.cookies()).isEqualTo(Map.of("one", "1", "two", "2"));
        assertThat(request.subprotocols()).isEqualTo(List.of("p1", "p2"));
        assertThat(((InetSocketAddress) request.remoteAddress()).getPort())
                .isEqualTo(peer.socket().localPort());
        assertThat(((InetSocketAddress) request.localAddress()).getPort()).isEqualTo(server.port());
        WebSocket socket = test.opened();
        assertThat(socket.request()).isSameAs(request);
        assertThat(socket.remoteAddress()).isEqualTo(request.remoteAddress());
        peer.closeHandshake(1000);

        test.connect(server, "/rooms/lobby/users/root").closeHandshake(1000);
        assertThat(EndToEnd.next(requests, "an exact path").pathParameter("room"))
                .isEmpty();
        test.connect(server, "/files/a/b.txt").closeHandshake(1000);
        assertThat(EndToEnd.next(requests, "a prefix").pathParameter("*")).contains("a/b.txt");
        test.connect(server, "/files/deep/b.txt").closeHandshake(1000);
        assertThat(EndToEnd.next(requests, "a longer prefix").pathParameter("*"))
                .contains("b.txt");
        // The application may keep it: it is not part of what the loop reads next.
        assertThat(request.header("X-Twice")).contains("first");
    }
}
