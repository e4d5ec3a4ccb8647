package dev.gibbon.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Endpoint;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawListener;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.io.IOException;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same load on wss. */
class TlsTest {

    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final SSLContext TRUSTING = TestContexts.trusting(AUTHORITY.root());
    private static WebSocketServer server;

    @BeforeAll
    static void start() throws IOException {
        server = WebSocketServer.builder()
                .port(0)
                .tls(ServerTls.of(TestContexts.of(AUTHORITY.issue("localhost"), AUTHORITY.root())))
                .webSocket("/", Endpoint.listener(WebSocketListener.onMessage(WebSocket::send)))
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Order order(String host, Scenario scenario) {
        return Order.of(scenario, "wss://" + host + ":" + server.port() + "/")
                .lasting(0.1, 0.2)
                .patient(20);
    }

    @ParameterizedTest
    @CsvSource({
        "ECHO, 125, 1",
        "ECHO, 1024, 16",
        "ECHO, 65536, 16",
        "ECHO, 1048576, 2",
        "HANDSHAKE, 0, 1",
        "IDLE, 10, 1"
    })
    void comesBackAsItWasSent(Mode mode, int size, int inFlight) {
        Scenario scenario =
                Scenario.echo(size).connections(3).inFlight(inFlight).mode(mode);
        Result result = Generator.run(order("localhost", scenario).verifyingAll(), TRUSTING, Watcher.NONE);
        assertThat(result.firstError()).isNull();
        assertThat(result.opened()).isPositive();
    }

    @Test
    void certificateThatIsNotTrusted() {
        Result result = Generator.run(order("localhost", Scenario.echo(10).connections(2)), Watcher.NONE);
        assertThat(result.firstError()).startsWith("TLS was not agreed: ");
        assertThat(result.opened()).isZero();
    }

    @Test
    void certificateOfAnotherName() {
        Result result = Generator.run(order("127.0.0.1", Scenario.echo(10).connections(2)), TRUSTING, Watcher.NONE);
        assertThat(result.firstError()).startsWith("TLS was not agreed: ");
    }

    @Test
    void endWithinTheHandshake() throws Exception {
        try (ScriptedServer plain = ScriptedServer.of((socket, index) -> socket.read(10))) {
            Result result = Generator.run(
                    Order.of(Scenario.echo(10).connections(1), plain.uri().replace("ws:", "wss:")), Watcher.NONE);
            // A server that has not read all resets instead.
            assertThat(result.firstError())
                    .matches("the server ended the connection within the TLS handshake|TLS was not agreed: .*");
        }
    }

    @Test
    void silenceWithinTheHandshake() throws Exception {
        try (ScriptedServer silent = ScriptedServer.of((socket, index) -> ScriptedServer.untilEnd(socket))) {
            Result result = Generator.run(
                    Order.of(Scenario.echo(10).connections(1), silent.uri().replace("ws:", "wss:"))
                            .patient(0.3),
                    Watcher.NONE);
            assertThat(result.firstError()).isEqualTo("only 0 of 1 connections opened, and no more within 0.3 s");
        }
    }

    @Test
    void serverThatLeaves() throws Exception {
        SSLContext context = TestContexts.of(AUTHORITY.issue("127.0.0.1"), AUTHORITY.root());
        ScriptedServer.Script leaves = (socket, index) -> {
            ScriptedServer.accept(socket);
            RawFrame.read(socket.input());
        };
        try (ScriptedServer secure = ScriptedServer.over(RawListener.openTls(context), leaves)) {
            Result result = Generator.run(
                    Order.of(Scenario.echo(10).connections(1), secure.uri().replace("ws:", "wss:")),
                    TRUSTING,
                    Watcher.NONE);
            assertThat(result.firstError()).isEqualTo("the server ended the connection without a Close");
        }
    }
}
