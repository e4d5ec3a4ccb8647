package dev.gibbon.internal.proxied;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedAddressesTest {
    private static SocketAddress at(String address) {
        return new InetSocketAddress(Objects.requireNonNull(IpLiteral.parse(address)), 4711);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "192.0.2.1, ::ffff:192.0.2.1, true",
        "192.0.2.1/32, 192.0.2.1, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "172.16.0.0/12, 172.16.0.0, true",
        "172.16.0.0/12, 172.31.255.255, true",
        "172.16.0.0/12, 172.32.0.0, false",
        "172.16.0.0/12, 172.15.255.255, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "192.0.2.2/31, 192.0.2.3, true",
        "192.0.2.2/31, 192.0.2.4, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 203.0.113.9, false",
        "::1, ::1, true",
        "::1, 127.0.0.1, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::, false",
        "2001:db8::/33, 2001:db8:7fff::, true",
        "2001:db8::/33, 2001:db8:8000::, false",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
        "::ffff:10.0.0.0/104, 11.1.2.3, false",
        "::ffff:10.1.2.3, 10.1.2.3, true"
    })
    void anAddressIsOneOfThemOrNot(String entry, String address, boolean expected) {
        assertThat(TrustedAddresses.parse(entry).contains(at(address))).isEqualTo(expected);
    }

    @Test
    void anyEntryOfSeveralWillDo() {
        TrustedAddresses some = TrustedAddresses.parse("192.0.2.1", "unix:", "10.0.0.0/8");

        assertThat(some.contains(at("10.1.1.1"))).isTrue();
        assertThat(some.contains(at("192.0.2.1"))).isTrue();
        assertThat(some.contains(at("192.0.2.2"))).isFalse();
        assertThat(some.contains(UnixDomainSocketAddress.of(""))).isTrue();
    }

    @Test
    void otherKindsOfAddressesAreNotTrusted() {
        TrustedAddresses all = TrustedAddresses.parse("0.0.0.0/0", "::/0");

        assertThat(all.contains(UnixDomainSocketAddress.of(""))).isFalse();
        assertThat(all.contains(InetSocketAddress.createUnresolved("192.0.2.1", 1)))
                .isFalse();
        assertThat(TrustedAddresses.NONE.contains(at("127.0.0.1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "example.com/24",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/08",
                "10.0.0.0/8/8",
                "10.0.0.0/8 ",
                "10.0.0.1/8",
                "10/8",
                "10.0.0.0/255.0.0.0",
                "::/129",
                "::1/64",
                "::ffff:10.0.0.0/8",
                "::ffff:10.0.0.0/129",
                "unix",
                "*"
            })
    void nothingElseIsAnEntry(String entry) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrustedAddresses.parse("127.0.0.1", entry))
                .withMessageContaining('"' + entry + '"');
    }

    @Test
    void anEmptyListIsAFault() {
        assertThatIllegalArgumentException()
                .isThrownBy(TrustedAddresses::parse)
                .withMessage("no address is trusted: expected at least one");
    }
}
