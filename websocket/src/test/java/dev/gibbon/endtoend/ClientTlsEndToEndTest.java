package dev.gibbon.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.Endpoint;
import dev.gibbon.HandshakeDecision;
import dev.gibbon.HandshakeException;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Our client over TLS: whom it believes, and whom it does not. */
final class ClientTlsEndToEndTest {
    private static final TestCertificates AUTHORITY = TestCertificates.authority();

    @RegisterExtension
    final EndToEnd test = new EndToEnd();

    private WebSocketServer start(TestCertificates.Issued certificate) throws Exception {
        return test.start(WebSocketServer.builder()
                .host("127.0.0.1")
                .loops(1)
                .tls(ServerTls.of(TestContexts.of(certificate, AUTHORITY.root())))
                .webSocket("/", Endpoint.listener(test.listener(WebSocketListener.onMessage(WebSocket::send)))));
    }

    private WebSocketClient.Builder client(String uri) {
        return WebSocketClient.builder(uri)
                .sslContext(TestContexts.trusting(AUTHORITY.root()))
                .eventLoops(test.loops(1));
    }

    @Test
    @DisplayName("K-60: a chain that is trusted, and a name that fits, also of an address")
    void trusted() throws Exception {
        WebSocketServer server = start(AUTHORITY.issue("localhost", "127.0.0.1"));
        for (String host : List.of("localhost", "127.0.0.1")) {
            WebSocket socket =
                    client("wss://" + host + ":" + server.port() + "/").build().connect();
            socket.send("hello");
            assertThat(socket.receive().text()).isEqualTo("hello");
            byte[] large = new byte[700_000];
            large[699_999] = 1;
            socket.send(large);
            assertThat(socket.receive().toByteArray()).isEqualTo(large);
            assertThat(socket.request().secure()).isTrue();
            assertThat(socket.request().sslSession()).isPresent();
            assertThat(socket.request().peerCertificates()).isNotEmpty();
            socket.close();
            assertThat(socket.awaitClose(EndToEnd.PATIENCE))
                    .hasValueSatisfying(info -> assertThat(info.clean()).isTrue());
        }
    }

    @Test
    @DisplayName("K-61, K-62: a trusted chain for another name, or another address")
    void wrongName() throws Exception {
        for (TestCertificates.Issued issued :
                List.of(AUTHORITY.issue("elsewhere.test"), AUTHORITY.issue("elsewhere.test", "127.0.0.9"))) {
            WebSocketServer server = start(issued);
            // Nobody can switch the comparison off by accident.
            SSLParameters careless = new SSLParameters();
            careless.setEndpointIdentificationAlgorithm("");
            for (String host : List.of("localhost", "127.0.0.1")) {
                assertThatThrownBy(() -> client("wss://" + host + ":" + server.port() + "/")
                                .sslParameters(careless)
                                .build()
                                .connect())
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining("wss://" + host);
            }
        }
    }

    @Test
    @DisplayName("K-63: a chain that nobody trusts, or that has expired")
    void untrusted() throws Exception {
        for (TestCertificates.Issued issued : List.of(
                TestCertificates.selfSigned("localhost"),
                TestCertificates.authority().issue("localhost"),
                AUTHORITY.issueExpired("localhost"))) {
            WebSocketServer server = start(issued);
            assertThatThrownBy(() -> client("wss://localhost:" + server.port() + "/")
                            .build()
                            .connect())
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    @DisplayName("K-64: a server that speaks no TLS, and one that says nothing")
    void noTls() throws Exception {
        WebSocketServer plain = test.start(Style.LISTENER.echo(test));
        assertThatThrownBy(() ->
                        client("wss://127.0.0.1:" + plain.port() + "/").build().connect())
                .isInstanceOf(SSLException.class);
        List<Socket> held = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var accepting = test.async(() -> held.add(silent.accept()));
            assertThatThrownBy(() -> client("wss://127.0.0.1:" + silent.getLocalPort() + "/")
                            .handshakeTimeout(Duration.ofMillis(300))
                            .build()
                            .connect())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("the TLS handshake took longer than handshakeTimeout");
            EndToEnd.join(accepting);
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    @DisplayName("K-65: a redirect never leads from wss to ws, and may lead from ws to wss")
    void redirects() throws Exception {
        TestCertificates.Issued certificate = AUTHORITY.issue("localhost", "127.0.0.1");
        WebSocketServer secure = start(certificate);
        WebSocketServer plain = test.start(WebSocketServer.builder()
                .loops(1)
                .webSocket("/", redirecting("wss://localhost:" + secure.port() + "/")));
        WebSocket socket = client("ws://127.0.0.1:" + plain.port() + "/")
                .followRedirects(1)
                .build()
                .connect();
        assertThat(socket.request().secure()).isTrue();
        socket.close();

        WebSocketServer down = test.start(WebSocketServer.builder()
                .loops(1)
                .tls(ServerTls.of(TestContexts.of(certificate, AUTHORITY.root())))
                .webSocket("/", redirecting("ws://127.0.0.1:" + plain.port() + "/")));
        assertThatThrownBy(() -> client("wss://127.0.0.1:" + down.port() + "/")
                        .followRedirects(5)
                        .build()
                        .connect())
                .isInstanceOf(HandshakeException.class)
                .hasMessageContaining("from wss to ws");
    }

    private static Endpoint redirecting(String target) {
        return Endpoint.listener(new WebSocketListener() {})
                .handshake(request -> CompletableFuture.completedFuture(
                        HandshakeDecision.refuse(302, "elsewhere").header("Location", target)));
    }
}
