package dev.gibbon.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.TransportChoice;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawWebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who has the right to write in the moments between a thread's write and the loop's next event. */
class LendingTest {
    private final BlockingQueue<WebSocket> opened = new LinkedBlockingQueue<>();

    /**
     * The loop may end an event, with nothing in its queue, between a thread's write that did not fit and the moment when that thread
     * has told of it: whoever wrote then would write into the middle of a frame.
     */
    @Test
    void isNotLentAgainBeforeTheBegunFrameIsAdopted() throws Exception {
        try (WebSocketServer server = WebSocketServer.builder()
                        .port(0)
                        .loops(1)
                        .transport(TransportChoice.NIO)
                        .sendBufferBytes(16 << 10)
                        .webSocket("/", Endpoint.blocking(socket -> {
                            opened.add(socket);
                            socket.receive();
                        }))
                        .start();
                RawWebSocket ignored = RawWebSocket.connect(server.port(), "/")) {
            WebSocket socket = opened.poll(15, TimeUnit.SECONDS);
            assertThat(socket).isNotNull();
            Connection connection = ((ConnectedSocket) socket).connection();
            Lending lending = connection.lending();
            assertThat(lending).isNotNull();

            // On the loop's thread, so that it does nothing of its own meanwhile.
            FutureTask<Boolean> onLoop = new FutureTask<>(() -> {
                fill(socket, lending);
                assertThat(connection.sending().isIdle())
                        .as("the loop has heard of nothing")
                        .isTrue();
                lending.lend();
                return lending.isLent();
            });
            connection.loop().execute(onLoop);

            assertThat(onLoop.get(15, TimeUnit.SECONDS)).isFalse();
        }
    }

    /** Answers on a thread of its own until the socket takes no more. */
    private static void fill(WebSocket socket, Lending lending) throws Exception {
        FutureTask<Void> filling = new FutureTask<>(() -> {
            for (int i = 0; i < 1000 && lending.isLent(); i++) {
                lending.answerDue();
                socket.send(new byte[32 << 10]);
            }
            return null;
        });
        Thread thread = new Thread(filling, "test-sender");
        thread.setDaemon(true);
        thread.start();
        filling.get(15, TimeUnit.SECONDS);
    }
}
