package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.Endpoint;
import dev.gibbon.EventLoops;
import dev.gibbon.ServerStats;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketHandler;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The servers, loops and peers of one test. It ends them after the test and asserts that nothing is left over: connections,
 * buffers, queued bytes, timers, handlers and threads, one {@code onClose} for each {@code onOpen}, and no fault of the library in
 * the log.
 *
 * <p>Everything that waits here waits for a condition, and no longer than {@link #PATIENCE}.
 */
final class EndToEnd implements BeforeEachCallback, AfterEachCallback {
    /** The longest wait for what should come at once; only a failing test waits so long. */
    static final Duration PATIENCE = Duration.ofSeconds(15);

    private final List<WebSocketServer> servers = new ArrayList<>();
    private final List<EventLoops> loops = new ArrayList<>();
    private final List<AutoCloseable> peers = new ArrayList<>();
    private final List<Witness> witnesses = new ArrayList<>();
    private final BlockingQueue<WebSocket> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<CloseInfo> ended = new LinkedBlockingQueue<>();
    private final AtomicInteger handlers = new AtomicInteger();
    private final LogRecorder log = new LogRecorder();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "test-peer");
        thread.setDaemon(true);
        return thread;
    });
    private Set<Thread> threadsBefore = Set.of();

    // ---- servers

    /** Starts a server that is closed after the test. */
    WebSocketServer start(WebSocketServer.Builder builder) throws IOException {
        WebSocketServer server = builder.start();
        servers.add(server);
        return server;
    }

    /** Starts a server with one loop and one endpoint at {@code /}. */
    WebSocketServer start(Endpoint endpoint) throws IOException {
        return start(WebSocketServer.builder().loops(1).webSocket("/", endpoint));
    }

    /** The same over TLS. */
    WebSocketServer start(Endpoint endpoint, ServerTls tls) throws IOException {
        return start(WebSocketServer.builder().loops(1).tls(tls).webSocket("/", endpoint));
    }

    /** The server that was started last. */
    WebSocketServer lastServer() {
        return servers.get(servers.size() - 1);
    }

    /** Starts loops that are closed after the test. */
    EventLoops loops(int count) {
        EventLoops made = EventLoops.create(count, true);
        loops.add(made);
        return made;
    }

    /** A listener that notes opens and ends for {@link #opened()} and {@link #ended()}. */
    WebSocketListener listener(WebSocketListener listener) {
        Witness witness = new Witness(listener, opened, ended);
        witnesses.add(witness);
        return witness;
    }

    /** A handler that notes opens and ends for {@link #opened()} and {@link #ended()}. */
    WebSocketHandler handler(WebSocketHandler handler) {
        return socket -> {
            handlers.incrementAndGet();
            try {
                opened.add(socket);
                socket.closed().thenAccept(ended::add);
                handler.handle(socket);
            } finally {
                handlers.decrementAndGet();
            }
        };
    }

    /** The next connection that was opened at an endpoint of this test. */
    WebSocket opened() throws InterruptedException {
        return next(opened, "a connection that is open");
    }

    /** How the next connection of this test ended. */
    CloseInfo ended() throws InterruptedException {
        return next(ended, "the end of a connection");
    }

    /** Whether no end was noted that was not asked for. */
    boolean noneEnded() {
        return ended.isEmpty();
    }

    /** What the library logged since the test began. */
    LogRecorder log() {
        return log;
    }

    // ---- peers

    /** Opens a WebSocket that is cut after the test. */
    RawWebSocket connect(WebSocketServer server, String target, String... fields) throws IOException {
        return peer(RawWebSocket.connect(server.port(), target, fields));
    }

    /** Opens a WebSocket at {@code /}. */
    RawWebSocket connect(WebSocketServer server) throws IOException {
        return connect(server, "/");
    }

    /** Opens a WebSocket whose system keeps few bytes for it that it does not read. */
    RawWebSocket connectSlowReader(WebSocketServer server, String target, String... fields) throws IOException {
        RawSocket socket = peer(
                RawSocket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 16 << 10));
        socket.send(RawWebSocket.request("localhost:" + server.port(), target, fields));
        return RawWebSocket.open(socket);
    }

    /** Connects a plain socket that is closed after the test. */
    RawSocket dial(WebSocketServer server) throws IOException {
        return peer(RawSocket.connect(server.port()));
    }

    /** Has something closed after the test. */
    <T extends AutoCloseable> T peer(T peer) {
        peers.add(peer);
        return peer;
    }

    /** Runs something beside the test's thread. */
    <T> Future<T> async(Callable<T> task) {
        return threads.submit(task);
    }

    // ---- waiting

    /** Waits for what {@link #async} runs, and throws what it threw. */
    static <T> T join(Future<T> future) throws Exception {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                cause.addSuppressed(e);
                throw cause;
            }
            throw e;
        } catch (TimeoutException e) {
            throw new AssertionError("not done within " + PATIENCE, e);
        }
    }

    /** Waits until a condition holds. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("after " + PATIENCE + " still not: " + what);
            }
            LockSupport.parkNanos(500_000);
        }
    }

    /** The next of a queue. */
    static <T> T next(BlockingQueue<T> queue, String what) throws InterruptedException {
        T next = queue.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("did not come within " + PATIENCE + ": " + what);
        }
        return next;
    }

    // ---- before and after

    @Override
    public void beforeEach(ExtensionContext context) {
        threadsBefore = libraryThreads();
        log.attach();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        try {
            for (AutoCloseable peer : peers) {
                peer.close();
            }
            for (WebSocketServer server : servers) {
                awaitNothingLeft(server);
            }
            for (EventLoops group : loops) {
                await("no timers on shared loops", () -> group.timers() == 0);
            }
            await("handlers to return", () -> handlers.get() == 0);
        } finally {
            for (WebSocketServer server : servers) {
                server.close(Duration.ZERO);
            }
            loops.forEach(EventLoops::close);
            threads.shutdownNow();
            log.detach();
        }
        await("threads of the library to end", () -> threadsBefore.containsAll(libraryThreads()));
        witnesses.forEach(Witness::verify);
        assertThat(log.errors()).as("faults of the library").isEmpty();
    }

    /** Waits until a server has nothing that belongs to a connection. */
    static void awaitNothingLeft(WebSocketServer server) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        ServerStats left = server.stats();
        while (!isNothing(left)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("all peers are gone, but of the server is left: " + left);
            }
            LockSupport.parkNanos(500_000);
            left = server.stats();
        }
    }

    private static boolean isNothing(ServerStats stats) {
        return stats.connections() == 0
                && stats.webSockets() == 0
                && stats.queuedBytes() == 0
                && stats.pooledBytes() == 0
                && stats.nativeBytes() == 0
                && stats.timers() == 0;
    }

    /** The platform threads that the library has made, but for those that all clients share and that go when they are idle. */
    static Set<Thread> libraryThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gibbon-")
                        && !thread.getName().startsWith("gibbon-lookup")
                        && !thread.getName().startsWith("gibbon-client"))
                .collect(Collectors.toSet());
    }
}
