package dev.gibbon.autobahn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.Message;
import dev.gibbon.ServerStats;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.WebSocketServer;
import dev.gibbon.testkit.autobahn.Case;
import dev.gibbon.testkit.autobahn.Cases;
import dev.gibbon.testkit.autobahn.Cutting;
import dev.gibbon.testkit.autobahn.Referee;
import dev.gibbon.testkit.autobahn.SocketSubject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The 301 Autobahn cases against a running server over TCP, in both styles, each with its own cuts, sizes and repetitions.
 * After the closing handshake the server ends the connection, at once and without a reset.
 */
@DisplayName("Autobahn cases, server")
class ServerCasesTest {
    static final List<Case> CASES = Cases.all();

    private static WebSocketServer server;

    @BeforeAll
    static void start() throws IOException {
        server = WebSocketServer.builder()
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
        assertThat(left.upgraded()).isEqualTo(2L * CASES.size());
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("CASES")
    void listener(Case one) throws IOException {
        judge(one, "/listener");
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("CASES")
    void blocking(Case one) throws IOException {
        judge(one, "/blocking");
    }

    private static void judge(Case one, String target) throws IOException {
        try (SocketSubject subject = SocketSubject.connect(server.port(), target)) {
            assertThat(Referee.judge(one, Cutting.OWN, subject).finding()).isEmpty();
        }
    }
}
