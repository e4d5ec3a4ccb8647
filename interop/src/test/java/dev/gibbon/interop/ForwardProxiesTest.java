package dev.gibbon.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.EventLoops;
import dev.gibbon.Message;
import dev.gibbon.ProxyException;
import dev.gibbon.ProxySettings;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.Ports;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client through real proxies: microsocks (SOCKS 5, user and password) and squid (CONNECT, Basic authentication, TLS to the
 * proxy). Each proxy leaves from an address of its own, so that the server sees who came through it.
 */
class ForwardProxiesTest {
    private static final String USER = "me";
    private static final String PASSWORD = "s3cret";
    private static final String FROM_SOCKS = "127.0.0.5";
    private static final String FROM_SQUID = "127.0.0.6";

    @TempDir
    private static @Nullable Path folder;

    private static final List<AutoCloseable> STARTED = new ArrayList<>();
    private static @Nullable SSLContext trust;
    private static int plain;
    private static int secure;
    private static int socks;
    private static int openSocks;
    private static int squid;
    private static int squidTls;
    private static int squidOfOtherName;

    private final EventLoops loops = EventLoops.create(1, true);

    @BeforeAll
    static void start() throws IOException {
        String microsocks = program("microsocks", "microsocks");
        String squidProgram = program("squid", "squid-openssl");
        TestCertificates authority = TestCertificates.authority();
        trust = TestContexts.trusting(authority.root());
        TestCertificates.Issued issued = authority.issue("localhost", "127.0.0.1");
        Path chain = issued.writeChain(folder.resolve("chain.pem"));
        Path key = issued.writeKey(folder.resolve("key.pem"));
        startServer(ServerTls.pem(chain, key));
        startMicrosocks(microsocks);
        TestCertificates.Issued other = authority.issue("other.example");
        other.writeChain(folder.resolve("other-chain.pem"));
        other.writeKey(folder.resolve("other-key.pem"));
        startSquid(squidProgram);
    }

    private static void startServer(ServerTls tls) throws IOException {
        WebSocketServer server = WebSocketServer.builder()
                .host("127.0.0.1")
                .port(0)
                .tls(tls)
                .plainPort(0)
                .webSocket("/", ForwardProxiesTest::tellWhoThenEcho)
                .start();
        STARTED.add(server);
        secure = server.port();
        plain = server.plainPort();
    }

    private static void tellWhoThenEcho(WebSocket socket) throws IOException, InterruptedException {
        InetSocketAddress remote = (InetSocketAddress) socket.request().remoteAddress();
        socket.send(remote.getAddress().getHostAddress());
        for (Message message : socket) {
            socket.send(message);
        }
    }

    private static void startMicrosocks(String program) throws IOException {
        socks = Ports.free();
        STARTED.add(ProxyProcess.start(
                List.of(program, "-i", "127.0.0.1", "-p", "" + socks, "-b", FROM_SOCKS, "-u", USER, "-P", PASSWORD),
                folder.resolve("microsocks.log"),
                socks));
        openSocks = Ports.free();
        STARTED.add(ProxyProcess.start(
                List.of(program, "-i", "127.0.0.1", "-p", "" + openSocks, "-b", FROM_SOCKS),
                folder.resolve("open-microsocks.log"),
                openSocks));
    }

    private static void startSquid(String program) throws IOException {
        squid = Ports.free();
        squidTls = Ports.free();
        squidOfOtherName = Ports.free();
        // Squid leaves root behind, and goes on as a user that must get at its files.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String key : List.of("key.pem", "other-key.pem")) {
            Files.setPosixFilePermissions(folder.resolve(key), PosixFilePermissions.fromString("rw-r--r--"));
        }
        Path helper = Files.writeString(folder.resolve("passwords"), """
                #!/bin/sh
                while read -r user password; do
                    [ "$user $password" = "%s %s" ] && echo OK || echo ERR
                done
                """.formatted(USER, PASSWORD));
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path settings = Files.writeString(folder.resolve("squid.conf"), """
                http_port 127.0.0.1:%d
                https_port 127.0.0.1:%d tls-cert=%s/chain.pem tls-key=%s/key.pem
                https_port 127.0.0.1:%d tls-cert=%s/other-chain.pem tls-key=%s/other-key.pem
                tcp_outgoing_address %s
                auth_param basic program %s
                auth_param basic realm the test
                acl known proxy_auth REQUIRED
                acl refused port 1
                http_access deny refused
                http_access allow known
                http_access deny all
                cache deny all
                access_log none
                cache_log /dev/stderr
                cache_store_log none
                pid_filename none
                coredump_dir %s
                shutdown_lifetime 0 seconds
                netdb_filename none
                icon_directory /usr/share/squid/icons
                visible_hostname localhost
                """.formatted(
                        squid, squidTls, folder, folder, squidOfOtherName, folder, folder, FROM_SQUID, helper, folder));
        STARTED.add(ProxyProcess.start(
                List.of(program, "-N", "-f", settings.toString()),
                folder.resolve("squid.log"),
                squid,
                squidTls,
                squidOfOtherName));
    }

    private static String program(String name, String debian) {
        File sbin = new File("/usr/sbin", name);
        File found = sbin.canExecute() ? sbin : Tools.onPath(name);
        Tools.require(name, found != null, debian);
        return found == null ? name : found.getPath();
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable started : STARTED) {
            started.close();
        }
        STARTED.clear();
    }

    @AfterEach
    void closeLoops() {
        long began = System.nanoTime();
        while (loops.timers() > 0 && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(Ears.PATIENCE_SECONDS)) {
            LockSupport.parkNanos(10_000_000L);
        }
        assertThat(loops.timers()).as("timers left").isZero();
        loops.close();
    }

    private WebSocketClient client(String uri, ProxySettings proxy) {
        WebSocketClient.Builder builder =
                WebSocketClient.builder(uri).proxy(proxy.sslContext(trust)).eventLoops(loops);
        return (uri.startsWith("wss") ? builder.sslContext(trust) : builder).build();
    }

    private static String ws(String host) {
        return "ws://" + host + ":" + plain + "/";
    }

    private static String wss(String host) {
        return "wss://" + host + ":" + secure + "/";
    }

    /** From which address the server saw us; the connection works both ways and closes cleanly. */
    private String seenFrom(String uri, ProxySettings proxy) throws IOException, InterruptedException {
        try (WebSocket socket = client(uri, proxy).connect()) {
            String from = socket.receive().text();
            assertThat(socket.request().sslSession().isPresent())
                    .as("TLS to the server, not to the proxy")
                    .isEqualTo(uri.startsWith("wss"));
            byte[] large = new byte[300_000];
            socket.send(large);
            assertThat(socket.receive().size()).isEqualTo(large.length);
            socket.send("after");
            assertThat(socket.receive().text()).isEqualTo("after");
            socket.close(1000, "done");
            return from;
        }
    }

    private static String withPassword(String scheme, String host, int port) {
        return scheme + "://" + USER + ":" + PASSWORD + "@" + host + ":" + port;
    }

    @ParameterizedTest
    @CsvSource({
        "socks5, localhost",
        "socks5h, localhost",
        "socks5, 127.0.0.1",
        "socks5h, 127.0.0.1",
    })
    void socks(String scheme, String host) throws Exception {
        ProxySettings proxy = ProxySettings.of(withPassword(scheme, "127.0.0.1", socks));
        assertThat(seenFrom(ws(host), proxy)).isEqualTo(FROM_SOCKS);
        assertThat(seenFrom(wss(host), proxy)).isEqualTo(FROM_SOCKS);
    }

    @Test
    void socksWithoutAuthentication() throws Exception {
        ProxySettings proxy = ProxySettings.of("socks5h://localhost:" + openSocks);
        assertThat(seenFrom(ws("localhost"), proxy)).isEqualTo(FROM_SOCKS);
        ProxySettings offering = ProxySettings.of(withPassword("socks5h", "localhost", openSocks));
        assertThat(seenFrom(ws("localhost"), offering)).isEqualTo(FROM_SOCKS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void connect(String scheme) throws Exception {
        int port = scheme.equals("https") ? squidTls : squid;
        ProxySettings proxy = ProxySettings.of(withPassword(scheme, "localhost", port));
        assertThat(seenFrom(ws("localhost"), proxy)).isEqualTo(FROM_SQUID);
        assertThat(seenFrom(wss("localhost"), proxy)).isEqualTo(FROM_SQUID);
        assertThat(seenFrom(wss("127.0.0.1"), proxy)).isEqualTo(FROM_SQUID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong", ""})
    void socksRefusesAWrongPassword(String password) {
        String proxy = "socks5h://" + (password.isEmpty() ? "" : USER + ":" + password + "@") + "127.0.0.1:" + socks;
        assertThatThrownBy(
                        () -> client(ws("localhost"), ProxySettings.of(proxy)).connect())
                .isInstanceOf(ProxyException.class)
                .hasMessageContaining(password.isEmpty() ? "no credentials were given" : "user and password");
    }

    @ParameterizedTest
    @CsvSource({"http, wrong", "http, ''", "https, wrong"})
    void squidRefusesAWrongPassword(String scheme, String password) {
        int port = scheme.equals("https") ? squidTls : squid;
        String proxy = scheme + "://" + (password.isEmpty() ? "" : USER + ":" + password + "@") + "localhost:" + port;
        assertThatThrownBy(
                        () -> client(wss("localhost"), ProxySettings.of(proxy)).connect())
                .isInstanceOfSatisfying(ProxyException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(407);
                    assertThat(new String(e.body(), java.nio.charset.StandardCharsets.UTF_8))
                            .containsIgnoringCase("squid");
                })
                .hasMessageContaining("Basic realm=\"the test\"");
    }

    @Test
    void whatTheProxyCannotReachIsTold() throws IOException {
        int nobody = Ports.free();
        ProxySettings socksProxy = ProxySettings.of(withPassword("socks5h", "127.0.0.1", socks));
        assertThatThrownBy(() ->
                        client("ws://127.0.0.1:" + nobody + "/", socksProxy).connect())
                .isInstanceOf(ProxyException.class)
                .hasMessageContaining("it answered 5, connection refused");
        ProxySettings httpProxy = ProxySettings.of(withPassword("http", "127.0.0.1", squid));
        assertThatThrownBy(() ->
                        client("ws://127.0.0.1:" + nobody + "/", httpProxy).connect())
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.statusCode()).isEqualTo(503));
    }

    @Test
    void whatTheProxyForbidsIsTold() {
        ProxySettings proxy = ProxySettings.of(withPassword("http", "127.0.0.1", squid));
        assertThatThrownBy(() -> client("ws://127.0.0.1:1/", proxy).connect())
                .isInstanceOfSatisfying(
                        ProxyException.class, e -> assertThat(e.statusCode()).isEqualTo(403))
                .satisfies(e -> assertThat(e.toString()).doesNotContain(PASSWORD));
    }

    @Test
    void aProxyWhoseCertificateIsNotTrustedGetsNoCredentials() {
        ProxySettings proxy = ProxySettings.of(withPassword("https", "localhost", squidTls));
        WebSocketClient untrusting = WebSocketClient.builder(ws("localhost"))
                .proxy(proxy)
                .eventLoops(loops)
                .build();
        assertThatThrownBy(untrusting::connect)
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("the connection to the proxy https://localhost:" + squidTls)
                .hasRootCauseInstanceOf(java.security.cert.CertPathBuilderException.class);
    }

    @Test
    void aProxyOfAnotherNameGetsNoCredentials() {
        ProxySettings proxy = ProxySettings.of(withPassword("https", "localhost", squidOfOtherName));
        assertThatThrownBy(() -> client(ws("localhost"), proxy).connect())
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("the connection to the proxy https://localhost:" + squidOfOtherName + " failed")
                .hasMessageContaining("matching localhost found");
    }

    @Test
    void aProxyThatSpeaksNoTlsIsToldAsSuch() {
        ProxySettings proxy = ProxySettings.of(withPassword("https", "localhost", squid));
        assertThatThrownBy(() -> client(ws("localhost"), proxy).connect())
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("the connection to the proxy https://localhost:" + squid + " failed");
    }

    @Test
    void aSelectorsProxiesAreTriedInTurn() throws Exception {
        int nobody = Ports.free();
        List<String> failed = new ArrayList<>();
        ProxySelector selector = new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(
                        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("127.0.0.1", nobody)),
                        new Proxy(Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("127.0.0.1", socks)));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException cause) {
                synchronized (failed) {
                    failed.add(uri.toString());
                }
            }
        };
        ProxySettings proxy = ProxySettings.of(selector).credentials(USER, PASSWORD);
        assertThat(seenFrom(wss("localhost"), proxy)).isEqualTo(FROM_SOCKS);
        synchronized (failed) {
            assertThat(failed).containsExactly("https://localhost:" + secure + "/");
        }
    }

    @Test
    void withoutAProxyTheServerSeesUs() throws Exception {
        assertThat(seenFrom(ws("127.0.0.1"), ProxySettings.none())).isEqualTo("127.0.0.1");
        ProxySettings exempt = ProxySettings.of("socks5h://127.0.0.1:" + socks).except("127.0.0.0/8");
        assertThat(seenFrom(ws("127.0.0.1"), exempt)).isEqualTo("127.0.0.1");
    }

    @Test
    void manyAtOnce() throws Exception {
        ProxySettings proxy = ProxySettings.of(withPassword("socks5h", "127.0.0.1", socks));
        List<java.util.concurrent.CompletableFuture<WebSocket>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(client(ws("127.0.0.1"), proxy).open());
        }
        for (var each : all) {
            try (WebSocket socket = each.get(Ears.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                assertThat(socket.receive(Duration.ofSeconds(Ears.PATIENCE_SECONDS)))
                        .isNotNull();
            }
        }
    }
}
