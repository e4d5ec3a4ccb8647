package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.EventLoops;
import dev.gibbon.Message;
import dev.gibbon.MessageStream;
import dev.gibbon.MessageWriter;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Ports;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawWebSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an independent review found. Over real sockets, with real threads. */
@Timeout(60)
final class FoundByReviewEndToEndTest {
    @Test
    void aMessageTooLongForReceiveIsAlways1009() throws Exception {
        Endpoint endpoint = Endpoint.blocking(socket -> {
                    while (true) {
                        socket.receive();
                    }
                })
                .options(options -> options.maxMessageBytes(100_000).maxStreamBytes(10_000_000));
        try (WebSocketServer server =
                WebSocketServer.builder().loops(1).webSocket("/", endpoint).start()) {
            for (int i = 0; i < 50; i++) {
                try (RawWebSocket peer = RawWebSocket.connect(server.port(), "/")) {
                    peer.sendBinary(new byte[200_000]);
                    RawFrame close = peer.readClose();
                    assertThat(((close.payload()[0] & 0xff) << 8) | (close.payload()[1] & 0xff))
                            .as("round " + i)
                            .isEqualTo(1009);
                }
            }
            server.close(Duration.ZERO);
        }
    }

    @Test
    void whatOthersSendMeanwhileDoesNotKeepAWriterFromItsEnd() throws Exception {
        CountDownLatch full = new CountDownLatch(1);
        BlockingQueue<String> outcome = new LinkedBlockingQueue<>();
        Endpoint endpoint = Endpoint.blocking(socket -> {
                    MessageWriter writer = socket.writer(false);
                    writer.write(new byte[20_000]);
                    writer.flush();
                    Message push = Message.binary(new byte[1000]);
                    Thread other = new Thread(() -> {
                        while (socket.trySend(push) == SendResult.ACCEPTED) {
                            Thread.onSpinWait();
                        }
                        full.countDown();
                    });
                    other.start();
                    full.await();
                    long began = System.nanoTime();
                    writer.write(new byte[200_000]);
                    writer.close();
                    outcome.add("finished " + (System.nanoTime() - began < 5_000_000_000L));
                    other.join();
                })
                .options(options -> options.maxQueuedBytes(64 << 10).highWaterBytes(32 << 10));
        try (WebSocketServer server = WebSocketServer.builder()
                        .loops(1)
                        .webSocket("/", endpoint)
                        .start();
                RawWebSocket peer = RawWebSocket.connect(server.port(), "/")) {
            RawFrame message = peer.readMessage();
            assertThat(message.payload()).hasSize(220_000);
            assertThat(outcome.poll(20, TimeUnit.SECONDS)).isEqualTo("finished true");
            server.close(Duration.ZERO);
        }
    }

    @Test
    void receiveWithATimeoutHeedsItAlsoBehindAStreamThatIsNotReadToItsEnd() throws Exception {
        BlockingQueue<String> outcome = new LinkedBlockingQueue<>();
        Endpoint endpoint = Endpoint.blocking(socket -> {
            MessageStream stream = socket.receiveStream();
            outcome.add("first " + stream.read());
            Optional<Message> none = socket.receive(Duration.ofMillis(100));
            outcome.add("none " + none.isEmpty());
            Thread.currentThread().interrupt();
            try {
                socket.receive();
                outcome.add("not interrupted");
            } catch (InterruptedException e) {
                outcome.add("interrupted");
            }
            outcome.add(socket.receive().text());
        });
        try (WebSocketServer server = WebSocketServer.builder()
                        .loops(1)
                        .webSocket("/", endpoint)
                        .start();
                RawWebSocket peer = RawWebSocket.connect(server.port(), "/")) {
            peer.socket().send(dev.gibbon.testkit.Hex.bytes("01 81 00000000 61"));
            assertThat(outcome.poll(10, TimeUnit.SECONDS)).isEqualTo("first 97");
            assertThat(outcome.poll(10, TimeUnit.SECONDS)).isEqualTo("none true");
            assertThat(outcome.poll(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
            peer.socket().send(dev.gibbon.testkit.Hex.bytes("80 81 00000000 62  81 81 00000000 63"));
            assertThat(outcome.poll(10, TimeUnit.SECONDS)).isEqualTo("c");
            server.close(Duration.ZERO);
        }
    }

    @Test
    void closingAServerHasAnEndThoughACallbackHoldsItsLoopForEver() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        WebSocketListener holding = WebSocketListener.onText((socket, text) -> {
            held.countDown();
            release.await();
        });
        WebSocketServer server =
                WebSocketServer.builder().loops(1).webSocket("/", holding).start();
        try (RawWebSocket peer = RawWebSocket.connect(server.port(), "/")) {
            peer.sendText("hold");
            held.await();
            Thread closing = new Thread(() -> server.close(Duration.ofMillis(200)));
            closing.start();
            closing.join(10_000);
            boolean done = !closing.isAlive();
            release.countDown();
            closing.join(10_000);
            assertThat(done).isTrue();
        }
    }

    @Test
    void aServerWhoseLoopsWereClosedFirstGivesItsPortBack() throws Exception {
        EventLoops loops = EventLoops.create(1, true);
        WebSocketServer server = WebSocketServer.builder()
                .eventLoops(loops)
                .port(Ports.free())
                .webSocket("/", socket -> {})
                .start();
        int port = server.port();
        loops.close();
        server.close(Duration.ofMillis(100));
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
        }
    }
}
