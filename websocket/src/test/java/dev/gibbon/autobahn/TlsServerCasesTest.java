package dev.gibbon.autobahn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import dev.gibbon.ServerStats;
import dev.gibbon.ServerTls;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.RawSocket;
import dev.gibbon.testkit.autobahn.Case;
import dev.gibbon.testkit.autobahn.Cases;
import dev.gibbon.testkit.autobahn.Cutting;
import dev.gibbon.testkit.autobahn.Referee;
import dev.gibbon.testkit.autobahn.SocketSubject;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The Autobahn cases of groups 1 to 7 over {@code wss}: TLS 1.3 to a listener, TLS 1.2 to the blocking style. */
@DisplayName("Autobahn cases, server, over TLS")
class TlsServerCasesTest {
    static final List<Case> CASES = Cases.all();

    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final SSLContext CLIENT = TestContexts.trusting(AUTHORITY.root());

    private static WebSocketServer server;

    @BeforeAll
    static void start() throws IOException {
        server = WebSocketServer.builder()
                .tls(ServerTls.of(TestContexts.of(AUTHORITY.issue("localhost"), AUTHORITY.root())))
                .options(WebSocketOptions.builder()
                        .maxMessageBytes(32 << 20)
                        .closeTimeout(Referee.END.multipliedBy(3))
                        .build())
                .webSocket("/listener", WebSocketListener.onMessage((socket, message) -> socket.send(message)))
                .webSocket("/blocking", socket -> {
                    for (Message message : socket) {
                        socket.send(message);
                    }
                })
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
        ServerStats left = server.stats();
        assertThat(left.connections()).isZero();
        assertThat(left.queuedBytes()).isZero();
        assertThat(left.pooledBytes()).isZero();
        assertThat(left.timers()).isZero();
        assertThat(left.tlsFailures()).isZero();
        assertThat(left.upgraded()).isEqualTo(2L * CASES.size());
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("CASES")
    void listener(Case one) throws IOException {
        judge(one, "/listener", "TLSv1.3");
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("CASES")
    void blocking(Case one) throws IOException {
        judge(one, "/blocking", "TLSv1.2");
    }

    private static void judge(Case one, String target, String protocol) throws IOException {
        RawSocket socket = RawSocket.connectTls(server.port(), CLIENT, protocol);
        try (SocketSubject subject = SocketSubject.open(socket, target)) {
            assertThat(Referee.judge(one, Cutting.OWN, subject).finding()).isEmpty();
        }
    }
}
