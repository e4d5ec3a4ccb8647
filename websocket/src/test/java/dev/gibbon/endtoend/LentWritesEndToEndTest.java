package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.Endpoint;
import dev.gibbon.Message;
import dev.gibbon.SendQueueFullException;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handlers that write their answers themselves, while the loop and other threads have to say something, too. */
class LentWritesEndToEndTest {
    private static final int QUESTIONS = 400;

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private static byte[] numbered(int sender, int number, int length) {
        byte[] message = new byte[8 + length];
        ByteBuffer.wrap(message).putInt(sender).putInt(number);
        java.util.Arrays.fill(message, 8, message.length, (byte) sender);
        return message;
    }

    /**
     * A handler answers, others send whenever they like, and the loop sends pongs and pings: every frame is whole, and what one
     * sender sends stays in order.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 3_000, 60_000})
    void framesOfThreadsAndOfTheLoopStayWhole(int length) throws Exception {
        int questions = length > 10_000 ? QUESTIONS / 4 : QUESTIONS;
        WebSocketServer server = test.start(Endpoint.blocking(test.handler(socket -> {
            for (Message message : socket) {
                socket.send(message);
            }
        })));
        RawWebSocket peer = test.connect(server);
        WebSocket socket = test.opened();
        List<Future<?>> others = new ArrayList<>();
        for (int sender = 2; sender < 5; sender++) {
            int me = sender;
            others.add(test.async(() -> {
                for (int number = 0; number < questions; number++) {
                    socket.send(numbered(me, number, number % 7 == 0 ? length : 10));
                }
                return null;
            }));
        }
        Future<?> asking = test.async(() -> {
            for (int i = 0; i < questions; i++) {
                peer.send(RawFrame.of(RawFrame.BINARY, numbered(1, i, length)).masked(i));
                peer.send(RawFrame.of(RawFrame.PING, numbered(9, i, 0)).masked(i));
            }
            return null;
        });

        Map<Integer, Integer> next = new HashMap<>();
        int lastPong = -1;
        for (int messages = 0; messages < 4 * questions || lastPong < questions - 1; ) {
            RawFrame frame = peer.readFrame();
            ByteBuffer payload = ByteBuffer.wrap(frame.payload());
            int sender = payload.getInt();
            int number = payload.getInt();
            if (frame.opcode() == RawFrame.PONG) {
                // Only the most recent of several pings is answered if they wait.
                assertThat(number).isGreaterThan(lastPong);
                lastPong = number;
                continue;
            }
            messages++;
            assertThat(frame.opcode()).isEqualTo(RawFrame.BINARY);
            assertThat(number).as("of sender " + sender).isEqualTo(next.merge(sender, 1, Integer::sum) - 1);
            while (payload.hasRemaining()) {
                assertThat(payload.get()).isEqualTo((byte) sender);
            }
        }
        join(asking);
        for (Future<?> other : others) {
            join(other);
        }
        assertThat(socket.stats().messagesSent()).isEqualTo(4L * questions);
    }

    /** The peer reads nothing for a while, so that answers are cut in the middle, and the loop goes on with them. */
    @Test
    void answersLargerThanTheSocketTakes() throws Exception {
        WebSocketServer server = test.start(Endpoint.blocking(test.handler(socket -> {
            for (Message question : socket) {
                byte[] asked = question.toByteArray();
                for (int i = 0; i < 200; i++) {
                    socket.send(numbered(asked[0], i, 60_000));
                }
            }
        })));
        RawWebSocket peer = test.connectSlowReader(server, "/");
        test.opened();

        for (int question = 0; question < 3; question++) {
            peer.send(RawFrame.of(RawFrame.BINARY, new byte[] {(byte) question}).masked(1));
            for (int i = 0; i < 200; i++) {
                assertThat(peer.readFrame().payload()).isEqualTo(numbered(question, i, 60_000));
            }
        }
    }

    /** Whoever ends the connection while a handler writes: the peer sees whole frames up to the Close, or the end. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEndInTheMidstOfAnAnswer(boolean abort) throws Exception {
        WebSocketServer server = test.start(Endpoint.blocking(test.handler(socket -> {
            for (Message message : socket) {
                socket.send(message);
            }
        })));
        for (int round = 0; round < 60; round++) {
            RawWebSocket peer = test.connect(server);
            WebSocket socket = test.opened();
            int end = round;
            Future<?> ending = test.async(() -> {
                for (int i = 0; i <= end % 20; i++) {
                    Thread.onSpinWait();
                }
                if (abort) {
                    socket.abort();
                } else {
                    socket.close(4001, "enough");
                }
                return null;
            });
            int answers = 0;
            boolean closed = false;
            try {
                for (int i = 0; i < 5; i++) {
                    peer.send(
                            RawFrame.of(RawFrame.BINARY, numbered(1, i, 5_000)).masked(i));
                    RawFrame frame = peer.readFrame();
                    if (frame.opcode() == RawFrame.CLOSE) {
                        assertThat(frame.closeCode()).isEqualTo(4001);
                        closed = true;
                        break;
                    }
                    assertThat(frame.payload()).isEqualTo(numbered(1, answers++, 5_000));
                }
            } catch (java.io.IOException e) {
                assertThat(abort).as("cut with " + e).isTrue();
            }
            join(ending);
            if (!abort) {
                if (!closed) {
                    assertThat(peer.readFrame().closeCode()).isEqualTo(4001);
                }
                peer.send(RawFrame.close(4001, "").masked(1));
            }
            CloseInfo info = test.ended();
            assertThat(info.clean()).isEqualTo(!abort);
            peer.close();
        }
    }

    /** A connection that ends under a thread that answers tells so by the exceptions that every send may throw, and by no others. */
    @Test
    void thePeerGoesInTheMidstOfAnAnswer() throws Exception {
        AtomicBoolean odd = new AtomicBoolean();
        WebSocketServer server = test.start(Endpoint.blocking(test.handler(socket -> {
            try {
                for (Message message : socket) {
                    socket.send(message);
                }
            } catch (WebSocketClosedException | SendQueueFullException e) {
                throw e;
            } catch (RuntimeException e) {
                odd.set(true);
                throw e;
            }
        })));
        for (int round = 0; round < 60; round++) {
            RawWebSocket peer = test.connect(server);
            test.opened();
            for (int i = 0; i < 1 + round % 5; i++) {
                peer.send(RawFrame.of(RawFrame.BINARY, numbered(1, i, 30_000)).masked(i));
            }
            peer.close();
            test.ended();
        }
        assertThat(odd).isFalse();
    }
}
