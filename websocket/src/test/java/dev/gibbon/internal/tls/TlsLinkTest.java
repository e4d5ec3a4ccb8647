package dev.gibbon.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.tls.TlsFixture.Setup;
import dev.gibbon.internal.transport.Faults;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The link alone, in both roles and versions, against the JDK's engine; what the pipes do is in the test's hand. */
class TlsLinkTest {
    static List<Setup> setups() {
        return Setup.all();
    }

    private static byte[] bytes(int seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** As an assertion on both would say it, but without ten thousand numbers. */
    private static void same(byte[] got, byte[] expected) {
        assertThat(got.length).isEqualTo(expected.length);
        assertThat(Arrays.mismatch(got, expected)).as("first difference").isEqualTo(-1);
    }

    // ---- bytes both ways

    @ParameterizedTest
    @MethodSource("setups")
    void shakesHandsAndCarriesBytesBothWays(Setup setup) {
        try (TlsFixture tls = TlsFixture.open(setup)) {
            tls.settle();
            assertThat(tls.events).contains("secured");
            assertThat(tls.link.tlsSession().getProtocol()).isEqualTo(setup.protocol());
            byte[] there = bytes(1, 100_000);
            byte[] back = bytes(2, 100_000);
            tls.peer.send(there);
            tls.write(back);
            tls.settle();
            same(tls.received(), there);
            same(tls.peer.received(), back);
            assertThat(tls.reported).isEqualTo(back.length);
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void holdsNoBufferAtRest(Setup setup) {
        try (TlsFixture tls = TlsFixture.open(setup)) {
            tls.settle();
            assertThat(tls.held()).isZero();
            tls.peer.send(bytes(1, 40_000));
            tls.write(bytes(2, 40_000));
            tls.settle();
            assertThat(tls.held()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100, 4096})
    void shortReadsAndWritesChangeNothing(int most) {
        for (Setup setup : setups()) {
            try (TlsFixture tls = TlsFixture.open(setup.faults(Faults.shortCalls(most)))) {
                byte[] there = bytes(1, 3000);
                byte[] back = bytes(2, 3000);
                tls.peer.send(there);
                tls.write(back);
                tls.settle();
                same(tls.received(), there);
                same(tls.peer.received(), back);
                assertThat(tls.reported).isEqualTo(back.length);
                assertThat(tls.held()).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void recordsMaySplitAnywhere(Setup setup) {
        for (int most : new int[] {1, 5, 6, 1000}) {
            try (TlsFixture tls = TlsFixture.open(setup)) {
                tls.peer.mostWritten(most);
                byte[] there = bytes(3, most < 1000 ? 3000 : 40_000);
                tls.peer.send(there);
                tls.settle();
                same(tls.received(), there);
                assertThat(tls.held()).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("T-06: a record of one byte each; the beginning of a record costs what has come, not what it claims")
    void tinyRecordsAndBeginnings(Setup setup) {
        try (TlsFixture tls = TlsFixture.open(setup)) {
            tls.settle();
            byte[] there = bytes(4, 1500);
            tls.peer.recordBytes(1).send(there);
            tls.settle();
            same(tls.received(), there);
            tls.peer.recordBytes(1 << 14).mostWritten(700).send(bytes(5, 16_000));
            tls.peer.pump();
            tls.turns();
            assertThat(tls.held()).isBetween(1L, 1024L);
            tls.settle();
            assertThat(tls.received()).hasSize(16_000);
            assertThat(tls.held()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 15, 1000, 16_384, 20_000})
    void readsIntoTargetsOfAnySizeWithoutTheSocket(int target) {
        for (Setup setup : setups()) {
            try (TlsFixture tls = TlsFixture.open(setup)) {
                tls.settle();
                tls.targetBytes(target);
                byte[] there = bytes(6, Math.min(50_000, target * 3000));
                tls.peer.send(there);
                // All of it comes in one read of the socket; what is left is handed over without another.
                tls.peer.pump();
                tls.settle();
                same(tls.received(), there);
                assertThat(tls.held()).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void readsNothingWithoutInterestAndGoesOnWithIt(Setup setup) {
        try (TlsFixture tls = TlsFixture.open(setup)) {
            tls.settle();
            tls.targetBytes(10);
            tls.peer.recordBytes(100).send(bytes(7, 1000));
            tls.pauseAfter = 3;
            tls.settle();
            assertThat(tls.received.size()).isEqualTo(30);
            tls.wantsRead(true);
            tls.turns().turns().turns();
            same(tls.received(), bytes(7, 1000));
            tls.wantsRead(false);
            tls.peer.send(bytes(8, 300_000));
            tls.settle();
            assertThat(tls.held()).isZero();
            assertThat(tls.peer.unsent()).as("back-pressure").isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void reportsNoMoreThanHasLeft(Setup setup) {
        try (TlsFixture tls = TlsFixture.open(setup.pipe(10_000))) {
            tls.settle();
            byte[] back = bytes(9, 300_000);
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            tls.write(back);
            tls.turns();
            assertThat(tls.isWritten()).isFalse();
            long before = -1;
            while (!tls.isWritten()) {
                assertThat(tls.reported).as("progress").isGreaterThan(before);
                before = tls.reported;
                assertThat(tls.held()).as("what waits is bounded").isLessThanOrEqualTo(128 << 10);
                tls.peer.pump();
                got.writeBytes(tls.peer.received());
                assertThat(tls.reported - (64 << 10)).isLessThanOrEqualTo(got.size());
                tls.turns();
            }
            assertThat(tls.held()).as("all is reported, so nothing waits").isZero();
            tls.peer.pump();
            got.writeBytes(tls.peer.received());
            same(got.toByteArray(), back);
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void echoesWithRandomCutsAndPauses(Setup setup) {
        for (int seed = 1; seed <= 10; seed++) {
            Random random = new Random(seed);
            Setup cut = setup.pipe(1 + random.nextInt(60_000))
                    .faults(new Faults(1 + random.nextInt(20_000), 1 + random.nextInt(20_000), 0, random.nextInt(3)));
            try (TlsFixture tls = TlsFixture.open(cut)) {
                tls.echo = true;
                ByteArrayOutputStream sent = new ByteArrayOutputStream();
                ByteArrayOutputStream got = new ByteArrayOutputStream();
                for (int i = 0; i < 30; i++) {
                    byte[] some = bytes(i, random.nextInt(20_000));
                    sent.writeBytes(some);
                    tls.peer.recordBytes(1 + random.nextInt(16_384)).send(some);
                    tls.targetBytes(1 + random.nextInt(40_000));
                    tls.wantsRead(random.nextInt(4) > 0);
                    tls.peer.reading(random.nextInt(4) > 0);
                    for (int turn = random.nextInt(10); turn > 0; turn--) {
                        tls.loop.turn(0);
                        tls.peer.pump();
                    }
                    got.writeBytes(tls.peer.received());
                }
                tls.wantsRead(true);
                tls.peer.reading(true);
                tls.settle();
                got.writeBytes(tls.peer.received());
                same(got.toByteArray(), sent.toByteArray());
                assertThat(tls.held()).isZero();
            }
        }
    }

    // ---- keys

    @Test
    void followsNewKeysWhileItSpeaks() {
        for (boolean server : new boolean[] {true, false}) {
            try (TlsFixture tls = TlsFixture.open(Setup.of(server, "TLSv1.3"))) {
                tls.settle();
                for (int i = 0; i < 5; i++) {
                    tls.peer.send(bytes(i, 1000));
                    tls.peer.pump();
                    begin(tls.peer.engine());
                    tls.write(bytes(i + 10, 1000));
                    tls.settle();
                    same(tls.received(), bytes(i, 1000));
                    same(tls.peer.received(), bytes(i + 10, 1000));
                }
                assertThat(tls.failure).isNull();
                assertThat(tls.held()).isZero();
            }
        }
    }

    @Test
    void doesNotReadOnWhileItsAnswersToNewKeysAreNotTaken() {
        try (TlsFixture tls = TlsFixture.open(Setup.of(true, "TLSv1.3").pipe(2000))) {
            tls.settle();
            tls.peer.reading(false);
            int asked = 0;
            while (tls.peer.unsent() == 0 && asked < 10_000) {
                begin(tls.peer.engine());
                tls.peer.pump();
                tls.turns();
                asked++;
            }
            assertThat(asked).as("it stops reading").isLessThan(10_000);
            assertThat(tls.held()).isLessThan(64 << 10);
            tls.peer.reading(true);
            tls.peer.send(bytes(1, 100));
            tls.settle();
            same(tls.received(), bytes(1, 100));
        }
    }

    @Test
    @DisplayName(
            "T-06: a flood of records without data, new keys or crumbs of a handshake, leaves the others their turns")
    void floodsOfRecordsWithoutDataDoNotHoldTheLoop() throws IOException {
        try (TlsFixture tls = TlsFixture.open(Setup.of(true, "TLSv1.3"))) {
            tls.settle();
            tls.peer.reading(false);
            for (int i = 0; i < 200; i++) {
                begin(tls.peer.engine());
                tls.peer.pump();
            }
            tls.peer.send(bytes(1, 100));
            tls.peer.pump();
            tls.events.clear();
            int turns = 0;
            while (tls.received.size() == 0 && turns++ < 100) {
                tls.loop.turn(0);
            }
            assertThat(turns).as("turns of the loop").isBetween(200 / 64, 50);
            same(tls.received(), bytes(1, 100));
            tls.peer.reading(true);
            tls.settle();
            assertThat(tls.failure).isNull();
            assertThat(tls.held()).isZero();
        }
        try (TlsFixture tls = TlsFixture.open(Setup.of(true, "TLSv1.3"))) {
            // A ClientHello that claims 32,000 bytes, each in a record of its own.
            byte[] crumb = {22, 3, 1, 0, 1, 1};
            byte[] length = {22, 3, 1, 0, 1, 0x7d};
            tls.peer.pipe().write(crumb, 0, crumb.length);
            byte[] zero = {22, 3, 1, 0, 1, 0};
            tls.peer.pipe().write(zero, 0, zero.length);
            tls.peer.pipe().write(length, 0, length.length);
            for (int i = 0; i < 2000; i++) {
                tls.peer.pipe().write(zero, 0, zero.length);
            }
            tls.loop.turn(0);
            tls.loop.turn(0);
            assertThat(tls.held()).as("not all of it is taken at once").isGreaterThan(8192);
            tls.turns();
            assertThat(tls.failure).isNull();
        }
    }

    @Test
    @DisplayName("a second handshake in TLS 1.2 ends the connection, whoever asks")
    void refusesToRenegotiate() {
        for (boolean server : new boolean[] {true, false}) {
            try (TlsFixture tls = TlsFixture.open(Setup.of(server, "TLSv1.2"))) {
                tls.settle();
                tls.peer.send(bytes(1, 100));
                tls.peer.pump();
                begin(tls.peer.engine());
                tls.settle();
                same(tls.received(), bytes(1, 100));
                assertThat(tls.failure).isInstanceOf(RenegotiationRefusedException.class);
                assertThat(tls.peer.ended() || tls.peer.failure() != null).isTrue();
                assertThat(tls.held()).isZero();
            }
        }
    }

    private static void begin(SSLEngine engine) {
        try {
            engine.beginHandshake();
        } catch (SSLException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- the end

    @Test
    @DisplayName("TLS 1.3: close_notify ends one direction only (RFC 8446, 6.1)")
    void answersAfterThePeersEnd() {
        for (boolean server : new boolean[] {true, false}) {
            try (TlsFixture tls = TlsFixture.open(Setup.of(server, "TLSv1.3"))) {
                tls.settle();
                tls.peer.send(bytes(1, 100)).endTls();
                tls.settle();
                same(tls.received(), bytes(1, 100));
                assertThat(tls.ended).isTrue();
                tls.write(bytes(2, 100_000));
                tls.settle();
                same(tls.peer.received(), bytes(2, 100_000));
                assertThat(tls.peer.ended()).isFalse();
                tls.link.shutdownOutput();
                tls.settle();
                assertThat(tls.peer.ended()).isTrue();
                assertThat(tls.peer.atEnd()).isTrue();
                assertThat(tls.failure).isNull();
            }
        }
    }

    @Test
    @DisplayName("TLS 1.2: close_notify ends both (RFC 5246, 7.2.1), but what came in front of it can be answered")
    void answersWhatCameBeforeTheEnd() {
        for (boolean server : new boolean[] {true, false}) {
            try (TlsFixture tls = TlsFixture.open(Setup.of(server, "TLSv1.2"))) {
                tls.settle();
                tls.echo = true;
                tls.peer.send(bytes(1, 100)).endTls();
                tls.settle();
                same(tls.received(), bytes(1, 100));
                assertThat(tls.ended).isTrue();
                same(tls.peer.received(), bytes(1, 100));
                tls.settle();
                assertThat(tls.peer.ended()).isTrue();
                tls.write(bytes(2, 10));
                assertThat(tls.failure).hasMessageContaining("closed");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void endsItsOutputBehindWhatWaits(Setup setup) {
        try (TlsFixture tls = TlsFixture.open(setup.pipe(5000))) {
            tls.settle();
            tls.peer.reading(false);
            tls.write(bytes(1, 4000));
            tls.settle();
            tls.link.shutdownOutput();
            tls.peer.reading(true);
            tls.settle();
            same(tls.peer.received(), bytes(1, 4000));
            assertThat(tls.peer.ended()).isTrue();
            assertThat(tls.peer.atEnd()).isTrue();
            assertThat(tls.held()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void closingSaysSo(Setup setup) {
        try (TlsFixture tls = TlsFixture.open(setup)) {
            tls.settle();
            tls.link.close();
            tls.peer.pump();
            assertThat(tls.peer.ended()).isTrue();
            assertThat(tls.peer.failure()).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void anEndWithoutCloseNotifyIsAFault(Setup setup) {
        try (TlsFixture tls = TlsFixture.open(setup)) {
            tls.settle();
            tls.peer.send(bytes(1, 100));
            tls.peer.pump();
            tls.peer.pipe().end();
            tls.settle();
            same(tls.received(), bytes(1, 100));
            assertThat(tls.failure).isInstanceOf(EOFException.class).hasMessageContaining("close_notify");
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void anEndWithoutCloseNotifyBehindOurOwnIsNone(Setup setup) {
        try (TlsFixture tls = TlsFixture.open(setup)) {
            tls.settle();
            tls.link.shutdownOutput();
            tls.turns();
            tls.peer.pipe().end();
            tls.turns();
            assertThat(tls.failure).isNull();
            assertThat(tls.ended).isTrue();
        }
    }

    // ---- faults

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("a record that was changed on its way: what came before is read, the peer gets an alert")
    void tellsThePeerOfABrokenRecord(Setup setup) {
        try (TlsFixture tls = TlsFixture.open(setup)) {
            tls.settle();
            tls.peer.send(bytes(1, 100));
            tls.peer.pump();
            tls.peer.corrupting().send(bytes(2, 100));
            tls.settle();
            same(tls.received(), bytes(1, 100));
            assertThat(tls.failure).isInstanceOf(SSLException.class);
            assertThat(tls.peer.failure()).hasMessageContaining("bad_record_mac");
            assertThat(tls.peer.atEnd()).isTrue();
            assertThat(tls.held()).isZero();
        }
    }

    @Test
    @DisplayName("HTTP on the TLS port ends the handshake with an alert")
    void httpIsNoTls() throws IOException {
        try (TlsFixture tls = TlsFixture.open(Setup.of(true, "TLSv1.3"))) {
            byte[] http = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            tls.peer.pipe().write(http, 0, http.length);
            tls.turns();
            assertThat(tls.failure).isInstanceOf(SSLException.class);
            assertThat(tls.handshakeFailure).isSameAs(tls.failure);
            byte[] answer = tls.peer.pipe().read(100);
            // An alert (21) that is fatal (2).
            assertThat(answer[0]).isEqualTo((byte) 21);
            assertThat(answer[5]).isEqualTo((byte) 2);
            assertThat(tls.peer.atEnd()).isTrue();
            assertThat(tls.held()).isZero();
        }
    }

    @Test
    @DisplayName("ALPN (RFC 7301, 3.2): who speaks HTTP/2 only is refused with no_application_protocol")
    void refusesOtherApplicationProtocols() {
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            SSLEngine engine = TlsFixture.engine(false, protocol);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            engine.setSSLParameters(parameters);
            try (TlsFixture tls = new TlsFixture(Setup.of(true, protocol), engine)) {
                tls.settle();
                assertThat(tls.peer.failure()).hasMessageContaining("no_application_protocol");
                assertThat(tls.failure).isInstanceOf(SSLException.class);
            }
        }
    }

    @Test
    void agreesOnHttp11() {
        SSLEngine engine = TlsFixture.engine(false, "TLSv1.3");
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        engine.setSSLParameters(parameters);
        try (TlsFixture tls = new TlsFixture(Setup.of(true, "TLSv1.3"), engine)) {
            tls.settle();
            assertThat(tls.peer.engine().getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void oldVersionsAreRefused() {
        try (TlsFixture tls = new TlsFixture(Setup.of(true, "TLSv1.3"), TlsFixture.engine(false, "TLSv1.2"))) {
            tls.settle();
            assertThat(tls.peer.failure()).hasMessageContaining("protocol_version");
            assertThat(tls.handshakeFailure).isNotNull();
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("whichever call of the link below fails: one failure, and nothing is held")
    void anyCallMayFail(Setup setup) {
        int calls = 0;
        boolean failed = true;
        while (failed && calls < 500) {
            calls++;
            try (TlsFixture tls = TlsFixture.open(setup.faults(new Faults(500, 500, calls, 0)))) {
                try {
                    tls.peer.send(bytes(1, 2000));
                    tls.write(bytes(2, 2000));
                    tls.settle();
                } catch (UncheckedIOException e) {
                    assertThat(e.getCause()).hasMessageContaining("reset");
                }
                failed = tls.peer.pipe().isReset();
                if (failed) {
                    tls.turns();
                    assertThat(tls.failure).as("call " + calls).isNotNull();
                }
            }
        }
        assertThat(calls).isBetween(10, 499);
    }

    @ParameterizedTest
    @MethodSource("setups")
    @DisplayName("random bytes instead of a handshake, and in the middle of everything, never harm us")
    void survivesRubbish(Setup setup) throws IOException {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            try (TlsFixture tls = TlsFixture.open(setup)) {
                for (int turns = random.nextInt(8); turns > 0; turns--) {
                    tls.loop.turn(0);
                    tls.peer.pump();
                }
                byte[] rubbish = new byte[1 + random.nextInt(300)];
                random.nextBytes(rubbish);
                if (random.nextBoolean() && rubbish.length > 5) {
                    rubbish[0] = (byte) (20 + random.nextInt(5));
                    rubbish[1] = 3;
                    rubbish[2] = 3;
                    rubbish[3] = 0;
                    rubbish[4] = (byte) Math.min(120, rubbish.length - 5);
                }
                tls.peer.pipe().write(rubbish, 0, rubbish.length);
                tls.turns();
                tls.peer.pipe().end();
                tls.turns();
                assertThat(tls.failure != null || tls.ended).as("seed " + seed).isTrue();
            }
        }
    }
}
