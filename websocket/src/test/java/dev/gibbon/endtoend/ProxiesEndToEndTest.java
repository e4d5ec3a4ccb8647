package dev.gibbon.endtoend;

import static dev.gibbon.endtoend.EndToEnd.await;
import static dev.gibbon.endtoend.ForeignProxy.replace;
import static dev.gibbon.endtoend.ForeignProxy.snippet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.Endpoint;
import dev.gibbon.Resource;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawResponse;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind real proxies, with the configurations that docs/behind-a-proxy.md shows. */
class ProxiesEndToEndTest {
    /** What a proxy is told instead of a minute; whole seconds are the least that nginx knows. */
    private static final String IDLE = "1s";

    /** Several pings fit into {@link #IDLE}. */
    private static final Duration PING = Duration.ofMillis(250);

    @TempDir
    static Path folder;

    private static final TestCertificates AUTHORITY = TestCertificates.authority();

    private static Path chain;
    private static Path key;
    private static Path pem;

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    /** The proxies that look into requests, ending TLS or not. */
    enum Kind {
        NGINX,
        NGINX_TLS,
        HAPROXY,
        HAPROXY_TLS;

        boolean tls() {
            return this == NGINX_TLS || this == HAPROXY_TLS;
        }

        ForeignProxy start(int backend, Function<String, String> change) throws IOException {
            return this == NGINX || this == NGINX_TLS
                    ? ForeignProxy.nginx(port -> nginx(tls(), port, backend, change))
                    : ForeignProxy.haproxy(port -> haproxy("haproxy", tls(), port, backend, change));
        }
    }

    @BeforeAll
    static void certificate() throws Exception {
        TestCertificates.Issued issued = AUTHORITY.issue("localhost", "127.0.0.1");
        chain = issued.writeChain(folder.resolve("chain.pem"));
        key = issued.writeKey(folder.resolve("key.pem"));
        // HAProxy wants both in one file.
        pem = folder.resolve("both.pem");
        Files.writeString(pem, Files.readString(chain) + Files.readString(key));
    }

    private static String nginx(boolean tls, int port, int backend, Function<String, String> change) {
        String text = page("nginx");
        text = replace(text, "listen 443 ssl;", "listen 127.0.0.1:" + port + (tls ? " ssl;" : ";"));
        text = replace(text, "/etc/ssl/example.com.pem", chain.toString());
        text = replace(text, "/etc/ssl/example.com.key", key.toString());
        return change.apply(replace(text, "127.0.0.1:8080", "127.0.0.1:" + backend));
    }

    private static String haproxy(String block, boolean tls, int port, int backend, Function<String, String> change) {
        String text = page(block);
        text = replace(
                text,
                "bind :443 ssl crt /etc/haproxy/example.com.pem alpn http/1.1",
                "bind 127.0.0.1:" + port + (tls ? " ssl crt " + pem + " alpn http/1.1" : ""));
        if (block.equals("haproxy") && !tls) {
            text = replace(text, "X-Forwarded-Proto https", "X-Forwarded-Proto http");
        }
        return change.apply(replace(text, "127.0.0.1:8080", "127.0.0.1:" + backend));
    }

    private static String page(String block) {
        try {
            return snippet(block);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String same(String configuration) {
        return configuration;
    }

    /** An echo, and a page. */
    private WebSocketServer server(Function<WebSocketServer.Builder, WebSocketServer.Builder> settings)
            throws IOException {
        return test.start(settings.apply(WebSocketServer.builder()
                .loops(1)
                .get("/page", Resource.text("a page"))
                .webSocket(
                        "/", test.listener(WebSocketListener.onMessage((socket, message) -> socket.send(message))))));
    }

    private RawSocket dial(ForeignProxy proxy, boolean tls) throws Exception {
        if (!tls) {
            return test.peer(RawSocket.connect(proxy.port()));
        }
        SSLSocket socket = (SSLSocket)
                TestContexts.trusting(AUTHORITY.root()).getSocketFactory().createSocket();
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.connect(loopback(proxy.port()), 10_000);
        RawSocket peer = test.peer(RawSocket.over(socket));
        socket.startHandshake();
        return peer;
    }

    private static RawWebSocket open(RawSocket socket, ForeignProxy proxy, String... fields) throws IOException {
        socket.send(RawWebSocket.request("localhost:" + proxy.port(), "/", fields));
        return RawWebSocket.open(socket);
    }

    private RawWebSocket open(ForeignProxy proxy, boolean tls, String... fields) throws Exception {
        return open(dial(proxy, tls), proxy, fields);
    }

    private RawResponse refused(ForeignProxy proxy, boolean tls, String target, String... fields) throws Exception {
        RawSocket socket = dial(proxy, tls);
        socket.send(RawWebSocket.request("localhost:" + proxy.port(), target, fields));
        return socket.readResponse(true);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    // ---- what passes through

    @ParameterizedTest
    @EnumSource
    void theUpgradeAndMessagesPass(Kind kind) throws Exception {
        WebSocketServer server = server(builder -> builder);
        ForeignProxy proxy = test.peer(kind.start(server.port(), ProxiesEndToEndTest::same));
        RawWebSocket peer = open(proxy, kind.tls());
        WebSocket socket = test.opened();

        peer.sendText("hello");
        assertThat(peer.readText()).isEqualTo("hello");
        byte[] large = new byte[1 << 20];
        peer.sendBinary(large);
        assertThat(peer.readMessage().payload()).isEqualTo(large);
        peer.send(RawFrame.of(RawFrame.PING, new byte[] {1, 2, 3}).masked(RawWebSocket.KEY));
        assertThat(peer.readFrame()).isEqualTo(RawFrame.of(RawFrame.PONG, new byte[] {1, 2, 3}));
        peer.closeHandshake(1000);

        CloseInfo info = test.ended();
        assertThat(info.receivedCode()).isEqualTo(1000);
        // Nobody is believed without a setting.
        assertThat(((InetSocketAddress) socket.remoteAddress()).getPort()).isNotZero();
        assertThat(socket.request().secure()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void pagesAndRefusalsPass(Kind kind) throws Exception {
        WebSocketServer server = server(builder -> builder.xForwardedFrom("127.0.0.1"));
        ForeignProxy proxy = test.peer(kind.start(server.port(), ProxiesEndToEndTest::same));

        RawSocket page = dial(proxy, kind.tls());
        page.sendLines("GET /page HTTP/1.1\nHost: localhost:" + proxy.port() + "\n\n");
        assertThat(page.readResponse(true).text()).isEqualTo("a page");

        assertThat(refused(proxy, kind.tls(), "/nothing").status()).isEqualTo(404);
        RawResponse foreign = refused(proxy, kind.tls(), "/", "Origin: https://evil.example");
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.text()).contains("localhost:" + proxy.port());
    }

    @ParameterizedTest
    @EnumSource
    void theServersClosePasses(Kind kind) throws Exception {
        WebSocketServer server = server(builder -> builder);
        ForeignProxy proxy = test.peer(kind.start(server.port(), ProxiesEndToEndTest::same));
        RawWebSocket peer = open(proxy, kind.tls());

        test.opened().close(4000, "enough");

        RawFrame close = peer.readClose();
        assertThat(close.closeCode()).isEqualTo(4000);
        peer.send(close.masked(RawWebSocket.KEY));
        peer.readEnd();
        assertThat(test.ended().receivedCode()).isEqualTo(4000);
    }

    // ---- who the client is

    @ParameterizedTest
    @EnumSource
    void theFieldsTellTheClient(Kind kind) throws Exception {
        WebSocketServer server = server(builder -> builder.xForwardedFrom("127.0.0.1"));
        ForeignProxy proxy = test.peer(kind.start(server.port(), ProxiesEndToEndTest::same));
        String scheme = kind.tls() ? "https" : "http";

        RawWebSocket peer = open(proxy, kind.tls(), "Origin: " + scheme + "://localhost:" + proxy.port());

        WebSocket socket = test.opened();
        assertThat(socket.remoteAddress()).isEqualTo(loopback(0));
        assertThat(socket.request().secure()).isEqualTo(kind.tls());
        assertThat(socket.request().header("X-Forwarded-Host")).contains("localhost:" + proxy.port());
        peer.closeHandshake(1000);
    }

    @ParameterizedTest
    @EnumSource
    void theClientsOwnFieldsAreReplaced(Kind kind) throws Exception {
        WebSocketServer server = server(builder -> builder.xForwardedFrom("127.0.0.1"));
        ForeignProxy proxy = test.peer(kind.start(server.port(), ProxiesEndToEndTest::same));

        RawWebSocket peer = open(
                proxy,
                kind.tls(),
                "X-Forwarded-For: 203.0.113.66",
                "X-Forwarded-Proto: " + (kind.tls() ? "http" : "https"),
                "X-Forwarded-Host: victim.example");

        WebSocket socket = test.opened();
        assertThat(socket.remoteAddress()).isEqualTo(loopback(0));
        assertThat(socket.request().secure()).isEqualTo(kind.tls());
        assertThat(socket.request().headers("X-Forwarded-Host")).containsExactly("localhost:" + proxy.port());
        peer.closeHandshake(1000);
    }

    @Test
    void aChainOfProxiesIsReadUpToTheClient() throws Exception {
        WebSocketServer server = server(builder -> builder.xForwardedFrom("127.0.0.1"));
        ForeignProxy proxy = test.peer(Kind.NGINX.start(
                server.port(),
                configuration -> replace(
                        configuration, "X-Forwarded-For $remote_addr", "X-Forwarded-For $proxy_add_x_forwarded_for")));

        RawWebSocket peer = open(proxy, false, "X-Forwarded-For: 203.0.113.66, 192.0.2.1, 127.0.0.1");

        assertThat(test.opened().remoteAddress())
                .isEqualTo(new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 0));
        peer.closeHandshake(1000);
    }

    @Test
    void aUnixDomainSocketBehindTheProxy() throws Exception {
        Path socketFile = folder.resolve("gibbon.sock");
        server(builder ->
                builder.unixDomain(UnixDomainSocketAddress.of(socketFile)).xForwardedFrom("unix:"));
        ForeignProxy proxy = test.peer(Kind.NGINX.start(
                8080, configuration -> replace(configuration, "127.0.0.1:8080", "unix:" + socketFile + ":")));

        RawWebSocket peer = open(proxy, false);

        assertThat(test.opened().remoteAddress()).isEqualTo(loopback(0));
        peer.closeHandshake(1000);
    }

    // ---- PROXY protocol

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2", "send-proxy-v2-ssl"})
    void theHeaderTellsTheClient(String form) throws Exception {
        WebSocketServer server = server(builder -> builder.proxyProtocolFrom("127.0.0.1"));
        for (boolean tls : new boolean[] {false, true}) {
            ForeignProxy proxy = test.peer(ForeignProxy.haproxy(port -> haproxy(
                    "haproxy-tcp", tls, port, server.port(), text -> replace(text, "send-proxy-v2-ssl", form))));
            RawSocket raw = dial(proxy, tls);
            RawWebSocket peer =
                    open(raw, proxy, "Origin: " + (tls ? "https" : "http") + "://localhost:" + proxy.port());

            WebSocket socket = test.opened();
            assertThat(socket.remoteAddress()).isEqualTo(loopback(raw.localPort()));
            assertThat(socket.request().secure()).isEqualTo(tls && form.endsWith("ssl"));
            peer.sendText("hello");
            assertThat(peer.readText()).isEqualTo("hello");
            peer.closeHandshake(1000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2"})
    void theHeaderComesBeforeTls(String form) throws Exception {
        ServerTls tls = ServerTls.pem(chain, key);
        WebSocketServer server = server(builder -> builder.tls(tls).proxyProtocolFrom("127.0.0.1"));
        ForeignProxy proxy = test.peer(ForeignProxy.haproxy(port -> haproxy(
                "haproxy-tcp", false, port, server.port(), text -> replace(text, "send-proxy-v2-ssl check", form))));
        RawSocket raw = dial(proxy, true);
        RawWebSocket peer = open(raw, proxy, "Origin: https://localhost:" + proxy.port());

        WebSocket socket = test.opened();
        assertThat(socket.remoteAddress()).isEqualTo(loopback(raw.localPort()));
        assertThat(socket.request().secure()).isTrue();
        assertThat(socket.request().sslSession()).isPresent();
        peer.sendText("hello");
        assertThat(peer.readText()).isEqualTo("hello");
        peer.closeHandshake(1000);
    }

    @Test
    void healthChecksHarmNobody() throws Exception {
        WebSocketServer server = server(builder -> builder.proxyProtocolFrom("127.0.0.1"));
        ForeignProxy proxy = test.peer(ForeignProxy.haproxy(port -> haproxy(
                "haproxy-tcp", false, port, server.port(), text -> replace(text, " check", " check inter 20ms"))));

        await("health checks", () -> server.stats().accepted() >= 5);
        RawWebSocket peer = open(proxy, false);
        peer.closeHandshake(1000);

        assertThat(test.log().warnings()).isEmpty();
    }

    @Test
    void aProxyThatSendsNoHeaderIsCutAndTheLogTellsOnce() throws Exception {
        WebSocketServer server = server(builder -> builder.proxyProtocolFrom("127.0.0.1"));
        ForeignProxy proxy = test.peer(Kind.NGINX.start(server.port(), ProxiesEndToEndTest::same));

        // nginx answers for us.
        assertThat(refused(proxy, false, "/").status()).isEqualTo(502);
        assertThat(refused(proxy, false, "/").status()).isEqualTo(502);

        assertThat(test.log().warnings())
                .hasSize(1)
                .first()
                .asString()
                .contains("proxyProtocolFrom", "does not begin with a header");
    }

    @Test
    void aHeaderThatNobodyExpectsIsRefused() throws Exception {
        WebSocketServer server = server(builder -> builder.proxyProtocolFrom("192.0.2.1"));
        for (String form : new String[] {"send-proxy", "send-proxy-v2"}) {
            ForeignProxy proxy = test.peer(ForeignProxy.haproxy(port -> haproxy(
                    "haproxy-tcp",
                    false,
                    port,
                    server.port(),
                    text -> replace(text, "send-proxy-v2-ssl check", form))));

            assertThat(refused(proxy, false, "/").status()).isEqualTo(400);
        }
    }

    // ---- idle times

    private static String impatient(String configuration) {
        return replace(configuration, "60s", IDLE);
    }

    private static Endpoint quiet(WebSocketListener listener, Duration ping) {
        return Endpoint.listener(listener)
                .options(WebSocketOptions.builder().pingInterval(ping).build());
    }

    @ParameterizedTest
    @EnumSource
    void theHeartbeatKeepsAQuietConnection(Kind kind) throws Exception {
        WebSocketServer server = test.start(quiet(test.listener(WebSocketListener.onMessage(WebSocket::send)), PING));
        ForeignProxy proxy = test.peer(kind.start(server.port(), ProxiesEndToEndTest::impatient));
        RawWebSocket peer = open(proxy, kind.tls());

        // Twice as long as the proxy would wait.
        for (int i = 0; i < 8; i++) {
            RawFrame ping = peer.readFrame();
            assertThat(ping.opcode()).isEqualTo(RawFrame.PING);
            peer.send(RawFrame.of(RawFrame.PONG, ping.payload()).masked(RawWebSocket.KEY));
        }
        peer.send(RawFrame.of(RawFrame.CLOSE, new byte[] {0x03, (byte) 0xe8}).masked(RawWebSocket.KEY));
        assertThat(peer.readClose().closeCode()).isEqualTo(1000);

        assertThat(test.ended().receivedCode()).isEqualTo(1000);
    }

    @ParameterizedTest
    @EnumSource
    void withoutItTheProxyEndsTheConnection(Kind kind) throws Exception {
        WebSocketServer server =
                test.start(quiet(test.listener(WebSocketListener.onMessage(WebSocket::send)), Duration.ZERO));
        ForeignProxy proxy = test.peer(kind.start(server.port(), ProxiesEndToEndTest::impatient));
        RawWebSocket peer = open(proxy, kind.tls());

        peer.readEnd();

        assertThat(test.ended().receivedCode()).isEqualTo(1006);
    }
}
