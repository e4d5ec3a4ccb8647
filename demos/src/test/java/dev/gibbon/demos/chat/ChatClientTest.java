package dev.gibbon.demos.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gibbon.CloseInfo;
import dev.gibbon.Endpoint;
import dev.gibbon.EventLoops;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against a node whose part is played by the test. */
class ChatClientTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EventLoops loops = EventLoops.create(1, true);
    private final BlockingQueue<WebSocket> connections = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private WebSocketServer server;
    private ChatClient client;
    private WebSocket node;

    @BeforeEach
    void enter() throws Exception {
        server = server();
        client = ChatClient.enter(loops, List.of(uri()), 0, "lobby", "Ann", new Notes());
        node = next(connections);
        node.send("{\"type\":\"hello\",\"node\":\"a\"}");
    }

    @AfterEach
    void end() {
        client.close();
        server.close(Duration.ZERO);
        loops.close();
    }

    @Test
    void entersAndHears() throws Exception {
        JsonNode enter = request();
        assertThat(enter.path("type").asText()).isEqualTo("enter");
        assertThat(enter.path("room").asText()).isEqualTo("lobby");
        assertThat(enter.path("name").asText()).isEqualTo("Ann");
        assertThat(enter.path("producer").asText()).hasSize(22);
        assertThat(enter.has("after")).isFalse();
        entered(0);
        message(4, "hello");
        assertThat(next(told)).isEqualTo("entered a");
        assertThat(next(told)).isEqualTo("message e/4 Bob hello");
    }

    @Test
    void returnsWithTheLastPositionAndTheSameProducer() throws Exception {
        JsonNode first = request();
        entered(0);
        message(4, "hello");
        assertThat(next(told)).isEqualTo("entered a");
        assertThat(next(told)).startsWith("message");
        node.abort();
        assertThat(next(told)).isEqualTo("disconnected");
        node = next(connections);
        JsonNode again = request();
        assertThat(again.path("after")).isEqualTo(JSON.readTree("{\"epoch\":\"e\",\"offset\":4,\"id\":\"p/4\"}"));
        assertThat(again.path("producer")).isEqualTo(first.path("producer"));
    }

    @Test
    void saysAgainUnderTheSameNumberUntilItIsStored() throws Exception {
        request();
        entered(0);
        assertThat(client.say("one")).isEqualTo(1);
        assertThat(client.say("two")).isEqualTo(2);
        assertSaid(1, "one");
        node.abort();
        node = next(connections);
        request();
        entered(0);
        assertSaid(1, "one");
        assertThat(client.unacknowledged()).isEqualTo(2);
        stored(1, 7);
        assertSaid(2, "two");
        // An answer that comes twice is not that of the next message.
        stored(1, 7);
        stored(2, 9);
        assertThat(next(told)).isEqualTo("entered a");
        assertThat(next(told)).isEqualTo("disconnected");
        assertThat(next(told)).isEqualTo("entered ");
        assertThat(next(told)).isEqualTo("stored 1 e/7");
        assertThat(next(told)).isEqualTo("stored 2 e/9");
        assertThat(client.unacknowledged()).isZero();
    }

    @Test
    void keepsTheOrderWhenOneIsRefusedForNow() throws Exception {
        request();
        entered(0);
        client.say("one");
        client.say("two");
        assertSaid(1, "one");
        refused(1, "unavailable", ",\"retryAfter\":0.01");
        assertSaid(1, "one");
        stored(1, 1);
        assertSaid(2, "two");
    }

    @Test
    void givesUpWhatIsRefusedForGood() throws Exception {
        request();
        entered(0);
        client.say("one");
        client.say("two");
        assertSaid(1, "one");
        refused(1, "too-long", "");
        assertSaid(2, "two");
        assertThat(next(told)).isEqualTo("entered a");
        assertThat(next(told)).isEqualTo("refused 1 too-long");
    }

    @Test
    void asksAgainWhenItMayNotEnterForNow() throws Exception {
        request();
        node.send(
                "{\"type\":\"refused\",\"room\":\"lobby\",\"code\":\"unavailable\",\"text\":\"\",\"retryAfter\":0.01}");
        assertThat(request().path("type").asText()).isEqualTo("enter");
    }

    @Test
    void tellsWhatIsMissing() throws Exception {
        request();
        node.send(
                "{\"type\":\"entered\",\"room\":\"lobby\",\"at\":{\"epoch\":\"f\",\"offset\":3},\"lost\":\"new_epoch\"}");
        node.send(
                "{\"type\":\"lost\",\"room\":\"lobby\",\"reason\":\"trimmed\",\"at\":{\"epoch\":\"f\",\"offset\":5}}");
        node.send("{\"type\":\"dropped\",\"room\":\"lobby\",\"count\":12}");
        assertThat(next(told)).isEqualTo("missed new_epoch 0");
        assertThat(next(told)).isEqualTo("entered a");
        assertThat(next(told)).isEqualTo("missed trimmed 0");
        assertThat(next(told)).isEqualTo("missed dropped 12");
    }

    @Test
    void aCutHealsByItself() throws Exception {
        request();
        entered(0);
        assertThat(next(told)).isEqualTo("entered a");
        client.cut(Duration.ofMillis(1));
        assertThat(next(told)).isEqualTo("disconnected");
        node = next(connections);
        assertThat(request().path("type").asText()).isEqualTo("enter");
    }

    private void entered(long offset) {
        node.send(
                "{\"type\":\"entered\",\"room\":\"lobby\",\"member\":\"m\",\"producer\":\"p\",\"at\":{\"epoch\":\"e\",\"offset\":"
                        + offset + "}}");
    }

    private void message(long offset, String text) {
        node.send("{\"type\":\"message\",\"room\":\"lobby\",\"at\":{\"epoch\":\"e\",\"offset\":" + offset
                + ",\"id\":\"p/" + offset + "\"},\"name\":\"Bob\",\"text\":\"" + text + "\"}");
    }

    private void stored(long sequence, long offset) {
        node.send("{\"type\":\"stored\",\"room\":\"lobby\",\"sequence\":" + sequence
                + ",\"at\":{\"epoch\":\"e\",\"offset\":" + offset + "}}");
    }

    private void refused(long sequence, String code, String more) {
        node.send("{\"type\":\"refused\",\"room\":\"lobby\",\"sequence\":" + sequence + ",\"code\":\"" + code
                + "\",\"text\":\"\"" + more + "}");
    }

    private void assertSaid(long sequence, String text) throws Exception {
        assertThat(request())
                .isEqualTo(JSON.readTree("{\"type\":\"say\",\"room\":\"lobby\",\"sequence\":" + sequence
                        + ",\"text\":\"" + text + "\"}"));
    }

    private JsonNode request() throws Exception {
        return JSON.readTree(next(requests));
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("within 10 s").isNotNull();
        return next;
    }

    private URI uri() {
        return URI.create("ws://127.0.0.1:" + server.port() + "/chat/ws");
    }

    private WebSocketServer server() throws IOException {
        WebSocketListener listener = new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket) {
                assertThat(socket.subprotocol()).contains(ChatClient.SUBPROTOCOL);
                connections.add(socket);
            }

            @Override
            public void onText(WebSocket socket, String text) {
                requests.add(text);
            }

            @Override
            public void onClose(WebSocket socket, CloseInfo info) {
                // The test has cut it, or is over.
            }
        };
        return WebSocketServer.builder()
                .port(0)
                .eventLoops(loops)
                .webSocket("/chat/ws", Endpoint.listener(listener).subprotocols(ChatClient.SUBPROTOCOL))
                .start();
    }

    /** Writes down what the client tells. */
    private final class Notes implements ChatClient.Listener {
        @Override
        public void entered(String nodeName) {
            told.add("entered " + nodeName);
        }

        @Override
        public void message(ChatClient.Place at, String name, String text) {
            told.add("message " + at.epoch() + "/" + at.offset() + " " + name + " " + text);
        }

        @Override
        public void stored(long sequence, ChatClient.Place at) {
            told.add("stored " + sequence + " " + at.epoch() + "/" + at.offset());
        }

        @Override
        public void refused(long sequence, String code, String text) {
            told.add("refused " + sequence + " " + code);
        }

        @Override
        public void missed(String reason, long messages) {
            told.add("missed " + reason + " " + messages);
        }

        @Override
        public void disconnected() {
            told.add("disconnected");
        }
    }
}
