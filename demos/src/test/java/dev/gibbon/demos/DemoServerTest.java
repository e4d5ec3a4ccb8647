package dev.gibbon.demos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawResponse;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoServerTest {
    private static final String LOCAL = "127.0.0.1";

    private static int port(DemoServer demos) {
        return URI.create(demos.url()).getPort();
    }

    private static RawResponse get(DemoServer demos, String path) throws IOException {
        try (RawSocket socket = RawSocket.connect(port(demos))) {
            socket.sendLines("GET " + path + " HTTP/1.1\nHost: " + LOCAL + "\n\n");
            return socket.readResponse(true);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8",
        "/echo.html, text/html; charset=utf-8",
        "/ticker.html, text/html; charset=utf-8",
        "/chat, text/html; charset=utf-8",
        "/style.css, text/css; charset=utf-8",
        "/index.js, text/javascript; charset=utf-8",
        "/conversation.js, text/javascript; charset=utf-8",
        "/echo.js, text/javascript; charset=utf-8",
        "/wire.js, text/javascript; charset=utf-8",
        "/ticker.js, text/javascript; charset=utf-8",
        "/topics.js, text/javascript; charset=utf-8",
        "/chat.js, text/javascript; charset=utf-8",
        "/icon.svg, image/svg+xml"
    })
    void servesThePages(String path, String contentType) throws IOException {
        try (DemoServer demos = DemoServer.start(LOCAL, 0)) {
            RawResponse response = get(demos, path);
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("Content-Type")).hasValue(contentType);
            assertThat(response.text()).isNotBlank().doesNotContain("@RAW_PORT@", "@NODES@");
            if (contentType.startsWith("text/html")) {
                assertThat(response.text()).contains("default-src 'none'; script-src 'self'; style-src 'self'");
            }
        }
    }

    @Test
    void answers404ToTheRest() throws IOException {
        try (DemoServer demos = DemoServer.start(LOCAL, 0)) {
            assertThat(get(demos, "/nothing").status()).isEqualTo(404);
        }
    }

    @Test
    void namesItsAddress() throws IOException {
        try (DemoServer demos = DemoServer.start(LOCAL, 0)) {
            assertThat(demos.url()).matches("http://127\\.0\\.0\\.1:[1-9][0-9]*/");
            assertThat(get(demos, "/").text()).contains("port " + demos.rawPort());
        }
    }

    @Test
    void servesEveryDemo() throws IOException {
        try (DemoServer demos = DemoServer.start(LOCAL, 0)) {
            for (String path : new String[] {"/echo", "/ticker"}) {
                try (RawWebSocket client = RawWebSocket.connect(port(demos), path)) {
                    assertThat(client.closeHandshake(1000).closeCode()).isEqualTo(1000);
                }
            }
            String page = "Origin: http://localhost:" + port(demos);
            try (RawWebSocket client = RawWebSocket.connect(demos.rawPort(), "/", page)) {
                client.sendText("raw");
                assertThat(client.readText()).isEqualTo("raw");
            }
        }
    }

    @Test
    void aTakenPortIsAnErrorAndLeavesNothingBehind() throws IOException {
        try (DemoServer demos = DemoServer.start(LOCAL, 0)) {
            int taken = port(demos);
            Set<Thread> running = ourThreads();
            assertThatThrownBy(() -> DemoServer.start(LOCAL, taken)).isInstanceOf(BindException.class);
            assertThat(ourThreads()).isSubsetOf(running);
        }
    }

    private static Set<Thread> ourThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("gibbon-loop")
                        || thread.getName().startsWith("raw-"))
                .collect(Collectors.toSet());
    }

    @Test
    void closesEverythingAndCanStartAgainOnTheSamePort() throws Exception {
        DemoServer first = DemoServer.start(LOCAL, 0);
        int port = port(first);
        try (RawWebSocket ticker = RawWebSocket.connect(port, "/ticker");
                RawWebSocket raw = RawWebSocket.connect(first.rawPort(), "/")) {
            ticker.sendText("tick");
            var closing = new Thread(first::close);
            closing.start();
            assertThat(ticker.readClose().closeCode()).isEqualTo(1001);
            ticker.send(RawFrame.close(1001, ""));
            ticker.readEnd();
            ticker.close();
            raw.readEnd();
            first.awaitClose();
            closing.join();
        }
        first.close();
        try (DemoServer second = DemoServer.start(LOCAL, port)) {
            assertThat(port(second)).isEqualTo(port);
        }
    }
}
