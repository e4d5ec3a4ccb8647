package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryAddress;
import dev.gibbon.internal.transport.MemoryListener;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.internal.transport.MemoryTransport;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A client's loop on the in-memory transport, which takes its turns when the test says so, with a clock that the test moves; the
 * test is the server, byte by byte.
 */
final class MemoryClient implements AutoCloseable {
    static final MemoryAddress ADDRESS = new MemoryAddress("server");

    private final MemoryTransport transport = new MemoryTransport(MemoryServer.PIPE_BYTES);
    private final LoopGroup group;
    private final EventLoops loops;
    private final MemoryListener listener = listen(ADDRESS);
    private long clock = 1_000_000_000_000L;

    MemoryClient() {
        group = LoopGroup.manual(transport, 1, () -> clock);
        loops = EventLoops.of(group);
    }

    /** Describes a client of the test's server. */
    WebSocketClient.Builder builder(String uri) {
        return builderByName(uri).address(ADDRESS);
    }

    /** Describes a client of whatever the URI leads to. */
    WebSocketClient.Builder builderByName(String uri) {
        return WebSocketClient.builder(uri).eventLoops(loops);
    }

    WebSocketClient.Builder builder() {
        return builder("ws://server/path?query");
    }

    /** Who connects, and how it goes. */
    MemoryListener listener() {
        return listener;
    }

    EventLoop loop() {
        return group.loops().get(0);
    }

    /** Another address for the client to connect to. */
    MemoryListener listen(SocketAddress address) {
        try {
            return transport.peers(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes turns until nothing is left to do now. */
    void settle() {
        for (int i = 0; i < 40; i++) {
            loop().turn(0);
        }
    }

    /** Moves the clock on, in steps of less than a tick of the wheel, and takes turns. */
    void pass(Duration time) {
        long end = clock + time.toNanos();
        while (clock < end) {
            clock = Math.min(end, clock + 50_000_000L);
            loop().turn(0);
            loop().turn(0);
        }
        settle();
    }

    /** Takes turns until something that happens in another thread has come about. */
    void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still not: " + what).isLessThan(deadline);
            settle();
            LockSupport.parkNanos(200_000);
        }
    }

    /** The next connection of the client. */
    MemoryPeer accept() {
        settle();
        MemoryPeer peer = listener.next();
        if (peer == null) {
            throw new AssertionError("nobody has connected");
        }
        return peer;
    }

    MemoryPeer accept(Faults faults) {
        listener.faults(faults);
        return accept();
    }

    /** Reads the request, and accepts it. */
    void welcome(MemoryPeer peer, String... fields) {
        send(peer, switching(readText(peer), fields));
    }

    /** The answer that accepts a request. */
    static byte[] switching(String request, String... fields) {
        return switching(request, true, fields);
    }

    /** The answer that accepts a request, with or without the fields that it should have. */
    static byte[] switching(String request, boolean usual, String... fields) {
        StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        if (usual) {
            head.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ")
                    .append(RawWebSocket.accept(field(request, "Sec-WebSocket-Key")))
                    .append("\r\n");
        }
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return bytes(head.append("\r\n").toString());
    }

    /** The value of a field of a request that was read. */
    static String field(String request, String name) {
        String all = "\r\n" + request;
        int at = all.indexOf("\r\n" + name + ": ");
        if (at < 0) {
            throw new AssertionError("no " + name + " in " + request);
        }
        int from = at + name.length() + 4;
        return all.substring(from, all.indexOf("\r\n", from));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Sends bytes, taking turns while the pipe is full. */
    void send(MemoryPeer peer, byte[] bytes) {
        try {
            int at = 0;
            for (int idle = 0; at < bytes.length && idle < 100; idle++) {
                int count = peer.write(bytes, at, bytes.length - at);
                idle = count > 0 ? 0 : idle;
                at += count;
                loop().turn(0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settle();
    }

    void send(MemoryPeer peer, String text) {
        send(peer, bytes(text));
    }

    /** All that is there to read, taking turns until there is no more. */
    byte[] read(MemoryPeer peer) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            while (true) {
                settle();
                byte[] more = peer.read(Integer.MAX_VALUE);
                if (more.length == 0) {
                    return all.toByteArray();
                }
                all.writeBytes(more);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String readText(MemoryPeer peer) {
        return new String(read(peer), StandardCharsets.ISO_8859_1);
    }

    String readHex(MemoryPeer peer) {
        return Hex.of(read(peer));
    }

    /** What an attempt that is over failed with. */
    static Throwable failure(CompletableFuture<WebSocket> opening) {
        assertThat(opening).as("the attempt").isDone();
        try {
            throw new AssertionError("it did not fail: " + opening.get());
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The socket of an attempt that is over. */
    static WebSocket socket(CompletableFuture<WebSocket> opening) {
        assertThat(opening).as("the attempt").isCompleted();
        return opening.join();
    }

    /** Everything the client took must be given back by now. */
    void assertNothingHeld() {
        settle();
        assertThat(loop().tenants()).as("tenants").isZero();
        assertThat(loop().timers().armed()).as("timers").isZero();
        assertThat(group.pooledBytes()).as("pooled bytes").isZero();
        assertThat(group.nativeBytes()).as("native bytes").isZero();
        assertThat(listener.hanging()).as("attempts to connect").isZero();
    }

    @Override
    public void close() {
        group.close();
        assertThat(group.pooledBytes()).as("pooled bytes").isZero();
        assertThat(group.aliveNatives()).as("compressors that were not freed").isZero();
        assertThat(loop().timers().armed()).as("timers").isZero();
        assertThat(loop().tenants()).as("tenants").isZero();
    }
}
