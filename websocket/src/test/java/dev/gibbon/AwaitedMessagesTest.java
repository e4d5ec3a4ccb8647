package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.RawFrame;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that come in pieces while a blocking handler waits for them. */
class AwaitedMessagesTest {
    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

    /** Waits for what the handler sees, and takes turns meanwhile: it may have to ask the loop to go on reading. */
    private Object next(MemoryServer server) throws InterruptedException {
        Object found = null;
        for (int i = 0; found == null && i < 15_000; i++) {
            server.settle();
            found = seen.poll(1, TimeUnit.MILLISECONDS);
        }
        assertThat(found).as("what was awaited").isNotNull();
        return found;
    }

    private static byte[] payload(int size) {
        byte[] payload = new byte[size];
        for (int i = 0; i < size; i++) {
            payload[i] = (byte) (i * 31 + (i >> 8));
        }
        return payload;
    }

    private static void sendInPieces(MemoryServer server, MemoryPeer peer, byte[] frame, int piece) {
        for (int at = 0; at < frame.length; at += piece) {
            server.sendAll(peer, Arrays.copyOfRange(frame, at, Math.min(frame.length, at + piece)));
        }
    }

    private Endpoint receiving() {
        return Endpoint.blocking(socket -> {
            seen.add("waiting");
            for (Message message : socket) {
                seen.add(message.toByteArray());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 16_000, 30_000, 70_000, 150_000})
    void largerThanTheReadAheadAndInPieces(int piece) throws Exception {
        byte[] large = payload(300_000);
        try (MemoryServer server = new MemoryServer(receiving())) {
            MemoryPeer peer = server.open();
            assertThat(next(server)).isEqualTo("waiting");
            for (int i = 0; i < 3; i++) {
                sendInPieces(
                        server,
                        peer,
                        RawFrame.of(RawFrame.BINARY, large).masked(77).bytes(),
                        piece);
                sendInPieces(
                        server,
                        peer,
                        RawFrame.of(RawFrame.BINARY, payload(10)).masked(7).bytes(),
                        9);

                assertThat((byte[]) next(server)).isEqualTo(large);
                assertThat((byte[]) next(server)).isEqualTo(payload(10));
            }
        }
    }

    /** Each byte is copied a few times at most, not once for each fragment behind it: this ends, or it does not. */
    @Test
    void inManyTinyFragments() throws Exception {
        int fragments = 60_000;
        byte[] part = payload(64);
        byte[] first = RawFrame.of(RawFrame.BINARY, part).unfinished().masked(1).bytes();
        byte[] middle =
                RawFrame.of(RawFrame.CONTINUATION, part).unfinished().masked(2).bytes();
        byte[] last = RawFrame.of(RawFrame.CONTINUATION, part).masked(3).bytes();
        byte[] hundred = new byte[middle.length * 100];
        for (int i = 0; i < 100; i++) {
            System.arraycopy(middle, 0, hundred, i * middle.length, middle.length);
        }
        Endpoint endpoint = receiving()
                .options(WebSocketOptions.builder().maxMessageBytes(8 << 20).build());
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.open();
            assertThat(next(server)).isEqualTo("waiting");
            server.sendAll(peer, first);
            for (int i = 0; i < fragments / 100; i++) {
                server.sendAll(peer, hundred);
            }
            server.sendAll(peer, last);

            assertThat((byte[]) next(server)).hasSize(64 * (fragments + 2));
        }
    }

    @Test
    void inFragments() throws Exception {
        byte[] part = payload(50_000);
        try (MemoryServer server = new MemoryServer(receiving())) {
            MemoryPeer peer = server.open();
            assertThat(next(server)).isEqualTo("waiting");
            server.sendAll(
                    peer,
                    RawFrame.of(RawFrame.BINARY, part).unfinished().masked(1).bytes());
            server.sendAll(
                    peer, RawFrame.of(RawFrame.PING, new byte[0]).masked(2).bytes());
            server.sendAll(
                    peer,
                    RawFrame.of(RawFrame.CONTINUATION, part)
                            .unfinished()
                            .masked(3)
                            .bytes());
            server.sendAll(
                    peer,
                    RawFrame.of(RawFrame.CONTINUATION, new byte[0]).masked(4).bytes());

            byte[] whole = Arrays.copyOf(part, 100_000);
            System.arraycopy(part, 0, whole, 50_000, 50_000);
            assertThat((byte[]) next(server)).isEqualTo(whole);
        }
    }

    /** Who stops waiting in the middle loses nothing: the next one goes on, in whatever way. */
    @Test
    void givenUpInTheMiddleAndStreamedThen() throws Exception {
        byte[] large = payload(200_000);
        Endpoint endpoint = Endpoint.blocking(socket -> {
            seen.add("waiting");
            Optional<Message> none = socket.receive(Duration.ofMillis(300));
            seen.add(none);
            try (MessageStream stream = socket.receiveStream()) {
                seen.add(stream.readAllBytes());
            }
            seen.add(socket.receive().toByteArray());
        });
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.open();
            assertThat(next(server)).isEqualTo("waiting");
            byte[] frame = RawFrame.of(RawFrame.BINARY, large).masked(77).bytes();
            server.sendAll(peer, Arrays.copyOf(frame, 60_000));
            assertThat(next(server)).isEqualTo(Optional.empty());
            sendInPieces(server, peer, Arrays.copyOfRange(frame, 60_000, frame.length), 20_000);
            for (long end = System.nanoTime() + 15_000_000_000L; seen.isEmpty() && System.nanoTime() < end; ) {
                // The handler asks for more as it reads.
                server.settle();
            }

            assertThat((byte[]) next(server)).isEqualTo(large);
            server.sendAll(
                    peer, RawFrame.of(RawFrame.BINARY, payload(5)).masked(1).bytes());
            assertThat((byte[]) next(server)).isEqualTo(payload(5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1000, 1001})
    void theLimitHoldsWhileSomebodyWaits(int size) throws Exception {
        Endpoint endpoint = Endpoint.blocking(socket -> {
                    seen.add("waiting");
                    try {
                        seen.add(socket.receive().size());
                    } catch (WebSocketClosedException e) {
                        seen.add(String.valueOf(e.getMessage()));
                    }
                })
                .options(options -> options.maxMessageBytes(1000).maxStreamBytes(10_000));
        try (MemoryServer server = new MemoryServer(endpoint)) {
            MemoryPeer peer = server.open();
            assertThat(next(server)).isEqualTo("waiting");
            sendInPieces(
                    server,
                    peer,
                    RawFrame.of(RawFrame.BINARY, payload(size)).masked(5).bytes(),
                    300);

            if (size <= 1000) {
                assertThat(next(server)).isEqualTo(size);
            } else {
                assertThat(next(server).toString()).contains("1009", "maxMessageBytes 1000");
            }
        }
    }
}
