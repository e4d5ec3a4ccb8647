package dev.gibbon.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.transport.MemoryAddress;
import dev.gibbon.internal.transport.MemoryListener;
import dev.gibbon.internal.transport.MemoryPeer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, addresses, deadlines, and giving up. */
class DialTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private final DialFixture net = new DialFixture();

    @AfterEach
    void close() {
        net.close();
    }

    private static DialTarget target(String host, int port) {
        return new DialTarget(false, host, port, null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "255.0.10.99", "::1", "2001:db8::42", "::ffff:10.0.0.1"})
    void aLiteralIsNeverLookedUp(String literal) {
        MemoryListener listener = net.listen(literal, 8080);
        net.dial(target(literal, 8080), TIMEOUT);
        net.settle();
        assertThat(net.dialed).isNotNull();
        assertThat(net.lookedUp).isEmpty();
        assertThat(listener.attempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.1", "256.0.0.1", "01.2.3.4", "1.2.3.4.5", "1.2.3.", "example.com", "1.2.3.a", ".1.2.3"})
    void whatIsNoLiteralIsAName(String name) {
        net.name(name, "192.0.2.7");
        net.listen("192.0.2.7", 80);
        net.dial(target(name, 80), TIMEOUT);
        net.settle();
        assertThat(net.dialed).isNotNull();
        assertThat(net.lookedUp).containsExactly(name);
    }

    @Test
    void theLinkCarriesBytesBothWays() throws IOException {
        net.name("example.com", "192.0.2.1");
        MemoryListener listener = net.listen("192.0.2.1", 80);
        net.dial(target("example.com", 80), TIMEOUT);
        net.settle();
        MemoryPeer peer = listener.next();
        net.dialed.write(ByteBuffer.wrap(new byte[] {1, 2}));
        assertThat(peer.read(9)).containsExactly(1, 2);
        peer.write(new byte[] {3}, 0, 1);
        assertThat(net.dialed.read(ByteBuffer.allocate(9))).isEqualTo(1);
    }

    @Test
    void anExplicitAddressIsDialedAsItIs() throws IOException {
        MemoryListener listener = net.transport.peers(new MemoryAddress("server"));
        net.dial(new DialTarget(true, "example.com", 443, new MemoryAddress("server")), TIMEOUT);
        net.settle();
        assertThat(net.dialed).isNotNull();
        assertThat(listener.attempts()).isEqualTo(1);
        assertThat(net.lookedUp).isEmpty();
    }

    @Test
    void everyAddressIsTriedInTurn() {
        net.name("example.com", "192.0.2.1", "192.0.2.2", "2001:db8::3");
        MemoryListener first = net.listen("192.0.2.1", 80).answer(MemoryListener.Answer.REFUSE);
        MemoryListener third = net.listen("2001:db8::3", 80).answer(MemoryListener.Answer.REFUSE);
        MemoryListener second = net.listen("192.0.2.2", 80);
        net.dial(target("example.com", 80), TIMEOUT);
        net.settle();
        assertThat(first.attempts()).isEqualTo(1);
        assertThat(third.attempts())
                .as("the other family before the second of the first")
                .isEqualTo(1);
        assertThat(second.attempts()).isEqualTo(1);
        assertThat(net.dialed).isNotNull();
    }

    @Test
    void aDeadFirstAddressCostsAQuarterOfASecond() {
        net.name("example.com", "192.0.2.1", "192.0.2.2");
        MemoryListener dead = net.listen("192.0.2.1", 80).answer(MemoryListener.Answer.HANG);
        MemoryListener alive = net.listen("192.0.2.2", 80);
        net.dial(target("example.com", 80), TIMEOUT);
        net.pass(Duration.ofMillis(200));
        assertThat(alive.attempts()).isZero();
        assertThat(dead.hanging()).isEqualTo(1);
        net.pass(Duration.ofMillis(100));
        assertThat(net.dialed).isNotNull();
        assertThat(dead.hanging()).as("given up").isZero();
    }

    @Test
    void aSlowAddressMayWinStill() {
        net.name("example.com", "192.0.2.1", "192.0.2.2");
        MemoryListener slow = net.listen("192.0.2.1", 80).answer(MemoryListener.Answer.HANG);
        MemoryListener slower = net.listen("192.0.2.2", 80).answer(MemoryListener.Answer.HANG);
        net.dial(target("example.com", 80), TIMEOUT);
        net.pass(Duration.ofSeconds(2));
        assertThat(slower.hanging()).isEqualTo(1);
        slow.answer(MemoryListener.Answer.ACCEPT);
        net.settle();
        assertThat(net.dialed).isNotNull();
        assertThat(slower.hanging()).isZero();
        assertThat(net.told).isEqualTo(1);
    }

    @Test
    void aShortDeadlineIsSharedByAllAddresses() {
        net.name("example.com", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4");
        for (int i = 1; i <= 3; i++) {
            net.listen("192.0.2." + i, 80).answer(MemoryListener.Answer.HANG);
        }
        net.listen("192.0.2.4", 80);
        net.dial(target("example.com", 80), Duration.ofMillis(400));
        net.pass(Duration.ofMillis(390));
        assertThat(net.dialed).isNotNull();
    }

    @Test
    void allFailuresAreTold() {
        net.name("example.com", "192.0.2.1", "2001:db8::1");
        net.dial(target("example.com", 80), TIMEOUT);
        net.settle();
        assertThat(net.failure)
                .isInstanceOf(ConnectException.class)
                .hasMessage("cannot connect to example.com:80: 192.0.2.1:80: Connection refused;"
                        + " [2001:db8:0:0:0:0:0:1]:80: Connection refused");
        assertThat(net.failure.getSuppressed()).hasSize(2);
        assertThat(net.told).isEqualTo(1);
    }

    @Test
    void manyFailuresAreCountedInTheMessage() {
        String[] many = new String[20];
        for (int i = 0; i < many.length; i++) {
            many[i] = "192.0.2." + i;
        }
        net.name("example.com", many);
        net.dial(target("example.com", 80), TIMEOUT);
        net.settle();
        assertThat(net.failure).hasMessageContaining("; and 16 more");
        assertThat(net.failure.getSuppressed()).hasSize(20);
    }

    @Test
    void anUnknownNameIsToldAsSuch() {
        net.dial(target("nowhere.example", 80), TIMEOUT);
        net.settle();
        assertThat(net.failure).isInstanceOf(UnknownHostException.class).hasMessageContaining("nowhere.example");
    }

    @Test
    void aNameWithoutAddressesIsUnknown() {
        net.name("empty.example");
        net.dial(target("empty.example", 80), TIMEOUT);
        net.settle();
        assertThat(net.failure).isInstanceOf(UnknownHostException.class).hasMessageContaining("empty.example");
    }

    @Test
    void aNameServiceThatHangsIsBounded() {
        net.nameServiceHangs = true;
        net.name("example.com", "192.0.2.1");
        MemoryListener listener = net.listen("192.0.2.1", 80);
        net.dial(target("example.com", 80), TIMEOUT);
        net.pass(Duration.ofMillis(9_900));
        assertThat(net.told).isZero();
        net.pass(Duration.ofMillis(200));
        assertThat(net.failure)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("connectTimeout of 10000 ms")
                .hasMessageContaining("looking up example.com");
        net.answerLookups();
        assertThat(listener.attempts()).as("a late answer is dropped").isZero();
        assertThat(net.told).isEqualTo(1);
    }

    @Test
    void theDeadlineTellsWhatWasTried() {
        net.name("example.com", "192.0.2.1", "192.0.2.2");
        net.listen("192.0.2.1", 80).answer(MemoryListener.Answer.HANG);
        net.dial(target("example.com", 80), TIMEOUT);
        net.pass(Duration.ofSeconds(11));
        assertThat(net.failure)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("connecting to example.com:80")
                .hasMessageContaining("192.0.2.2:80: Connection refused")
                .hasMessageContaining("192.0.2.1:80: no answer");
        assertThat(net.told).isEqualTo(1);
    }

    @Test
    void givingUpDuringTheLookupLeavesNothing() {
        net.nameServiceHangs = true;
        net.name("example.com", "192.0.2.1");
        MemoryListener listener = net.listen("192.0.2.1", 80);
        Dialing dialing = net.dial(target("example.com", 80), TIMEOUT);
        net.settle();
        dialing.cancel();
        dialing.cancel();
        net.assertNothingLeft();
        net.answerLookups();
        assertThat(net.lookedUp).as("not even begun").isEmpty();
        assertThat(listener.attempts()).isZero();
        assertThat(net.told).isZero();
    }

    @Test
    void givingUpWhileConnectingLeavesNothing() {
        net.name("example.com", "192.0.2.1", "192.0.2.2");
        MemoryListener first = net.listen("192.0.2.1", 80).answer(MemoryListener.Answer.HANG);
        MemoryListener second = net.listen("192.0.2.2", 80).answer(MemoryListener.Answer.HANG);
        Dialing dialing = net.dial(target("example.com", 80), TIMEOUT);
        net.pass(Duration.ofSeconds(1));
        assertThat(first.hanging() + second.hanging()).isEqualTo(2);
        dialing.cancel();
        assertThat(first.hanging() + second.hanging()).isZero();
        net.assertNothingLeft();
        assertThat(net.told).isZero();
    }

    @Test
    void givingUpBetweenConnectedAndToldClosesTheSocket() {
        MemoryListener listener = net.listen("192.0.2.1", 80);
        Dialing dialing = net.dial(target("192.0.2.1", 80), TIMEOUT);
        dialing.cancel();
        net.settle();
        assertThat(listener.next().isClosed()).isTrue();
        assertThat(net.told).isZero();
    }

    @Test
    void givingUpAfterTheEndChangesNothing() {
        net.listen("192.0.2.1", 80);
        Dialing dialing = net.dial(target("192.0.2.1", 80), TIMEOUT);
        net.settle();
        dialing.cancel();
        assertThat(net.dialed).isNotNull();
        assertThat(net.told).isEqualTo(1);
    }

    @Test
    void theEndOfTheLoopEndsDialing() {
        DialFixture other = new DialFixture();
        other.nameServiceHangs = true;
        other.dial(target("example.com", 80), TIMEOUT);
        other.settle();
        other.group.close();
        assertThat(other.failure).hasMessageContaining("event loops were closed");
        assertThat(other.told).isEqualTo(1);
    }
}
