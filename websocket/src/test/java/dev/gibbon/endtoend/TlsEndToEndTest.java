package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gibbon.Endpoint;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.HandshakeHook;
import dev.gibbon.HandshakeRequest;
import dev.gibbon.Resource;
import dev.gibbon.ServerTls;
import dev.gibbon.ServerTls.ClientCertificates;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.RawWebSocket;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestCertificates.Issued;
import dev.gibbon.testkit.tls.TestContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that speak TLS, over real sockets, with peers of the JDK's own. */
class TlsEndToEndTest {
    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final SSLContext TRUSTING = TestContexts.trusting(AUTHORITY.root());
    private static final Issued LOCALHOST = AUTHORITY.issue("localhost", "127.0.0.1");

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    @TempDir
    Path files;

    private ServerTls.Builder tls() {
        return ServerTls.builder().pem(chain(LOCALHOST, "own"), key(LOCALHOST, "own"));
    }

    private Path chain(Issued issued, String name) {
        return issued.writeChain(files.resolve(name + "-chain.pem"));
    }

    private Path key(Issued issued, String name) {
        return issued.writeKey(files.resolve(name + "-key.pem"));
    }

    private static WebSocketServer.Builder echo(ServerTls tls) {
        return WebSocketServer.builder()
                .loops(1)
                .tls(tls)
                .options(WebSocketOptions.builder().maxMessageBytes(32 << 20).build())
                .webSocket("/", WebSocketListener.onMessage((socket, message) -> socket.send(message)));
    }

    private RawWebSocket open(WebSocketServer server, SSLContext context, String... protocols) throws IOException {
        RawSocket socket = test.peer(RawSocket.connectTls(server.port(), context, protocols));
        socket.send(RawWebSocket.request("localhost:" + server.port(), "/"));
        return RawWebSocket.open(socket);
    }

    private static void echoes(RawWebSocket socket, String text) throws IOException {
        socket.sendText(text);
        assertThat(socket.readFrame().text()).isEqualTo(text);
    }

    // ---- speaking

    @Test
    void theJdksClientTalksToUs() throws Exception {
        WebSocketServer server = test.start(echo(tls().build()));
        HttpClient client = HttpClient.newBuilder().sslContext(TRUSTING).build();
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        WebSocket.Listener listener = new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                got.add(text.toString());
                socket.request(1);
                return null;
            }
        };
        URI uri = URI.create("wss://localhost:" + server.port() + "/");
        WebSocket socket =
                client.newWebSocketBuilder().buildAsync(uri, listener).get();
        assertThat(socket.sendText("hello", true)).succeedsWithin(EndToEnd.PATIENCE);
        assertThat(EndToEnd.next(got, "the echo")).isEqualTo("hello");
        assertThat(socket.sendClose(1000, "")).succeedsWithin(EndToEnd.PATIENCE);
        EndToEnd.await("the end", () -> socket.isInputClosed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void messagesOfEverySize(String protocol) throws Exception {
        WebSocketServer server = test.start(echo(tls().build()));
        RawWebSocket socket = open(server, TRUSTING, protocol);
        assertThat(socket.socket().tlsSession().getProtocol()).isEqualTo(protocol);
        for (int size : new int[] {0, 1, 16_000, 16_384, 16_385, 64 << 10, (256 << 10) + 1, 1 << 20, 16 << 20}) {
            byte[] message = new byte[size];
            new Random(size).nextBytes(message);
            Future<?> sent = test.async(() -> {
                socket.sendBinary(message);
                return null;
            });
            assertThat(java.util.Arrays.mismatch(socket.readFrame().payload(), message))
                    .as("%d bytes", size)
                    .isEqualTo(-1);
            EndToEnd.join(sent);
        }
    }

    @Test
    @DisplayName("ws and wss on one server, under the same limits, with one end")
    void withAndWithoutTls() throws Exception {
        BlockingQueue<HandshakeRequest> asked = new LinkedBlockingQueue<>();
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(2)
                .tls(tls().build())
                .plainPort(0)
                .maxConnections(2)
                .webSocket("/", Endpoint.listener(new WebSocketListener() {
                    @Override
                    public void onOpen(dev.gibbon.WebSocket socket) {
                        asked.add(socket.request());
                    }
                })));
        assertThat(server.plainPort()).isNotEqualTo(server.port());
        RawWebSocket safe = open(server, TRUSTING);
        HandshakeRequest request = EndToEnd.next(asked, "wss");
        assertThat(request.secure()).isTrue();
        assertThat(request.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(request.peerCertificates()).isEmpty();
        RawWebSocket plain = test.peer(RawWebSocket.connect(server.plainPort(), "/"));
        request = EndToEnd.next(asked, "ws");
        assertThat(request.secure()).isFalse();
        assertThat(request.sslSession()).isEmpty();
        for (RawSocket third : List.of(
                test.peer(RawSocket.connectTls(server.port(), TRUSTING)),
                test.peer(RawSocket.connect(server.plainPort())))) {
            third.send(RawWebSocket.request("localhost", "/"));
            assertThat(third.readResponse(true).status()).isEqualTo(503);
            third.readToEnd();
            third.close();
            EndToEnd.await("it is gone", () -> server.stats().connections() == 2);
        }
        Future<?> closed = test.async(() -> server.close(Duration.ofSeconds(5)));
        for (RawWebSocket socket : List.of(safe, plain)) {
            RawFrame close = socket.readFrame();
            assertThat(close.closeCode()).isEqualTo(1001);
            socket.send(close);
            assertThat(socket.socket().readToEnd())
                    .as("the end, with close_notify")
                    .isEmpty();
            socket.close();
        }
        EndToEnd.join(closed);
    }

    @Test
    @DisplayName("H-68: the origin of a page that came over TLS has https's default port")
    void sameOriginOverTls() throws Exception {
        WebSocketServer server = test.start(echo(tls().build()));
        for (String origin : List.of("https://localhost", "https://localhost:443")) {
            RawSocket socket = test.peer(RawSocket.connectTls(server.port(), TRUSTING));
            socket.send(RawWebSocket.request("localhost", "/", "Origin: " + origin));
            assertThat(socket.readResponse(false).status()).as(origin).isEqualTo(101);
        }
        for (String origin : List.of("http://localhost", "https://localhost:80", "https://localhost:8443")) {
            RawSocket socket = test.peer(RawSocket.connectTls(server.port(), TRUSTING));
            socket.send(RawWebSocket.request("localhost", "/", "Origin: " + origin));
            assertThat(socket.readResponse(true).status()).as(origin).isEqualTo(403);
        }
    }

    @Test
    void pagesComeOverTls() throws Exception {
        WebSocketServer server = test.start(WebSocketServer.builder()
                .loops(1)
                .tls(tls().build())
                .get("/", Resource.of("text/plain", new byte[300_000])));
        RawSocket socket = test.peer(RawSocket.connectTls(server.port(), TRUSTING));
        for (int i = 0; i < 3; i++) {
            socket.sendLines("GET / HTTP/1.1\nHost: localhost\n\n");
            assertThat(socket.readResponse(true).body()).hasSize(300_000);
        }
        socket.sendLines("GET / HTTP/1.1\nHost: localhost\nConnection: close\n\n");
        assertThat(socket.readResponse(true).body()).hasSize(300_000);
        assertThat(socket.readToEnd()).isEmpty();
    }

    @Test
    void manyHandshakesAtOnce() throws Exception {
        WebSocketServer server = test.start(echo(tls().build()).loops(2));
        List<Future<RawWebSocket>> opening = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            opening.add(test.async(() -> open(server, TRUSTING)));
        }
        for (Future<RawWebSocket> one : opening) {
            echoes(EndToEnd.join(one), "hello");
        }
        assertThat(server.stats().tlsHandshakes()).isEqualTo(100);
        EndToEnd.await("no buffer at rest", () -> server.stats().pooledBytes() == 0);
    }

    @Test
    @DisplayName("the loop goes on while somebody's keys are computed, even if he leaves meanwhile")
    void theLoopDoesNotCompute() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean slow = new AtomicBoolean();
        Queue<String> threads = new ConcurrentLinkedQueue<>();
        X509ExtendedKeyManager keys = new X509ExtendedKeyManager() {
            @Override
            public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
                threads.add(Thread.currentThread().getName());
                if (slow.get()) {
                    begun.countDown();
                    try {
                        assertThat(goOn.await(15, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                return type.equals("EC") ? "own" : null;
            }

            @Override
            public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
                return null;
            }

            @Override
            public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
                return null;
            }

            @Override
            public String[] getClientAliases(String type, Principal[] issuers) {
                return new String[0];
            }

            @Override
            public String[] getServerAliases(String type, Principal[] issuers) {
                return new String[] {"own"};
            }

            @Override
            public X509Certificate[] getCertificateChain(String alias) {
                return LOCALHOST.chain().toArray(new X509Certificate[0]);
            }

            @Override
            public PrivateKey getPrivateKey(String alias) {
                return LOCALHOST.key();
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {keys}, null, null);
        WebSocketServer server = test.start(echo(ServerTls.of(context)));
        RawWebSocket early = open(server, TRUSTING);
        slow.set(true);
        // Contexts of their own: who resumes a session needs no key.
        Future<RawWebSocket> waiting = test.async(() -> open(server, TestContexts.trusting(AUTHORITY.root())));
        Future<?> left = test.async(() -> {
            SSLContext own = TestContexts.trusting(AUTHORITY.root());
            try (SSLSocket socket =
                    (SSLSocket) own.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.setSoTimeout(50);
                assertThatIOException().isThrownBy(socket::startHandshake);
            }
            return null;
        });
        assertThat(begun.await(15, TimeUnit.SECONDS)).isTrue();
        EndToEnd.join(left);
        for (int i = 0; i < 10; i++) {
            echoes(early, "the loop goes on " + i);
        }
        goOn.countDown();
        echoes(EndToEnd.join(waiting), "now the other one too");
        assertThat(threads).allMatch(name -> name.startsWith("gibbon-worker-"));
        assertThat(test.log().warnings()).isEmpty();
    }

    // ---- certificates

    @Test
    @DisplayName("new certificates while it runs: open connections go on, new ones get the new one")
    void reloads() throws Exception {
        ServerTls tls = tls().lookEvery(Duration.ZERO).build();
        WebSocketServer server = test.start(echo(tls));
        RawWebSocket before = open(server, TRUSTING);
        Issued next = AUTHORITY.issue("localhost");
        chain(next, "own");
        assertThatIOException().isThrownBy(tls::reload).withMessageContaining("does not belong");
        assertThat(shown(open(server, TRUSTING))).isEqualTo(LOCALHOST.certificate());
        key(next, "own");
        tls.reload();
        assertThat(shown(open(server, TRUSTING))).isEqualTo(next.certificate());
        echoes(before, "still here");
        assertThat(shown(before)).isEqualTo(LOCALHOST.certificate());
    }

    @Test
    void looksAtChangedFiles() throws Exception {
        WebSocketServer server =
                test.start(echo(tls().lookEvery(Duration.ofNanos(1)).build()));
        assertThat(shown(open(server, TRUSTING))).isEqualTo(LOCALHOST.certificate());
        Issued next = AUTHORITY.issueThroughIntermediate("localhost");
        chain(next, "own");
        assertThat(shown(open(server, TRUSTING))).isEqualTo(LOCALHOST.certificate());
        assertThat(test.log().forget("the old ones stay")).hasSize(1);
        open(server, TRUSTING);
        assertThat(test.log().containing("the old ones stay"))
                .as("once a change")
                .isEmpty();
        key(next, "own");
        assertThat(shown(open(server, TRUSTING))).isEqualTo(next.certificate());
        Files.delete(files.resolve("own-key.pem"));
        assertThat(shown(open(server, TRUSTING))).isEqualTo(next.certificate());
        assertThat(test.log().forget("the old ones stay")).hasSize(1);
    }

    private static X509Certificate shown(RawWebSocket socket) throws IOException {
        return (X509Certificate) socket.socket().tlsSession().getPeerCertificates()[0];
    }

    @Test
    @DisplayName("several certificates: the one for the name that is asked for (SNI), else the first")
    void choosesByName() throws Exception {
        Issued other = AUTHORITY.issue("other.test", "*.many.test");
        ServerTls tls = tls().pem(chain(other, "other"), key(other, "other")).build();
        WebSocketServer server = test.start(echo(tls));
        assertThat(asking(server, "localhost")).isEqualTo(LOCALHOST.certificate());
        assertThat(asking(server, "other.test")).isEqualTo(other.certificate());
        assertThat(asking(server, "one.many.test")).isEqualTo(other.certificate());
        assertThat(asking(server, "unknown.test")).isEqualTo(LOCALHOST.certificate());
        assertThat(asking(server, null)).isEqualTo(LOCALHOST.certificate());
    }

    @Test
    @DisplayName("Vert.x CVE-2024-1300: names that are asked for (SNI) are not kept, however many")
    void keepsNoNames() throws Exception {
        WebSocketServer server = test.start(echo(tls().build()));
        for (int i = 0; i < 50; i++) {
            assertThat(asking(server, "name-" + i + ".test")).isEqualTo(LOCALHOST.certificate());
        }
        EndToEnd.await("nothing is left", () -> server.stats().connections() == 0);
    }

    private static X509Certificate asking(WebSocketServer server, String name) throws IOException {
        // A context of its own, or it would resume the session with another name.
        SSLContext context = TestContexts.trusting(AUTHORITY.root());
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(name == null ? List.of() : List.of(new javax.net.ssl.SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.setSoTimeout((int) EndToEnd.PATIENCE.toMillis());
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void keyStoresAndContexts() throws Exception {
        char[] password = "secret".toCharArray();
        Path file = files.resolve("own.p12");
        try (var out = Files.newOutputStream(file)) {
            TestContexts.keyStore(LOCALHOST, password).store(out, password);
        }
        for (ServerTls tls : List.of(
                ServerTls.builder().keyStore(file, password).build(),
                ServerTls.builder()
                        .keyStore(TestContexts.keyStore(LOCALHOST, password), password)
                        .build(),
                ServerTls.of(TestContexts.of(LOCALHOST, AUTHORITY.root())))) {
            WebSocketServer server = test.start(echo(tls));
            RawWebSocket socket = open(server, TRUSTING);
            assertThat(shown(socket)).isEqualTo(LOCALHOST.certificate());
            echoes(socket, "hello");
        }
        assertThatIOException()
                .isThrownBy(() -> ServerTls.builder()
                        .keyStore(file, "wrong".toCharArray())
                        .build())
                .withMessageContaining("own.p12");
    }

    @Test
    @DisplayName("client certificates: asked for or not, needed or not, shown to the hook")
    void clientCertificates() throws Exception {
        Issued known = AUTHORITY.issue("a client");
        SSLContext knownClient = TestContexts.of(known, AUTHORITY.root());
        SSLContext stranger = TestContexts.of(TestCertificates.authority().issue("a stranger"), AUTHORITY.root());
        Path root = AUTHORITY.writeRoot(files.resolve("root.pem"));
        for (ClientCertificates wanted : ClientCertificates.values()) {
            BlockingQueue<List<X509Certificate>> seen = new LinkedBlockingQueue<>();
            HandshakeHook hook = HandshakeHook.of(request -> {
                seen.add(request.peerCertificates());
                return HandshakeDecision.accept();
            });
            ServerTls tls = tls().trust(root).clientCertificates(wanted).build();
            WebSocketServer server = test.start(WebSocketServer.builder()
                    .loops(1)
                    .tls(tls)
                    .webSocket(
                            "/", Endpoint.listener(new WebSocketListener() {}).handshake(hook)));
            for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
                open(server, knownClient, protocol);
                List<X509Certificate> expected =
                        wanted == ClientCertificates.NONE ? List.of() : List.of(known.certificate());
                assertThat(EndToEnd.next(seen, "a known client")).isEqualTo(expected);
                if (wanted == ClientCertificates.NEEDED) {
                    refuses(server, TRUSTING, protocol);
                } else {
                    open(server, TRUSTING, protocol);
                    assertThat(EndToEnd.next(seen, "a client without")).isEmpty();
                }
                // The JDK's client has nothing to show that the server would take, and so shows nothing.
                if (wanted == ClientCertificates.NEEDED) {
                    refuses(server, stranger, protocol);
                }
            }
        }
    }

    private void refuses(WebSocketServer server, SSLContext client, String protocol) {
        long before = server.stats().tlsFailures();
        // In TLS 1.3 the client has finished when the server looks at its certificate; the alert is its first answer.
        assertThatIOException()
                .isThrownBy(() -> open(server, client, protocol))
                .isInstanceOf(SSLException.class)
                .withMessageMatching(
                        ".*(bad_certificate|certificate_required|certificate_unknown|handshake_failure).*");
        EndToEnd.await("a failure is counted", () -> server.stats().tlsFailures() == before + 1);
    }

    // ---- peers that do not behave

    @Test
    @DisplayName("HTTP on the TLS port: a clean end, counted, nothing in the log")
    void httpOnTheTlsPort() throws Exception {
        WebSocketServer server = test.start(echo(tls().build()));
        for (int i = 0; i < 5; i++) {
            RawSocket socket = test.dial(server);
            socket.send(RawWebSocket.request("localhost", "/"));
            byte[] alert = socket.readToEnd();
            assertThat(alert).hasSize(7).startsWith(21, 3);
            socket.close();
        }
        RawSocket silent = test.dial(server);
        silent.halfClose();
        assertThat(silent.readToEnd()).isEmpty();
        EndToEnd.await("they are counted", () -> server.stats().tlsFailures() == 6);
        assertThat(test.log().warnings()).isEmpty();
        echoes(open(server, TRUSTING), "others are served");
    }

    @Test
    @DisplayName("TLS on the port without TLS: 400, and the end")
    void tlsOnThePlainPort() throws Exception {
        WebSocketServer server = test.start(
                WebSocketServer.builder().loops(1).webSocket("/", Endpoint.listener(new WebSocketListener() {})));
        assertThatIOException()
                .isThrownBy(() -> RawSocket.connectTls(server.port(), TRUSTING))
                .isInstanceOf(SSLException.class);
        assertThat(test.log().warnings()).isEmpty();
    }

    @Test
    @DisplayName("who renegotiates in TLS 1.2 is cut off; who asks for new keys in TLS 1.3 is served")
    void aSecondHandshake() throws Exception {
        WebSocketServer server = test.start(
                Endpoint.listener(
                        test.listener(WebSocketListener.onMessage((socket, message) -> socket.send(message)))),
                tls().build());
        RawWebSocket old = open(server, TRUSTING, "TLSv1.2");
        echoes(old, "hello");
        test.opened();
        assertThatIOException().isThrownBy(() -> {
            old.socket().tlsHandshakeAgain();
            old.sendText("hello?");
            old.readFrame();
        });
        assertThat(test.ended().cause()).hasMessageContaining("renegotiate");
        RawWebSocket fresh = open(server, TRUSTING, "TLSv1.3");
        for (int i = 0; i < 5; i++) {
            fresh.socket().tlsHandshakeAgain();
            echoes(fresh, "hello " + i);
        }
        assertThat(test.log().warnings()).isEmpty();
    }

    @Test
    void aPeerThatIsCutOffEndsWith1006() throws Exception {
        WebSocketServer server =
                test.start(Endpoint.listener(test.listener(new WebSocketListener() {})), tls().build());
        try (Socket below = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            SSLSocket socket = (SSLSocket) TRUSTING.getSocketFactory().createSocket(below, "localhost", 1, false);
            socket.getOutputStream().write(RawWebSocket.request("localhost", "/"));
            test.opened();
            below.shutdownOutput();
            assertThat(test.ended().code()).isEqualTo(1006);
        }
    }

    // ---- settings

    @Test
    void settingsThatCannotBe() {
        assertThatIllegalStateException()
                .isThrownBy(() -> WebSocketServer.builder().plainPort(0).start())
                .withMessageContaining("tls");
        assertThatIllegalStateException()
                .isThrownBy(() -> ServerTls.builder().build())
                .withMessageContaining("0 kinds");
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        tls().clientCertificates(ClientCertificates.NEEDED).build())
                .withMessageContaining("trust");
        org.assertj.core.api.Assertions.assertThatIllegalArgumentException()
                .isThrownBy(() -> tls().cipherSuites("TLS_OF_NO_USE").build())
                .withMessageContaining("TLS_OF_NO_USE");
    }

    @Test
    void cipherSuitesAndProtocolsCanBeChosen() throws Exception {
        ServerTls tls = tls().protocols("TLSv1.3")
                .cipherSuites("TLS_CHACHA20_POLY1305_SHA256")
                .build();
        WebSocketServer server = test.start(echo(tls));
        RawWebSocket socket = open(server, TRUSTING);
        assertThat(socket.socket().tlsSession().getCipherSuite()).isEqualTo("TLS_CHACHA20_POLY1305_SHA256");
        echoes(socket, "hello");
        assertThatIOException().isThrownBy(() -> open(server, TRUSTING, "TLSv1.2"));
    }
}
