package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gibbon.Endpoint;
import dev.gibbon.Message;
import dev.gibbon.MessageWriter;
import dev.gibbon.OverflowPolicy;
import dev.gibbon.PreparedMessage;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sending from any thread: whole messages, in the order of each thread, whatever else is being sent. */
class SendingEndToEndTest {
    private static final int MESSAGES = 150;

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    /** Small and large messages, copied into the queue, written through and shared, with a streamed message between. */
    @ParameterizedTest
    @CsvSource({"LISTENER, 2", "LISTENER, 8", "BLOCKING, 2", "BLOCKING, 8"})
    void manyThreadsAtOnceWhileAWriterIsOpen(Style style, int threads) throws Exception {
        Endpoint endpoint = style.echo(test).options(options -> options.overflow(OverflowPolicy.BLOCK));
        RawWebSocket peer = test.connect(test.start(endpoint));
        WebSocket socket = test.opened();
        CountDownLatch go = new CountDownLatch(1);
        List<Future<?>> sending = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            sending.add(test.async(() -> {
                go.await();
                for (int number = 0; number < MESSAGES; number++) {
                    sendNumbered(socket, thread, number);
                }
                return null;
            }));
        }
        sending.add(test.async(() -> {
            go.await();
            for (int number = 0; number < 20; number++) {
                try (MessageWriter writer = socket.writer(true)) {
                    writer.write("writer:" + number + ":");
                    for (int i = 0; i < 40; i++) {
                        writer.write("w".repeat(1000));
                        writer.flush();
                    }
                }
            }
            return null;
        }));

        go.countDown();
        Map<String, Integer> next = new HashMap<>();
        for (int i = 0; i < threads * MESSAGES + 20; i++) {
            String[] parts = peer.readText().split(":", 3);
            assertThat(Integer.parseInt(parts[1])).isEqualTo(next.merge(parts[0], 1, Integer::sum) - 1);
            int length = parts[0].equals("writer") ? 40_000 : lengthOf(Integer.parseInt(parts[1]));
            assertThat(parts[2]).isEqualTo(parts[0].substring(0, 1).repeat(length));
        }
        for (Future<?> one : sending) {
            join(one);
        }
        assertThat(next).hasSize(threads + 1);
        peer.closeHandshake(1000);
    }

    private static int lengthOf(int number) {
        return number % 50 == 49 ? 200_000 : number % 10 == 9 ? 10_000 : number % 7;
    }

    private static void sendNumbered(WebSocket socket, int thread, int number) {
        String text = thread + ":" + number + ":" + ("" + thread).repeat(lengthOf(number));
        if (number % 3 == 0) {
            socket.send(PreparedMessage.text(text));
        } else if (number % 3 == 1) {
            socket.send(Message.text(text));
        } else {
            socket.send(text);
        }
    }

    /** A message of one connection goes to all, those on the same loop and those on others. */
    @ParameterizedTest
    @CsvSource({"1", "3"})
    void fromInsideOnMessageToOtherConnections(int loops) throws Exception {
        Queue<WebSocket> all = new ConcurrentLinkedQueue<>();
        WebSocketServer server =
                test.start(WebSocketServer.builder().loops(loops).webSocket("/", test.listener(new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket) {
                        all.add(socket);
                    }

                    @Override
                    public void onMessage(WebSocket socket, Message message) {
                        all.forEach(each -> each.send(message));
                    }
                })));
        List<RawWebSocket> peers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            peers.add(test.connect(server));
            test.opened();
        }

        for (int i = 0; i < 20; i++) {
            peers.get(0).send(RawFrame.text("text " + i), RawFrame.of(RawFrame.BINARY, new byte[i * 3_000]));
        }

        for (RawWebSocket peer : peers) {
            for (int i = 0; i < 20; i++) {
                assertThat(peer.readText()).isEqualTo("text " + i);
                assertThat(peer.readMessage().payload()).hasSize(i * 3_000);
            }
        }
        for (RawWebSocket peer : peers) {
            peer.closeHandshake(1000);
        }
    }

    @Test
    void theCallersBytesAreItsOwnAgain() throws Exception {
        RawWebSocket peer = test.connect(test.start(Style.LISTENER.echo(test)));
        WebSocket socket = test.opened();
        byte[] array = {9, 1, 2, 3, 9};
        ByteBuffer part = ByteBuffer.wrap(array, 1, 3);
        ByteBuffer direct = ByteBuffer.allocateDirect(4).putInt(0x01020304).flip();
        byte[] large = new byte[100_000];

        socket.send(part);
        assertThat(part.position()).isEqualTo(1);
        assertThat(part.limit()).isEqualTo(4);
        array[2] = 77;
        socket.send(direct.asReadOnlyBuffer());
        direct.putInt(0, -1);
        socket.send(array);
        array[0] = 78;
        socket.send(large);
        java.util.Arrays.fill(large, (byte) 5);

        assertThat(peer.readMessage().payload()).containsExactly(1, 2, 3);
        assertThat(peer.readMessage().payload()).containsExactly(1, 2, 3, 4);
        assertThat(peer.readMessage().payload()).containsExactly(9, 1, 77, 3, 9);
        assertThat(peer.readMessage().payload()).containsOnly(0).hasSize(100_000);
        peer.closeHandshake(1000);
    }

    @Test
    void textThatIsNoTextIsRefused() throws Exception {
        RawWebSocket peer = test.connect(test.start(Style.LISTENER.echo(test)));
        WebSocket socket = test.opened();

        for (String wrong : List.of("\ud800", "a\udc00b", "x\ud83d")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> socket.send(wrong))
                    .withMessageContaining("surrogate");
            assertThatIllegalArgumentException().isThrownBy(() -> socket.trySend(wrong));
            assertThatIllegalArgumentException().isThrownBy(() -> PreparedMessage.text(wrong));
        }
        socket.send("\ud83d\ude00");

        assertThat(peer.readText()).isEqualTo("\ud83d\ude00");
        peer.closeHandshake(1000);
    }

    @Test
    void aPreparedMessageServesMany() throws Exception {
        WebSocketServer server =
                test.start(WebSocketServer.builder().loops(2).webSocket("/", Style.LISTENER.echo(test)));
        PreparedMessage text = PreparedMessage.text("to all");
        PreparedMessage binary = PreparedMessage.binary(new byte[70_000]);
        List<RawWebSocket> peers = new ArrayList<>();
        List<WebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            peers.add(test.connect(server));
            sockets.add(test.opened());
        }

        assertThat(text.message().text()).isEqualTo("to all");
        for (WebSocket socket : sockets) {
            socket.send(text);
            assertThat(socket.trySend(binary)).isEqualTo(SendResult.ACCEPTED);
            socket.send(text);
        }

        for (RawWebSocket peer : peers) {
            assertThat(peer.readText()).isEqualTo("to all");
            assertThat(peer.readMessage()).isEqualTo(RawFrame.of(RawFrame.BINARY, new byte[70_000]));
            assertThat(peer.readText()).isEqualTo("to all");
            peer.closeHandshake(1000);
        }
        assertThat(sockets.get(0).trySend(text)).isEqualTo(SendResult.CLOSED);
    }

    /** Counts of one connection add up. */
    @Test
    void statsOfAConnection() throws Exception {
        RawWebSocket peer = test.connect(test.start(Style.LISTENER.echo(test)));
        WebSocket socket = test.opened();

        peer.send(RawFrame.text("12345"), RawFrame.of(RawFrame.BINARY, new byte[200]));
        peer.readMessage();
        peer.readMessage();

        // The peer may have read a byte before the loop has counted it.
        await("the counts", () -> socket.stats().bytesSent() >= 2 + 5 + 4 + 200);
        assertThat(socket.stats().bytesSent()).isEqualTo(2 + 5 + 4 + 200);
        assertThat(socket.stats().bytesReceived()).isEqualTo(6 + 5 + 8 + 200);
        assertThat(socket.stats().messagesReceived()).isEqualTo(2);
        assertThat(socket.stats().messagesSent()).isEqualTo(2);
        assertThat(socket.stats().queuedBytes()).isZero();
        assertThat(socket.stats().heldBytes()).isZero();
        assertThat(socket.stats().messagesDropped()).isZero();
        assertThat(socket.stats().sinceLastRead()).isLessThan(EndToEnd.PATIENCE);
        peer.closeHandshake(1000);
    }
}
