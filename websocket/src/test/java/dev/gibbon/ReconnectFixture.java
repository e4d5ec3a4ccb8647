package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.transport.MemoryAddress;
import dev.gibbon.internal.transport.MemoryListener;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.internal.transport.MemoryTransport;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawWebSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A reconnecting client in memory: the server's side is a test's peer, the clock is the test's, and the jitter always draws the
 * ceiling. What happened is in {@link #events}, one line each.
 */
final class ReconnectFixture implements AutoCloseable {
    private static final MemoryAddress ADDRESS = new MemoryAddress("server");

    /** The wall clock's time at the beginning. */
    static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    /** Draws the highest number always. */
    static final RandomGenerator CEILING = new RandomGenerator() {
        @Override
        public long nextLong() {
            throw new AssertionError("only bounded numbers are drawn");
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    final List<String> events = new ArrayList<>();
    final List<ReconnectEvent> raw = new ArrayList<>();
    final Recorder listener = new Recorder();
    private final MemoryTransport transport = new MemoryTransport(64 << 10);
    private final LoopGroup group;
    final MemoryListener server;
    private long clock = 1_000_000_000_000L;
    private final long began = clock;

    @Nullable
    ReconnectingWebSocket socket;

    ReconnectFixture() {
        group = LoopGroup.manual(transport, 1, () -> clock);
        try {
            server = transport.peers(ADDRESS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    EventLoop loop() {
        return group.loops().get(0);
    }

    EventLoops loops() {
        return EventLoops.of(group);
    }

    WebSocketClient.Builder client() {
        return WebSocketClient.builder("ws://example.com/feed").address(ADDRESS).eventLoops(loops());
    }

    ReconnectingWebSocket.Builder builder() {
        return prepare(ReconnectingWebSocket.builder(client().build()));
    }

    ReconnectingWebSocket.Builder prepare(ReconnectingWebSocket.Builder builder) {
        return builder.random(CEILING)
                .clock(() -> BEGINNING.plusNanos(clock - began))
                .eventLoops(loops())
                .events(this::note);
    }

    /** Starts in the listener style. */
    ReconnectingWebSocket start(ReconnectingWebSocket.Builder builder) {
        ReconnectingWebSocket started = builder.start(listener);
        socket = started;
        settle();
        return started;
    }

    /** Starts in the listener style with a policy. */
    ReconnectingWebSocket start(ReconnectPolicy.Builder policy) {
        return start(builder().policy(policy.build()));
    }

    ReconnectingWebSocket start() {
        return start(builder());
    }

    private void note(ReconnectEvent event) {
        raw.add(event);
        if (event instanceof ReconnectEvent.Connecting connecting) {
            events.add("connecting " + connecting.attempt());
        } else if (event instanceof ReconnectEvent.Connected connected) {
            events.add("connected " + connected.attempt());
        } else if (event instanceof ReconnectEvent.Failed failed) {
            events.add("failed " + failed.attempt() + " "
                    + failed.cause().getClass().getSimpleName());
        } else if (event instanceof ReconnectEvent.Disconnected disconnected) {
            events.add("disconnected " + disconnected.info().code());
        } else if (event instanceof ReconnectEvent.Waiting waiting) {
            events.add("waiting " + waiting.delay() + " for " + waiting.attempt());
        } else if (event instanceof ReconnectEvent.GaveUp gaveUp) {
            events.add("gave up " + gaveUp.reason() + " unsent " + gaveUp.unsent());
        } else if (event instanceof ReconnectEvent.Stopped stopped) {
            events.add("stopped unsent " + stopped.unsent());
        }
    }

    /** What has happened since the last time. */
    List<String> events() {
        settle();
        List<String> since = List.copyOf(events);
        events.clear();
        return since;
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
            clock = Math.min(end, clock + 15_000_000L);
            loop().turn(0);
            loop().turn(0);
        }
        settle();
    }

    /** The peer of the next attempt that was accepted by the network. */
    MemoryPeer accepted() {
        settle();
        return Objects.requireNonNull(server.next(), "nobody has connected");
    }

    /** Reads a request and answers it with 101. */
    MemoryPeer open() {
        MemoryPeer peer = accepted();
        upgrade(peer);
        return peer;
    }

    void upgrade(MemoryPeer peer) {
        String key = request(peer)
                .lines()
                .filter(line -> line.startsWith("Sec-WebSocket-Key: "))
                .map(line -> line.substring(19))
                .findFirst()
                .orElseThrow();
        answer(
                peer,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + RawWebSocket.accept(key) + "\r\n\r\n");
    }

    String request(MemoryPeer peer) {
        String request = text(peer);
        assertThat(request).startsWith("GET /feed HTTP/1.1\r\n").endsWith("\r\n\r\n");
        return request;
    }

    /** Reads a request and refuses it. */
    void refuse(String status, String... fields) {
        MemoryPeer peer = accepted();
        request(peer);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        answer(peer, head + "\r\n");
    }

    void answer(MemoryPeer peer, String text) {
        send(peer, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(MemoryPeer peer, byte[] bytes) {
        try {
            assertThat(peer.write(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settle();
    }

    /** Sends a Close with a code, and then ends the stream. */
    void close(MemoryPeer peer, int code) {
        send(peer, Hex.bytes("88 02 %04x".formatted(code)));
        read(peer);
        peer.end();
        settle();
    }

    byte[] read(MemoryPeer peer) {
        try {
            settle();
            return peer.read(Integer.MAX_VALUE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text(MemoryPeer peer) {
        return new String(read(peer), StandardCharsets.ISO_8859_1);
    }

    /** The payloads of the whole text messages that came, unmasked, and nothing else. */
    List<String> messages(MemoryPeer peer) {
        return messages(read(peer));
    }

    /** The same of a peer that reads now and then, until nothing more comes. */
    List<String> messagesBySteps(MemoryPeer peer) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int idle = 0; idle < 5; idle++) {
            byte[] some = read(peer);
            all.writeBytes(some);
            idle = some.length == 0 ? idle : 0;
            pass(Duration.ofMillis(30));
        }
        return messages(all.toByteArray());
    }

    private static List<String> messages(byte[] frames) {
        ByteBuffer bytes = ByteBuffer.wrap(frames);
        List<String> messages = new ArrayList<>();
        while (bytes.hasRemaining()) {
            assertThat(bytes.get() & 0xFF).as("a whole text message").isEqualTo(0x81);
            int length = bytes.get() & 0x7F;
            assertThat(length).isLessThan(127);
            byte[] payload = new byte[length == 126 ? bytes.getShort() & 0xFFFF : length];
            byte[] key = new byte[4];
            bytes.get(key).get(payload);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= key[i % 4];
            }
            messages.add(new String(payload, StandardCharsets.UTF_8));
        }
        return messages;
    }

    void assertNothingLeft() {
        settle();
        assertThat(loop().timers().armed()).as("timers").isZero();
        assertThat(loop().tenants()).as("tenants").isZero();
        assertThat(group.pooledBytes()).as("pooled bytes").isZero();
    }

    void closeLoops() {
        group.close();
    }

    @Override
    public void close() {
        ReconnectingWebSocket started = socket;
        if (started != null) {
            started.abort();
            settle();
            assertThat(started.state()).isEqualTo(ReconnectingWebSocket.State.ENDED);
            assertThat(started.ended().toCompletableFuture()).isCompleted();
        }
        assertNothingLeft();
        group.close();
    }
}
