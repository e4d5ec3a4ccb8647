package dev.gibbon.autobahn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.CloseInfo;
import dev.gibbon.EventLoops;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import dev.gibbon.testkit.RawListener;
import dev.gibbon.testkit.autobahn.Case;
import dev.gibbon.testkit.autobahn.Cases;
import dev.gibbon.testkit.autobahn.Cutting;
import dev.gibbon.testkit.autobahn.Referee;
import dev.gibbon.testkit.autobahn.SocketSubject;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The 301 Autobahn cases with the client on trial, over TCP, in both styles, each with its own cuts, sizes and repetitions. The
 * referee ends the connection first, as RFC 6455, 7.1.1, wants it of a server, after a while in which nothing may come; because of
 * these waits several cases run at once.
 */
@DisplayName("Autobahn cases, client")
class ClientCasesTest {
    static final List<Case> CASES = Cases.all();

    /** Those of short messages: TLS changes nothing for the others but the time they take. */
    static final List<Case> SECURE_CASES =
            CASES.stream().filter(one -> one.group() <= 7).toList();

    private static EventLoops loops;
    private static ExecutorService echoes;
    private static SSLContext served;
    private static SSLContext trusted;

    @BeforeAll
    static void start() {
        loops = EventLoops.create(1, true);
        echoes = Executors.newCachedThreadPool();
        TestCertificates authority = TestCertificates.authority();
        served = TestContexts.of(authority.issue("127.0.0.1"), authority.root());
        trusted = TestContexts.trusting(authority.root());
    }

    private static WebSocketClient client(String scheme, RawListener server) {
        return WebSocketClient.builder(scheme + "://127.0.0.1:" + server.port() + "/")
                .eventLoops(loops)
                .sslContext(trusted)
                .options(WebSocketOptions.builder()
                        .maxMessageBytes(32 << 20)
                        .closeTimeout(Referee.END.multipliedBy(3))
                        .build())
                .build();
    }

    @AfterAll
    static void stop() throws Exception {
        echoes.shutdown();
        assertThat(echoes.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (loops.timers() != 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        assertThat(loops.timers()).isZero();
        loops.close();
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("CASES")
    @Execution(ExecutionMode.CONCURRENT)
    void listener(Case one) throws Exception {
        try (RawListener referee = RawListener.open()) {
            judge(one, referee, client("ws", referee).connect(echo()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("CASES")
    @Execution(ExecutionMode.CONCURRENT)
    void blocking(Case one) throws Exception {
        try (RawListener referee = RawListener.open()) {
            CompletableFuture<WebSocket> opening = client("ws", referee).open();
            CompletableFuture<WebSocket> echoing = opening.thenApplyAsync(
                    socket -> {
                        for (Message message : socket) {
                            socket.send(message);
                        }
                        return socket;
                    },
                    echoes);
            judge(one, referee, opening);
            echoing.exceptionally(closed -> opening.join()).get(15, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("SECURE_CASES")
    @Execution(ExecutionMode.CONCURRENT)
    void secure(Case one) throws Exception {
        try (RawListener referee = RawListener.openTls(served)) {
            judge(one, referee, client("wss", referee).connect(echo()));
        }
    }

    private static WebSocketListener echo() {
        return WebSocketListener.onMessage((socket, message) -> socket.send(message));
    }

    private static void judge(Case one, RawListener server, CompletableFuture<WebSocket> opening) throws Exception {
        try (SocketSubject subject = SocketSubject.client(server.acceptWebSocket())) {
            assertThat(Referee.judge(one, Cutting.OWN, subject).finding()).isEmpty();
        }
        CloseInfo end =
                opening.get(15, TimeUnit.SECONDS).closed().toCompletableFuture().get(15, TimeUnit.SECONDS);
        assertThat(end.cause()).as("%s", end).isNull();
    }
}
