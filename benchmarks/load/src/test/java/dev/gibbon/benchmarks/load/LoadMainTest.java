package dev.gibbon.benchmarks.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Endpoint;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines in, lines out. */
class LoadMainTest {

    private final PipedOutputStream orders = new PipedOutputStream();
    private WebSocketServer server;
    private BufferedReader events;
    private Thread main;

    @BeforeEach
    void start() throws IOException {
        server = WebSocketServer.builder()
                .port(0)
                .webSocket("/", Endpoint.listener(WebSocketListener.onMessage(WebSocket::send)))
                .start();
        PipedInputStream in = new PipedInputStream(orders, 1 << 16);
        PipedInputStream out = new PipedInputStream(1 << 16);
        events = new BufferedReader(new InputStreamReader(out, UTF_8));
        PrintStream printed = new PrintStream(new PipedOutputStream(out), true, UTF_8);
        main = new Thread(() -> {
            try (printed) {
                LoadMain.serve(in, printed);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        main.start();
    }

    @AfterEach
    void stop() throws Exception {
        orders.close();
        main.join();
        server.close();
    }

    private void say(String line) throws IOException {
        orders.write((line.replace('\'', '"') + "\n").getBytes(UTF_8));
        orders.flush();
    }

    private String target() {
        return "'target':'ws://127.0.0.1:" + server.port() + "/'";
    }

    @Test
    void ordersOneAfterTheOther() throws Exception {
        for (String name : new String[] {"echo-125", "handshake"}) {
            say("{'scenario':'" + name + "'," + target() + ",'warmup':0,'seconds':0.1}");
            assertThat(events.readLine()).isEqualTo("{\"event\":\"window\"}");
            assertThat(events.readLine()).isEqualTo("{\"event\":\"end\"}");
            String line = events.readLine();
            assertThat(line).startsWith("{\"event\":\"result\",\"scenario\":\"" + name + "\"");
            Result result = Json.result(line);
            assertThat(result.firstError()).isNull();
            assertThat(Json.result(Json.write(result))).isEqualTo(result);
        }
    }

    @Test
    void idleUntilReleased() throws Exception {
        say("{'scenario':{'mode':'idle','connections':7}," + target() + ",'seconds':600}");
        assertThat(events.readLine()).isEqualTo("{\"event\":\"holding\"}");
        say("{'command':'release'}");
        Result result = Json.result(events.readLine());
        assertThat(result.mode()).isEqualTo(Mode.IDLE);
        assertThat(result.opened()).isEqualTo(7);
        assertThat(result.messages()).isEqualTo(7);
    }

    @Test
    void endOfInputEndsARun() throws Exception {
        say("{'scenario':'echo-125'," + target() + ",'warmup':0,'seconds':600}");
        assertThat(events.readLine()).isEqualTo("{\"event\":\"window\"}");
        orders.close();
        assertThat(events.readLine()).isEqualTo("{\"event\":\"end\"}");
        assertThat(events.readLine()).startsWith("{\"event\":\"result\"");
        assertThat(events.readLine()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hello|not JSON:
            []|an order is a JSON object
            {'scenario':'echo-125'}|an order has a target, such as \\"ws://127.0.0.1:9001/\\"
            {'target':'ws://h/'}|an order has a scenario: a name, or an object
            {'target':'ws://h/','scenario':'none'}|there is no scenario 'none'
            {'target':'ws://h/','scenario':{'connections':0}}|connections must be from 1 to 60000, not 0
            {'target':'ws://h/','scenario':{'speed':1}}|Unrecognized field \\"speed\\"
            {'target':'ws://h/','scenario':{},'second':1}|Unrecognized field \\"second\\"
            {'target':'ws://h/','scenario':{},'seconds':0}|seconds must be more than 0
            {'target':'http://h/','scenario':{}}|
            """)
    void refused(String order, String words) throws Exception {
        say(order);
        assertThat(events.readLine())
                .startsWith("{\"event\":\"refused\",\"reason\":\""
                        + (words == null ? "" : words.replace("'none'", "'none'")));
    }

    @Test
    void whatAnOrderLeavesOutHasItsDefault() {
        Order order = Json.order("{\"scenario\":{\"size\":7,\"payload\":\"text\"},\"target\":\"ws://h/\",\"pid\":5}");
        assertThat(order)
                .isEqualTo(Order.of(Scenario.echo(7).payload(Payload.TEXT).named("unnamed"), "ws://h/")
                        .metering(5));
        assertThat(Json.order(Json.write(order))).isEqualTo(order);
        assertThatThrownBy(() -> Json.result("{}")).isInstanceOf(IllegalArgumentException.class);
    }
}
