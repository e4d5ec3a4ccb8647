package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Endpoint;
import dev.gibbon.EventLoops;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawListener;
import dev.gibbon.testkit.RawSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Clients as a program has them: many at once, given up, interrupted, on the wrong thread, on the loops that all share. */
final class ClientLifeEndToEndTest {
    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    @TempDir
    Path files;

    @Test
    @DisplayName("a thousand clients on two loops, and not a thread more")
    void manyClients() throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .webSocket("/", Endpoint.listener(test.listener(WebSocketListener.onMessage(WebSocket::send)))));
        EventLoops loops = test.loops(2);
        WebSocketClient client = WebSocketClient.builder("ws://127.0.0.1:" + server.port() + "/")
                .eventLoops(loops)
                .build();
        client.connect().close();
        Set<Thread> before = threads();
        List<CompletableFuture<WebSocket>> opening = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            opening.add(i % 2 == 0 ? client.open() : client.connect(test.listener(new WebSocketListener() {})));
        }
        List<WebSocket> sockets = new ArrayList<>();
        for (CompletableFuture<WebSocket> each : opening) {
            sockets.add(each.get(EndToEnd.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
        for (WebSocket socket : sockets) {
            socket.send("hello");
        }
        for (int i = 0; i < 1000; i += 2) {
            assertThat(sockets.get(i).receive().text()).isEqualTo("hello");
        }
        assertThat(server.stats().webSockets()).isGreaterThanOrEqualTo(1000);
        Set<Thread> now = threads();
        now.removeAll(before);
        assertThat(now).as("threads that the clients made").isEmpty();
        sockets.forEach(WebSocket::close);
        for (WebSocket socket : sockets) {
            assertThat(socket.awaitClose(EndToEnd.PATIENCE)).isPresent();
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                // The server's side of the test, and the virtual machine's own.
                .filter(thread -> thread.getName().startsWith("gibbon-"))
                .collect(Collectors.toSet());
    }

    @Test
    void theLoopsThatAllClientsShareAreFewDaemons() throws Exception {
        WebSocketServer server = test.start(Style.LISTENER.echo(test));
        for (int i = 0; i < 10; i++) {
            try (WebSocket socket = WebSocketClient.connect("ws://127.0.0.1:" + server.port() + "/")) {
                socket.send("hello");
                assertThat(socket.receive().text()).isEqualTo("hello");
            }
        }
        List<Thread> shared = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gibbon-client-loop-"))
                .toList();
        assertThat(shared).hasSizeBetween(1, 4).allMatch(Thread::isDaemon);
    }

    /** What the child of {@link #whatWasSentArrivesThoughTheProgramEnds} does. */
    public static final class SendsAndReturns {
        private SendsAndReturns() {}

        /** Connects to the first argument, sends, closes, and lets the virtual machine end. */
        public static void main(String... args) throws Exception {
            try (WebSocket socket = WebSocketClient.connect(args[0])) {
                for (int i = 0; i < 500; i++) {
                    socket.send("message " + i);
                }
            }
        }
    }

    @Test
    void whatWasSentArrivesThoughTheProgramEnds() throws Exception {
        try (RawListener listener = RawListener.open()) {
            String classes = java.util.stream.Stream.of(
                            WebSocketClient.class, dev.gibbon.protocol.Engine.class, getClass())
                    .map(each -> Path.of(java.net.URI.create(each.getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toString()))
                            .toString())
                    .collect(Collectors.joining(java.io.File.pathSeparator));
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            classes,
                            SendsAndReturns.class.getName(),
                            "ws://127.0.0.1:" + listener.port() + "/")
                    .redirectErrorStream(true)
                    .redirectOutput(files.resolve("output").toFile())
                    .start();
            try (RawSocket socket = listener.acceptWebSocket()) {
                for (int i = 0; i < 500; i++) {
                    assertThat(RawFrame.read(socket.input()).text()).isEqualTo("message " + i);
                }
                assertThat(RawFrame.read(socket.input()).closeCode()).isEqualTo(1000);
                socket.send(RawFrame.close(1000, "").bytes());
                assertThat(child.waitFor(EndToEnd.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(java.nio.file.Files.readString(files.resolve("output")))
                        .isEmpty();
                assertThat(child.exitValue()).isZero();
            } finally {
                child.destroyForcibly();
            }
        }
    }

    @Test
    void anInterruptEndsTheAttempt() throws Exception {
        try (RawListener silent = RawListener.open()) {
            WebSocketClient client = WebSocketClient.builder("ws://127.0.0.1:" + silent.port() + "/")
                    .eventLoops(test.loops(1))
                    .build();
            CompletableFuture<Thread> connecting = new CompletableFuture<>();
            Future<Void> attempt = test.async(() -> {
                connecting.complete(Thread.currentThread());
                assertThatThrownBy(client::connect).isInstanceOf(InterruptedException.class);
                return null;
            });
            try (RawSocket socket = silent.accept()) {
                RawListener.readHead(socket);
                connecting.join().interrupt();
                EndToEnd.join(attempt);
                assertThat(socket.readToEnd()).isEmpty();
            }
        }
    }

    @Test
    void cancellingTheFutureEndsTheAttempt() throws Exception {
        try (RawListener silent = RawListener.open()) {
            CompletableFuture<WebSocket> opening = WebSocketClient.builder("ws://127.0.0.1:" + silent.port() + "/")
                    .eventLoops(test.loops(1))
                    .build()
                    .open();
            try (RawSocket socket = silent.accept()) {
                RawListener.readHead(socket);
                assertThat(opening.cancel(true)).isTrue();
                assertThat(socket.readToEnd()).isEmpty();
            }
        }
    }

    @Test
    void connectingOnALoopNamesTheAlternative() throws Exception {
        WebSocketServer server = test.start(Style.LISTENER.echo(test));
        WebSocketClient client = WebSocketClient.builder("ws://127.0.0.1:" + server.port() + "/")
                .eventLoops(test.loops(1))
                .build();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        BlockingQueue<CompletableFuture<WebSocket>> opened = new LinkedBlockingQueue<>();
        WebSocket outer = client.connect(test.listener(new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket) {
                        try {
                            client.connect();
                            thrown.complete(new AssertionError("it waited"));
                        } catch (IllegalStateException e) {
                            thrown.complete(e);
                        } catch (Exception e) {
                            thrown.complete(e);
                        }
                        opened.add(client.open());
                    }
                }))
                .get();
        assertThat(thrown.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("connect(WebSocketListener)");
        WebSocket inner = EndToEnd.next(opened, "an attempt").get(EndToEnd.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        inner.send("hello");
        assertThat(inner.receive().text()).isEqualTo("hello");
        inner.close();
        outer.close();
    }

    @Test
    void overAUnixDomainSocket() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(files.resolve("socket"));
        WebSocketServer server = test.start(
                WebSocketServer.builder().loops(1).unixDomain(address).webSocket("/", Style.BLOCKING.echo(test)));
        try (WebSocket socket = WebSocketClient.builder("ws://localhost/")
                .unixDomain(address)
                .eventLoops(test.loops(1))
                .build()
                .connect()) {
            socket.send("hello");
            assertThat(socket.receive().text()).isEqualTo("hello");
            assertThat(socket.request().header("Host")).contains("localhost");
        }
        assertThat(server.stats().upgraded()).isEqualTo(1);
    }

    @Test
    void overIpv6() throws Exception {
        byte[] loopback = new byte[16];
        loopback[15] = 1;
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByAddress(loopback), 0));
        } catch (java.io.IOException e) {
            Assumptions.abort("this machine has no IPv6 loopback");
        }
        WebSocketServer server =
                test.start(WebSocketServer.builder().host("::1").loops(1).webSocket("/", Style.LISTENER.echo(test)));
        try (WebSocket socket = WebSocketClient.builder("ws://[::1]:" + server.port() + "/")
                .eventLoops(test.loops(1))
                .build()
                .connect()) {
            socket.send("hello");
            assertThat(socket.receive().text()).isEqualTo("hello");
            assertThat(socket.request().header("Host")).contains("[::1]:" + server.port());
        }
    }

    @Test
    void userAndPasswordInTheUriAreBasic() throws Exception {
        WebSocketServer server = test.start(Endpoint.blocking(test.handler(socket -> {
            socket.send(socket.request().header("Authorization").orElse("none"));
            for (Message message : socket) {
                socket.send(message);
            }
        })));
        try (WebSocket socket = WebSocketClient.builder("ws://us%40er:p%3Aw@127.0.0.1:" + server.port() + "/")
                .eventLoops(test.loops(1))
                .build()
                .connect()) {
            // "us@er:p:w"
            assertThat(socket.receive().text()).isEqualTo("Basic dXNAZXI6cDp3");
            assertThat(socket).asString().doesNotContain("p:w", "us@er");
        }
    }

    @Test
    void aClientAndAServerShareTheLoops() throws Exception {
        EventLoops loops = test.loops(1);
        WebSocketServer server =
                test.start(WebSocketServer.builder().eventLoops(loops).webSocket("/", Style.LISTENER.echo(test)));
        try (WebSocket socket = WebSocketClient.builder("ws://127.0.0.1:" + server.port() + "/")
                .eventLoops(loops)
                .build()
                .connect()) {
            socket.send(new byte[300_000]);
            assertThat(socket.receive().size()).isEqualTo(300_000);
        }
    }
}
