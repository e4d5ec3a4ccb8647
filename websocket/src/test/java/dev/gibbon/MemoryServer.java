package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.MemoryAddress;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.internal.transport.MemoryTransport;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A server on the in-memory transport whose loop takes its turns when the test says so, with a clock that the test moves. So a
 * deadline of a minute passes in no time, and nothing depends on threads.
 */
final class MemoryServer implements AutoCloseable {
    private static final MemoryAddress ADDRESS = new MemoryAddress("server");

    /** What a pipe holds: small, so that a peer that does not read fills it soon. */
    static final int PIPE_BYTES = 64 << 10;

    private static final long MOST_SENDING_NANOS = 20_000_000_000L;

    private final MemoryTransport transport = new MemoryTransport(PIPE_BYTES);
    private final LoopGroup group;
    private final WebSocketServer server;
    private long clock = 1_000_000_000_000L;

    MemoryServer(Endpoint endpoint) {
        this(builder -> builder.webSocket("/", endpoint));
    }

    MemoryServer(Consumer<WebSocketServer.Builder> paths) {
        group = LoopGroup.manual(transport, 1, () -> clock);
        WebSocketServer.Builder builder =
                WebSocketServer.builder().eventLoops(EventLoops.of(group)).address(ADDRESS);
        paths.accept(builder);
        try {
            server = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    WebSocketServer server() {
        return server;
    }

    EventLoop loop() {
        return group.loops().get(0);
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

    /** Connects without a handshake. */
    MemoryPeer connect(Faults faults) {
        try {
            MemoryPeer peer = transport.connect(ADDRESS, faults);
            settle();
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects from an address without a handshake. */
    MemoryPeer connectFrom(SocketAddress from, Faults faults) {
        try {
            MemoryPeer peer = transport.connect(ADDRESS, from, faults);
            settle();
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects and completes the opening handshake. */
    MemoryPeer open() {
        return open(Faults.NONE);
    }

    MemoryPeer open(Faults faults, String... fields) {
        MemoryPeer peer = connect(faults);
        send(peer, RawWebSocket.request("server", "/", fields));
        String response = new String(read(peer), StandardCharsets.ISO_8859_1);
        assertThat(response).startsWith("HTTP/1.1 101 ").endsWith("\r\n\r\n");
        return peer;
    }

    /** Sends bytes, taking turns while the pipe is full; what the server does not read in a hundred of them is not sent. */
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

    /** Sends bytes of which a handler's own thread has to take some before there is room for all: waits for that thread, too. */
    void sendAll(MemoryPeer peer, byte[] bytes) {
        long began = System.nanoTime();
        try {
            for (int at = 0; at < bytes.length; ) {
                int count = peer.write(bytes, at, bytes.length - at);
                at += count;
                settle();
                if (count == 0) {
                    assertThat(System.nanoTime() - began).as("nobody takes").isLessThan(MOST_SENDING_NANOS);
                    Thread.onSpinWait();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settle();
    }

    void send(MemoryPeer peer, String hex) {
        send(peer, Hex.bytes(hex));
    }

    /** All that is there to read, taking turns until there is no more. */
    byte[] read(MemoryPeer peer) {
        try {
            settle();
            byte[] all = peer.read(Integer.MAX_VALUE);
            while (true) {
                settle();
                byte[] more = peer.read(Integer.MAX_VALUE);
                if (more.length == 0) {
                    return all;
                }
                byte[] both = java.util.Arrays.copyOf(all, all.length + more.length);
                System.arraycopy(more, 0, both, all.length, more.length);
                all = both;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same as hex. */
    String readHex(MemoryPeer peer) {
        return Hex.of(read(peer));
    }

    /** Everything the server took must be given back by now. */
    void assertNothingHeld() {
        settle();
        ServerStats stats = server.stats();
        assertThat(stats.connections()).as("connections").isZero();
        assertThat(stats.webSockets()).as("webSockets").isZero();
        assertThat(stats.queuedBytes()).as("queued bytes").isZero();
        assertThat(stats.pooledBytes()).as("pooled bytes").isZero();
        assertThat(stats.nativeBytes()).as("native bytes").isZero();
        assertThat(loop().timers().armed()).as("timers").isZero();
        assertThat(loop().tenants()).as("tenants").isZero();
    }

    @Override
    public void close() {
        group.close();
        assertThat(group.pooledBytes()).as("pooled bytes").isZero();
        assertThat(group.aliveNatives()).as("compressors that were not freed").isZero();
        assertThat(loop().timers().armed()).as("timers").isZero();
    }
}
