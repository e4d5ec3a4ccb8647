package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gibbon.Resource;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawResponse;
import dev.gibbon.testkit.RawSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain GET and HEAD on the same port. */
class PagesEndToEndTest {
    private static final byte[] LARGE = new byte[3_000_000];

    static {
        for (int i = 0; i < LARGE.length; i++) {
            LARGE[i] = (byte) (i * 31);
        }
    }

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private WebSocketServer server;
    private RawSocket socket;

    @BeforeEach
    void start() throws IOException {
        server = test.start(WebSocketServer.builder()
                .loops(1)
                .sendBufferBytes(32 << 10)
                .get("/", Resource.of("text/html; charset=utf-8", "<p>hello".getBytes(StandardCharsets.UTF_8)))
                .get("/health", Resource.text("ok"))
                .get("/files/*", Resource.text("a file"))
                .get("/large", Resource.of("application/octet-stream", LARGE))
                .get("/own", Resource.text("own").header("Cache-Control", "no-store"))
                .get("/class", Resource.classpath(PagesEndToEndTest.class, "PagesEndToEndTest.class"))
                .get("/both", Resource.text("the page"))
                .webSocket("/both", WebSocketListener.onMessage((socket, message) -> socket.send(message)))
                .webSocket("/socket", WebSocketListener.onMessage((socket, message) -> socket.send(message))));
        socket = test.dial(server);
    }

    private RawResponse get(String path, String... fields) throws IOException {
        return send("GET", path, fields);
    }

    private RawResponse send(String method, String path, String... fields) throws IOException {
        String more = fields.length == 0 ? "" : String.join("\n", fields) + "\n";
        socket.sendLines(method + " " + path + " HTTP/1.1\nHost: localhost\n" + more + "\n");
        return socket.readResponse(!method.equals("HEAD"));
    }

    @Test
    void pagesWithTheirTypes() throws Exception {
        RawResponse page = get("/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).isEqualTo("<p>hello");
        assertThat(page.header("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.header("Content-Length")).contains("8");
        assertThat(get("/health").text()).isEqualTo("ok");
        assertThat(get("/health?probe=1").text()).isEqualTo("ok");
        assertThat(get("/files/deep/down").text()).isEqualTo("a file");
        assertThat(get("/own").header("Cache-Control")).contains("no-store");
        assertThat(get("/class").body()).startsWith(0xca, 0xfe, 0xba, 0xbe);
        assertThat(get("/%68ealth").text()).isEqualTo("ok");
        assertThat(get("http://localhost/health").text()).isEqualTo("ok");
        assertThat(get("/both").text()).isEqualTo("the page");
        // All of that on one connection, which is still the only one.
        assertThat(server.stats().accepted()).isEqualTo(1);
    }

    @Test
    void headIsGetWithoutTheBody() throws Exception {
        for (String path : new String[] {"/", "/large", "/health"}) {
            RawResponse head = send("HEAD", path);
            RawResponse get = get(path);
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            for (String field : new String[] {"Content-Length", "Content-Type", "ETag"}) {
                assertThat(head.header(field)).isPresent().isEqualTo(get.header(field));
            }
        }
        RawResponse missing = send("HEAD", "/nowhere");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.body()).isEmpty();
        assertThat(socket.readToEnd()).isEmpty();
    }

    @Test
    void entityTags() throws Exception {
        String tag = get("/health").header("ETag").orElseThrow();

        for (String value : new String[] {tag, "*", "\"other\", " + tag, "W/" + tag}) {
            RawResponse same = get("/health", "If-None-Match: " + value);
            assertThat(same.status()).isEqualTo(304);
            assertThat(same.header("ETag")).contains(tag);
            assertThat(same.body()).isEmpty();
        }
        assertThat(get("/health", "If-None-Match: \"other\"").status()).isEqualTo(200);
        assertThat(get("/", "If-None-Match: " + tag).status()).isEqualTo(200);
        assertThat(send("HEAD", "/health", "If-None-Match: " + tag).status()).isEqualTo(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/files", "/Health", "/health/", "//health", "/filesystem"})
    void nothingThere(String path) throws Exception {
        RawResponse response = get(path);

        assertThat(response.status()).isEqualTo(404);
        // It tells what is wrong without repeating what the client sent.
        assertThat(response.text()).isNotBlank().doesNotContain(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../etc/passwd",
                "/files/../../etc/passwd",
                "/files/%2e%2e/%2e%2e/etc/passwd",
                "/files/..%2f..%2fetc%2fpasswd",
                "/files/..\\..\\windows",
                "/files/%5c..%5c",
                "/./health",
                "/files/%00",
                "/files/%c0%ae%c0%ae/",
                "/files/%",
                "/files/%zz",
                "/files/#fragment",
                "health",
                "*"
            })
    void pathsThatAreTricks(String path) throws Exception {
        assertThat(get(path).status()).isEqualTo(400);
        assertThat(socket.readToEnd()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "PATCH", "CONNECT"})
    void otherMethods(String method) throws Exception {
        RawResponse response = send(method, "/health");

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("Allow")).contains("GET, HEAD");
        assertThat(socket.readToEnd()).isEmpty();
    }

    @Test
    void aBodyIsRefusedBeforeItComes() throws Exception {
        RawResponse response = send("GET", "/health", "Content-Length: 1000000");

        assertThat(response.status()).isEqualTo(400);
        assertThat(socket.readToEnd()).isEmpty();
    }

    @Test
    void aPathForWebSocketsOnly() throws Exception {
        RawResponse response = get("/socket");

        assertThat(response.status()).isEqualTo(426);
        assertThat(response.header("Upgrade")).contains("websocket");
        assertThat(response.text()).contains("WebSocket");
    }

    @Test
    void keepAliveUntilToldOtherwise() throws Exception {
        assertThat(get("/health").header("Connection").orElse("keep-alive")).isEqualTo("keep-alive");
        RawResponse last = get("/health", "Connection: close");

        assertThat(last.header("Connection")).contains("close");
        assertThat(last.text()).isEqualTo("ok");
        assertThat(socket.readToEnd()).isEmpty();
    }

    @Test
    void http10() throws Exception {
        socket.sendLines("GET /health HTTP/1.0\n\n");

        RawResponse response = socket.readResponse(true);

        assertThat(response.text()).isEqualTo("ok");
        assertThat(response.header("Connection")).contains("close");
        assertThat(socket.readToEnd()).isEmpty();
    }

    @Test
    void halfClosedBehindTheRequest() throws Exception {
        socket.sendLines("GET /large HTTP/1.1\nHost: x\n\n");
        socket.halfClose();

        assertThat(Arrays.equals(socket.readResponse(true).body(), LARGE)).isTrue();
        assertThat(socket.readToEnd()).isEmpty();
    }

    /** Answers wait for a peer that does not read them: one page at a time, however many it asks for. */
    @Test
    void aPeerThatAsksAndDoesNotRead() throws Exception {
        RawSocket slow = test.peer(
                RawSocket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 16 << 10));
        int asked = 30;
        slow.sendLines("GET /large HTTP/1.1\nHost: x\n\n".repeat(asked));

        EndToEnd.await("the answer to stall", () -> server.stats().queuedBytes() > 0);
        assertThat(server.stats().queuedBytes()).isLessThan(2L * LARGE.length);
        assertThat(server.stats().pooledBytes()).isLessThan(1 << 20);
        // Others are served meanwhile.
        assertThat(get("/health").text()).isEqualTo("ok");

        for (int i = 0; i < asked; i++) {
            assertThat(Arrays.equals(slow.readResponse(true).body(), LARGE)).isTrue();
        }
    }

    @Test
    void theJdksOwnClient() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        URI uri = URI.create("http://localhost:" + server.port() + "/large");

        var response = client.send(
                HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).build(), BodyHandlers.ofByteArray());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Arrays.equals(response.body(), LARGE)).isTrue();
        // Its connection stays open for more, which does not hold up the end of the server.
        assertThat(server.close(Duration.ofSeconds(10)).took()).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void whatCannotBeServedIsRefusedWhenTheServerIsBuilt() {
        WebSocketServer.Builder builder = WebSocketServer.builder().get("/taken", Resource.text("x"));

        assertThatIllegalArgumentException().isThrownBy(() -> builder.get("/taken", Resource.text("y")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.get("no-slash", Resource.text("y")));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.get("/a/*/b", Resource.text("y")));
        assertThatIllegalArgumentException().isThrownBy(() -> Resource.classpath("/no/such/resource"));
        assertThatIllegalArgumentException().isThrownBy(() -> Resource.text("x").header("X", "a\r\nSet-Cookie: evil"));
        assertThatIllegalArgumentException().isThrownBy(() -> Resource.text("x").header("Content-Length", "1"));
    }
}
