package dev.gibbon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.EventLoops;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The hub with real sockets: a server on two loops, clients that read and one that does not. */
class HubEndToEndTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<WebSocket> clients = new ArrayList<>();
    private final Hub hub = Hub.inMemory();
    private EventLoops loops;
    private WebSocketServer server;

    @BeforeEach
    void start() throws Exception {
        loops = EventLoops.create(2, true);
        server = WebSocketServer.builder()
                .eventLoops(loops)
                .host("127.0.0.1")
                .port(0)
                .webSocket("/", new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket) {
                        hub.join(socket)
                                .subscribe(
                                        "news",
                                        SubscribeOptions.fromHistory()
                                                .slowConsumer(SlowConsumer.disconnect(64, 1 << 20)))
                                .thenAccept(subscription -> socket.send("ready"));
                    }
                })
                .start();
    }

    @AfterEach
    void stop() {
        clients.forEach(WebSocket::abort);
        server.close();
        loops.close();
        hub.close();
    }

    private WebSocket client() throws Exception {
        WebSocket client = WebSocketClient.connect(URI.create("ws://127.0.0.1:" + server.port() + "/"));
        clients.add(client);
        assertThat(next(client)).isEqualTo("ready");
        return client;
    }

    private static String next(WebSocket client) throws InterruptedException {
        return client.receive(LONG).map(Message::text).orElse("nothing");
    }

    @Test
    void everybodyGetsEverythingInOrder() throws Exception {
        List<WebSocket> readers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            readers.add(client());
        }
        for (int i = 0; i < 100; i++) {
            hub.publish("news", "message " + i);
        }
        for (WebSocket reader : readers) {
            for (int i = 0; i < 100; i++) {
                assertThat(next(reader)).isEqualTo("message " + i);
            }
        }
        WebSocket late = client();
        assertThat(next(late)).isEqualTo("message 0");
    }

    @Test
    void whoNeverReadsGoesAndTheOthersDoNotNotice() throws Exception {
        WebSocket slow = client();
        slow.pause();
        WebSocket reader = client();
        // Nothing that compression makes small.
        byte[] noise = new byte[12 << 10];
        new Random(1).nextBytes(noise);
        String large = Base64.getEncoder().encodeToString(noise);
        int sent = 0;
        while (hub.stats().disconnected() == 0) {
            hub.publish("news", large).toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(next(reader)).isEqualTo(large);
            assertThat(++sent).isLessThan(10_000);
        }
        slow.resume();
        for (Message message : slow) {
            assertThat(message.text()).isEqualTo(large);
        }
        CloseInfo how = slow.awaitClose(LONG).orElseThrow();
        assertThat(how.code()).isIn(1013, 1006);
        hub.publish("news", "still here");
        assertThat(next(reader)).isEqualTo("still here");
    }
}
