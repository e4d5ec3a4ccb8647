package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.internal.transport.MemoryListener.Answer;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.testkit.Hex;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of messages that are sent while there is a connection, while there is none, and in between. */
class ReconnectOutboxTest {
    /** What a message of one character costs in the outbox. */
    private static final int ONE = 65;

    /** Messages of a kilobyte: more than the loop writes at once, and the pipe holds. */
    private static final int COUNT = 600;

    private final ReconnectFixture world = new ReconnectFixture();

    @AfterEach
    void nothingIsLeft() {
        world.close();
    }

    private ReconnectingWebSocket start(long bytes, OutboxPolicy policy) {
        return world.start(world.builder().outbox(bytes, policy));
    }

    private static void sendAll(ReconnectingWebSocket socket, String... texts) {
        for (String text : texts) {
            assertThat(socket.trySend(text)).isEqualTo(SendResult.ACCEPTED);
        }
    }

    @Test
    void withoutAnOutboxNothingIsKept() {
        ReconnectingWebSocket socket = world.start();
        assertThat(socket.trySend("a")).isEqualTo(SendResult.FULL);
        assertThatThrownBy(() -> socket.send("a"))
                .isInstanceOf(SendQueueFullException.class)
                .hasMessage(
                        "a message of 1 bytes has no room: there is no connection now, and the outbox (outbox) holds"
                                + " 0 bytes");
        MemoryPeer peer = world.open();
        socket.send("b");
        assertThat(world.messages(peer)).containsExactly("b");
        peer.reset();
        world.settle();
        assertThat(socket.trySend("c")).isEqualTo(SendResult.FULL);
        socket.close();
        world.settle();
        assertThat(socket.trySend("d")).isEqualTo(SendResult.CLOSED);
        assertThatThrownBy(() -> socket.send("d"))
                .isInstanceOf(WebSocketClosedException.class)
                .hasMessage("cannot send: reconnecting has been given up or stopped");
    }

    @Test
    void whatIsKeptGoesOutInOrderBeforeWhatComesLater() {
        ReconnectingWebSocket socket = start(1000, OutboxPolicy.REFUSE);
        sendAll(socket, "1", "2");
        assertThat(socket.outboxBytes()).isEqualTo(2 * ONE);
        MemoryPeer peer = world.open();
        assertThat(socket.outboxBytes()).isZero();
        sendAll(socket, "3");
        assertThat(world.messages(peer)).containsExactly("1", "2", "3");
        peer.reset();
        world.settle();
        sendAll(socket, "4");
        world.pass(Duration.ofSeconds(2));
        assertThat(world.messages(world.open())).containsExactly("4");
    }

    @Test
    void whatTheListenerSaysFirstIsFirst() {
        ReconnectingWebSocket[] holder = new ReconnectingWebSocket[1];
        holder[0] = world.builder().outbox(1000, OutboxPolicy.REFUSE).start(new WebSocketListener() {
            @Override
            public void onOpen(WebSocket opened) {
                opened.send("login");
                holder[0].send("subscribe");
            }
        });
        world.socket = holder[0];
        sendAll(holder[0], "kept");
        MemoryPeer peer = world.open();
        sendAll(holder[0], "later");
        assertThat(world.messages(peer)).containsExactly("login", "subscribe", "kept", "later");
    }

    @Test
    void refusesAtTheBound() {
        ReconnectingWebSocket socket = start(2 * ONE, OutboxPolicy.REFUSE);
        sendAll(socket, "1", "2");
        assertThat(socket.trySend("3")).isEqualTo(SendResult.FULL);
        assertThat(socket.outboxBytes()).isEqualTo(2 * ONE);
        assertThat(socket.outboxDropped()).isZero();
        assertThat(world.messages(world.open())).containsExactly("1", "2");
    }

    @Test
    void dropsTheOldestAtTheBound() {
        ReconnectingWebSocket socket = start(3 * ONE - 1, OutboxPolicy.DROP_OLDEST);
        sendAll(socket, "1", "2", "3");
        assertThat(socket.outboxDropped()).isEqualTo(1);
        sendAll(socket, "x".repeat(2 * ONE));
        assertThat(socket.outboxDropped()).isEqualTo(3);
        assertThat(world.messages(world.open())).containsExactly("x".repeat(2 * ONE));
        assertThat(socket.outboxBytes()).isZero();
    }

    @Test
    void dropsTheNewestAtTheBound() {
        ReconnectingWebSocket socket = start(2 * ONE + 1, OutboxPolicy.DROP_NEWEST);
        sendAll(socket, "1", "2", "3", "4");
        assertThat(socket.outboxDropped()).isEqualTo(2);
        assertThat(world.messages(world.open())).containsExactly("1", "2");
    }

    @ParameterizedTest
    @EnumSource
    void aMessageLargerThanTheWholeOutboxIsRefused(OutboxPolicy policy) {
        ReconnectingWebSocket socket = start(100, policy);
        sendAll(socket, "a");
        assertThat(socket.trySend("x".repeat(37))).isEqualTo(SendResult.FULL);
        assertThat(socket.outboxDropped()).isZero();
        assertThat(world.messages(world.open())).containsExactly("a");
    }

    @Test
    void whatWasHandedToAConnectionThatDiesIsNotSentAgain() {
        ReconnectingWebSocket socket = start(1000, OutboxPolicy.REFUSE);
        sendAll(socket, "kept");
        MemoryPeer peer = world.open();
        sendAll(socket, "handed over");
        peer.reset();
        world.pass(Duration.ofSeconds(2));
        assertThat(world.messages(world.open())).isEmpty();
    }

    @Test
    void anOutboxLargerThanTheConnectionsQueueGoesOutInSteps() {
        WebSocketOptions options = WebSocketOptions.builder()
                .highWaterBytes(1_000)
                .maxQueuedBytes(4_000)
                .build();
        ReconnectingWebSocket socket = world.start(world.prepare(ReconnectingWebSocket.builder(
                        world.client().options(options).build()))
                .outbox(1 << 20, OutboxPolicy.REFUSE));
        List<String> expected = IntStream.range(0, COUNT)
                .mapToObj(i -> "%04d".formatted(i).repeat(250))
                .toList();
        expected.forEach(text -> sendAll(socket, text));
        MemoryPeer peer = world.open();
        assertThat(socket.outboxBytes()).isPositive();
        sendAll(socket, "later");
        List<String> came = world.messagesBySteps(peer);
        assertThat(came)
                .hasSize(COUNT + 1)
                .startsWith(expected.toArray(String[]::new))
                .endsWith("later");
        assertThat(socket.outboxBytes()).isZero();
    }

    @Test
    void whatAConnectionDidNotTakeGoesToTheNextOne() {
        WebSocketOptions options = WebSocketOptions.builder()
                .highWaterBytes(1_000)
                .maxQueuedBytes(4_000)
                .build();
        ReconnectingWebSocket socket = world.start(world.prepare(ReconnectingWebSocket.builder(
                        world.client().options(options).build()))
                .outbox(1 << 20, OutboxPolicy.REFUSE));
        List<String> expected = IntStream.range(0, COUNT)
                .mapToObj(i -> "%04d".formatted(i).repeat(250))
                .toList();
        expected.forEach(text -> sendAll(socket, text));
        MemoryPeer first = world.open();
        long left = socket.outboxBytes() / 1064;
        first.reset();
        world.pass(Duration.ofSeconds(2));
        MemoryPeer second = world.open();
        List<String> came = world.messagesBySteps(second);
        assertThat(left).isBetween(100L, COUNT - 1L);
        assertThat(came).isEqualTo(expected.subList(COUNT - (int) left, COUNT));
    }

    @Test
    void aBorrowedMessageIsKeptAsACopy() {
        try (ReconnectFixture other = new ReconnectFixture()) {
            ReconnectingWebSocket kept = other.start(other.builder().outbox(1000, OutboxPolicy.REFUSE));
            world.socket = world.builder().start(WebSocketListener.onMessage((from, message) -> kept.send(message)));
            MemoryPeer peer = world.open();
            world.send(peer, Hex.bytes("81 02 68 69"));
            world.send(peer, Hex.bytes("81 02 6f 6f"));
            assertThat(other.messages(other.open())).containsExactly("hi", "oo");
        }
    }

    @Test
    void whatIsNeverSentIsCounted() {
        ReconnectingWebSocket socket = start(1000, OutboxPolicy.REFUSE);
        sendAll(socket, "1", "2");
        socket.close();
        assertThat(world.events()).endsWith("stopped unsent 2");
        assertThat(socket.outboxBytes()).isZero();
        world.server.answer(Answer.REFUSE);
        ReconnectingWebSocket other = world.start(world.builder()
                .outbox(1000, OutboxPolicy.REFUSE)
                .policy(ReconnectPolicy.builder().maxAttempts(2).build()));
        sendAll(other, "1", "2", "3");
        world.pass(Duration.ofSeconds(2));
        assertThat(world.events()).endsWith("gave up ATTEMPTS unsent 3");
    }

    @Test
    void anUnpairedSurrogateIsAMistakeOfTheCaller() {
        ReconnectingWebSocket socket = start(1000, OutboxPolicy.REFUSE);
        assertThatThrownBy(() -> socket.trySend("\ud83e")).isInstanceOf(IllegalArgumentException.class);
        assertThat(socket.outboxBytes()).isZero();
    }
}
