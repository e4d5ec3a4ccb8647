package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.engines.EngineProcess;
import dev.gibbon.engines.RedisServer;
import dev.gibbon.testkit.Ports;
import dev.gibbon.testkit.RawResponse;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import dev.gibbon.testkit.tls.TestContexts;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code gibbon demo} as a process of its own; what the demos do is tested where they are. */
class DemoTest {
    private static final Duration STOP = Duration.ofSeconds(20);

    @Test
    void speaksTlsWithACertificateMadeOnTheSpot() throws Exception {
        try (ChildProcess demo = ChildProcess.gibbon("demo", "--port", "0", "--tls")) {
            String line = demo.line();
            Matcher ready = Pattern.compile(
                            "open https://127\\.0\\.0\\.1:(\\d+)/ certificate SHA-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})")
                    .matcher(String.valueOf(line));
            assertThat(ready.matches()).as(line).isTrue();
            int port = Integer.parseInt(ready.group(1));
            SSLContext trusting = TestContexts.trusting(TestContexts.shownBy(port));
            assertThat(TestContexts.fingerprint(TestContexts.shownBy(port))).isEqualTo(ready.group(2));
            try (RawSocket page = RawSocket.connectTls(port, trusting)) {
                page.sendLines("GET /echo.html HTTP/1.1\nHost: localhost:" + port + "\n\n");
                Matcher raw = Pattern.compile("connect-src 'self' wss://\\*:(\\d+);")
                        .matcher(page.readResponse(true).text());
                assertThat(raw.find()).isTrue();
                for (int each : new int[] {port, Integer.parseInt(raw.group(1))}) {
                    RawSocket socket = RawSocket.connectTls(each, trusting);
                    socket.send(
                            RawWebSocket.request("localhost:" + each, "/echo", "Origin: https://localhost:" + port));
                    try (RawWebSocket echo = RawWebSocket.open(socket)) {
                        echo.sendText("hello");
                        assertThat(echo.readText()).isEqualTo("hello");
                    }
                }
            }
            demo.signal("TERM");
            assertThat(demo.exitCode(STOP)).isZero();
            assertThat(demo.failures()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TERM, 127.0.0.1, 127.0.0.1",
        "INT, 0.0.0.0, 127.0.0.1",
        "TERM, localhost, localhost",
    })
    void saysWhereToLookServesThePagesAndStops(String signal, String host, String shown) throws Exception {
        try (ChildProcess demo = ChildProcess.gibbon("demo", "--port", "0", "--host", host)) {
            String line = demo.line();
            assertThat(line).isNotNull();
            Matcher ready = Pattern.compile("open http://(.+):(\\d+)/").matcher(line);
            assertThat(ready.matches()).as(line).isTrue();
            assertThat(ready.group(1)).isEqualTo(shown);
            int port = Integer.parseInt(ready.group(2));
            try (RawSocket page = RawSocket.connect(port)) {
                page.sendLines("GET / HTTP/1.1\nHost: localhost:" + port + "\n\n");
                RawResponse index = page.readResponse(true);
                assertThat(index.status()).isEqualTo(200);
                assertThat(index.header("Content-Type"))
                        .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
            }
            try (RawWebSocket socket = RawWebSocket.connect(port, "/echo")) {
                socket.sendText("hello");
                assertThat(socket.readText()).isEqualTo("hello");
                demo.signal(signal);
                assertThat(socket.readClose().closeCode()).isEqualTo(1001);
            }
            assertThat(demo.exitCode(STOP)).isZero();
            assertThat(demo.restOfOutput()).isEmpty();
            assertThat(demo.failures()).isEmpty();
        }
    }

    @Test
    void anEngineThatCannotBeReachedIsOneLineWithoutThePassword() throws Exception {
        int nobody = Ports.free();
        String uri = "redis://:secret@127.0.0.1:" + nobody;
        try (ChildProcess demo = ChildProcess.gibbon("demo", "--port", "0", "--redis", uri)) {
            assertThat(demo.exitCode(STOP)).isEqualTo(1);
            assertThat(demo.failures())
                    .containsExactly(
                            "gibbon demo: --redis: cannot use redis://127.0.0.1:" + nobody + ": no answer within 5 s");
        }
    }

    @Test
    void aNodeHasANameAndTellsItsPageOfTheOthers() throws Exception {
        try (EngineProcess redis = RedisServer.start();
                ChildProcess demo = ChildProcess.gibbon(
                        "demo",
                        "--port",
                        "0",
                        "--node",
                        "north",
                        "--redis",
                        "redis://127.0.0.1:" + redis.port(),
                        "--nodes",
                        "http://127.0.0.1:8082/,http://chat.example.com")) {
            Matcher ready =
                    Pattern.compile("open http://127\\.0\\.0\\.1:(\\d+)/").matcher(String.valueOf(demo.line()));
            assertThat(ready.matches()).isTrue();
            int port = Integer.parseInt(ready.group(1));
            try (RawSocket page = RawSocket.connect(port)) {
                page.sendLines("GET /chat HTTP/1.1\nHost: localhost:" + port + "\n\n");
                assertThat(page.readResponse(true).text())
                        .contains("connect-src 'self' ws://127.0.0.1:8082/chat/ws ws://chat.example.com/chat/ws;");
            }
            try (RawWebSocket guest = RawWebSocket.connect(
                    port, "/chat/ws", "Sec-WebSocket-Protocol: gibbon.chat.v1", "Origin: http://chat.example.com")) {
                assertThat(guest.readText()).contains("\"node\":\"north\"");
            }
        }
    }
}
