package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.tls.EnginePeer;
import dev.gibbon.internal.transport.Faults;
import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawWebSocket;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The conversation of {@link TortureTest} over TLS: every kind of trouble below the records changes nothing above them. */
final class TlsTortureTest {
    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final SSLContext CONTEXT = TestContexts.of(AUTHORITY.issue("localhost"), AUTHORITY.root());

    private static final byte[] CONVERSATION = Hex.bytes("81 82 00000000 6869"
            + " 01 82 00000000 6869 89 81 00000000 70 80 82 00000000 6869"
            + " 82 fe 1000 00000000 " + "ab".repeat(4096)
            + " 88 82 00000000 03e8");

    private static final String ANSWER = "81026869 8a0170 810468696869 827e1000" + "ab".repeat(4096) + "880203e8";

    private static EnginePeer connect(MemoryServer server, Faults faults, String protocol) {
        SSLEngine engine = CONTEXT.createSSLEngine("localhost", 1);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {protocol});
        return new EnginePeer(engine, server.connect(faults));
    }

    private static MemoryServer server(Recorder app) {
        return new MemoryServer(builder -> builder.tls(ServerTls.of(CONTEXT)).webSocket("/", Endpoint.listener(app)));
    }

    private static void settle(MemoryServer server, EnginePeer peer, int patience) {
        for (int idle = 0; idle < patience; idle++) {
            if (peer.pump()) {
                idle = 0;
            }
            server.loop().turn(0);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, TLSv1.3", "3, TLSv1.2", "7, TLSv1.3", "100, TLSv1.3", "100, TLSv1.2", "4096, TLSv1.2"})
    void shortReadsAndWritesChangeNothing(int most, String protocol) {
        Recorder app = Recorder.echoing();
        try (MemoryServer server = server(app)) {
            EnginePeer peer = connect(server, Faults.shortCalls(most), protocol);
            peer.send(RawWebSocket.request("server", "/")).send(CONVERSATION);
            settle(server, peer, 20_000 / most + 50);
            String got = Hex.of(peer.received()).replace(" ", "");
            assertThat(got.endsWith(ANSWER.replace(" ", ""))).isTrue();
            assertThat(app.events)
                    .containsExactly("open", "text hi", "ping 1", "text hihi", "binary 4096", "close 1000");
            assertThat(peer.ended()).as("close_notify").isTrue();
            assertThat(peer.failure()).isNull();
            peer.endTls().pipe().end();
            server.assertNothingHeld();
            assertThat(server.server().stats().tlsHandshakes()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void theSameWithRecordsOfAFewBytes(String protocol) {
        Recorder app = Recorder.echoing();
        try (MemoryServer server = server(app)) {
            EnginePeer peer = connect(server, Faults.NONE, protocol).recordBytes(3);
            peer.send(RawWebSocket.request("server", "/")).send(CONVERSATION);
            settle(server, peer, 100);
            assertThat(Hex.of(peer.received()).replace(" ", "").endsWith(ANSWER.replace(" ", "")))
                    .isTrue();
            // Without a close_notify: behind the closing handshake nobody misses it.
            peer.pipe().end();
            server.assertNothingHeld();
            assertThat(app.closed().cause()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {700, Integer.MAX_VALUE})
    void whicheverCallFailsTheConnectionEndsOnceAndHoldsNothing(int most) {
        int call = 0;
        boolean failed;
        do {
            call++;
            failed = withFailingCall(call, most);
        } while (failed && call < 500);
        assertThat(call).as("calls of the conversation").isBetween(5, 499);
    }

    private static boolean withFailingCall(int call, int most) {
        Recorder app = Recorder.echoing();
        try (MemoryServer server = server(app)) {
            EnginePeer peer = connect(server, new Faults(most, most, call, 0), "TLSv1.3");
            peer.send(RawWebSocket.request("server", "/")).send(CONVERSATION);
            try {
                settle(server, peer, 50);
            } catch (java.io.UncheckedIOException e) {
                assertThat(e.getCause()).hasMessageContaining("reset");
            }
            boolean failed = peer.pipe().isReset();
            peer.pipe().end();
            server.pass(Duration.ofSeconds(12));
            server.assertNothingHeld();
            assertThat(app.events.stream()
                            .filter(event -> event.startsWith("close"))
                            .count())
                    .as("one end for each beginning, call " + call + ": " + app.events)
                    .isEqualTo(Collections.frequency(app.events, "open"));
            return failed;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    @DisplayName("T-01, T-02, T-06: one deadline from accept to 101; a TLS handshake that stands still gets no more")
    void theDeadlineCoversTheTlsHandshake(String protocol) {
        Recorder app = Recorder.echoing();
        try (MemoryServer server = server(app)) {
            EnginePeer silent = connect(server, Faults.NONE, protocol);
            EnginePeer slow = connect(server, Faults.NONE, protocol).mostWritten(10);
            for (int second = 0; second < 9; second++) {
                slow.pump();
                server.pass(Duration.ofSeconds(1));
            }
            EnginePeer secured = connect(server, Faults.NONE, protocol);
            settle(server, secured, 50);
            assertThat(secured.isSecured()).isTrue();
            server.pass(Duration.ofSeconds(2));
            assertThat(silent.pipe().isClosed()).isTrue();
            assertThat(slow.pipe().isClosed()).isTrue();
            assertThat(secured.pipe().isClosed()).isFalse();
            server.pass(Duration.ofSeconds(9));
            assertThat(secured.pipe().isClosed()).isTrue();
            server.assertNothingHeld();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aStreamCutOffEndsTheConnectionWith1006(String protocol) {
        Recorder app = Recorder.echoing();
        try (MemoryServer server = server(app)) {
            EnginePeer peer = connect(server, Faults.NONE, protocol);
            peer.send(RawWebSocket.request("server", "/")).send(Hex.bytes("81 82 00000000 6869"));
            settle(server, peer, 50);
            peer.pipe().end();
            server.settle();
            assertThat(app.events).containsExactly("open", "text hi", "close 1006");
            assertThat(app.closed().cause()).hasMessageContaining("close_notify");
            server.assertNothingHeld();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    @DisplayName("a peer that ends TLS together with its Close, or right behind it, has ended the conversation well")
    void aCloseWithTheEndOfTls(String protocol) {
        for (boolean together : new boolean[] {true, false}) {
            Recorder app = Recorder.echoing();
            try (MemoryServer server = server(app)) {
                EnginePeer peer = connect(server, Faults.NONE, protocol);
                peer.send(RawWebSocket.request("server", "/"));
                settle(server, peer, 50);
                peer.received();
                peer.send(Hex.bytes("81 82 00000000 6869 88 82 00000000 03e8"));
                if (!together) {
                    settle(server, peer, 50);
                }
                peer.endTls();
                settle(server, peer, 50);
                assertThat(Hex.of(peer.received())).isEqualTo(Hex.of(Hex.bytes("8102 6869 8802 03e8")));
                peer.pipe().end();
                server.assertNothingHeld();
                assertThat(app.events).containsExactly("open", "text hi", "close 1000");
                assertThat(app.closed().cause()).isNull();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    @DisplayName("a slow reader over TLS is not read, and costs what its queue may hold and four records")
    void slowReaders(String protocol) {
        Recorder app = Recorder.echoing();
        try (MemoryServer server = server(app)) {
            EnginePeer peer = connect(server, Faults.NONE, protocol);
            peer.send(RawWebSocket.request("server", "/"));
            settle(server, peer, 50);
            assertThat(new String(peer.received(), StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 101");
            peer.reading(false);
            byte[] message = Hex.bytes("82 fe 4000 00000000 " + "cd".repeat(0x4000));
            for (int i = 0; i < 60; i++) {
                peer.send(message);
            }
            settle(server, peer, 50);
            assertThat(peer.unsent()).as("not read any more").isPositive();
            assertThat(server.server().stats().pooledBytes()).isLessThan(1 << 20);
            long queued = server.server().stats().queuedBytes();
            assertThat(queued).isBetween(64L << 10, 512L << 10);
            assertThat(app.socket().bufferedBytes()).isEqualTo(queued);
            server.pass(Duration.ofSeconds(5));
            peer.reading(true);
            settle(server, peer, 100);
            assertThat(peer.received()).hasSize(60 * (4 + 0x4000));
            assertThat(app.socket().bufferedBytes()).isZero();
            peer.reading(false);
            for (int i = 0; i < 60; i++) {
                peer.send(message);
            }
            settle(server, peer, 50);
            server.pass(Duration.ofSeconds(11));
            assertThat(app.events).endsWith("close 1006");
            assertThat(app.closed().bytesUnsent()).isPositive();
            server.assertNothingHeld();
        }
    }
}
