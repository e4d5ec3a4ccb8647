package dev.gibbon.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.testkit.Hex;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SOCKS 5, byte by byte. */
class SocksTunnelTest {
    private static final String GREETING = "05 01 00";
    private static final String ASK_NAME = "05 01 00 03 0b 'example.com' 01 bb";

    private static ProxyServer proxy(@Nullable ProxyCredentials credentials) {
        return new ProxyServer(ProxyServer.Kind.SOCKS5H, "proxy", 1080, credentials);
    }

    private static Transcript plain(String answer) {
        return Transcript.of(() -> new SocksTunnel(proxy(null), "example.com", 443, null), answer);
    }

    private static Transcript withPassword(String answer) {
        ProxyServer proxy = proxy(new ProxyCredentials("me", "s3cr:t"));
        return Transcript.of(() -> new SocksTunnel(proxy, "example.com", 443, null), answer);
    }

    private static String hex(String text) {
        return Hex.of(Hex.bytes(text));
    }

    @Test
    void opensByName() {
        Transcript end = plain("05 00  05 00 00 01 7f000001 1234");
        assertThat(end.sent()).isEqualTo(hex(GREETING + ASK_NAME));
        assertThat(end.open()).isTrue();
        assertThat(end.left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"01 7f000001", "04 00*16", "03 05 'proxy'", "03 00", "03 ff 41*255"})
    void anyAddressMayBeAnsweredAndWhatFollowsIsTheTargets(String bound) {
        Transcript end = plain("05 00  05 00 00 " + bound + " 0000  'hello'");
        assertThat(end.open()).isTrue();
        assertThat(end.left()).isEqualTo(hex("'hello'"));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 05 01 00 01 c0000201 0050",
        "2001:db8::1, 05 01 00 04 20010db8 00*11 01 0050",
    })
    void asksForAnAddress(String literal, String asked) {
        InetAddress address = Addresses.literal(literal);
        Transcript end =
                Transcript.of(() -> new SocksTunnel(proxy(null), literal, 80, address), "05 00 05 00 00 01 00*6");
        assertThat(end.sent()).isEqualTo(hex(GREETING + asked));
        assertThat(end.open()).isTrue();
    }

    @Test
    void logsInWithUserAndPassword() {
        Transcript end = withPassword("05 02  01 00  05 00 00 01 00*6");
        assertThat(end.sent()).isEqualTo(hex("05 02 00 02  01 02 'me' 06 's3cr:t' " + ASK_NAME));
        assertThat(end.open()).isTrue();
    }

    @Test
    void sendsNoPasswordToWhomeverWantsNone() {
        Transcript end = withPassword("05 00  05 00 00 01 00*6");
        assertThat(end.sent()).isEqualTo(hex("05 02 00 02 " + ASK_NAME));
        assertThat(end.open()).isTrue();
    }

    @Test
    void aLoginOfVersionFiveIsTakenAsMeant() {
        assertThat(withPassword("05 02  05 00  05 00 00 01 00*6").open()).isTrue();
    }

    @Test
    void longestNameUserAndPassword() {
        ProxyServer proxy = proxy(new ProxyCredentials("u".repeat(255), "\u00e4".repeat(127) + "p"));
        String name = "a".repeat(255);
        Transcript end =
                Transcript.of(() -> new SocksTunnel(proxy, name, 65_535, null), "05 02  01 00  05 00 00 01 00*6 'x'");
        assertThat(end.sent())
                .isEqualTo(
                        hex("05 02 00 02  01 ff 75*255 ff " + "c3 a4".repeat(127) + "70 05 01 00 03 ff 61*255 ffff"));
        assertThat(end.left()).isEqualTo("78");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "05 ff | it wants authentication, and no credentials were given",
                "05 02 | it chose the authentication method 2, which was not offered",
                "05 01 | it chose the authentication method 1, which was not offered",
                "04 00 | its answer is no SOCKS 5: it begins with 4 where 5 is due",
                "48 'TTP/1.1 400 Bad Request' | its answer is no SOCKS 5: it begins with 72 where 5 is due",
                "00 5a | its answer is no SOCKS 5: it begins with 0 where 5 is due",
                "05 00 04 00 00 01 | its answer is no SOCKS 5: it begins with 4 where 5 is due",
                "05 00 05 01 00 01 00*6 | it answered 1, general failure",
                "05 00 05 02 00 01 00*6 | it answered 2, connection not allowed by its rules",
                "05 00 05 03 00 01 00*6 | it answered 3, network unreachable",
                "05 00 05 04 00 01 00*6 | it answered 4, host unreachable",
                "05 00 05 05 00 01 00*6 | it answered 5, connection refused",
                "05 00 05 06 00 01 00*6 | it answered 6, time to live expired",
                "05 00 05 07 00 01 00*6 | it answered 7, command not supported",
                "05 00 05 08 00 01 00*6 | it answered 8, type of address not supported",
                "05 00 05 09 00 01 00*6 | it answered 9, which has no meaning",
                "05 00 05 ff | it answered 255, which has no meaning",
                "05 00 05 05 | it answered 5, connection refused",
                "05 00 05 00 00 02 00*6 | its answer has an address of the unknown type 2",
                "05 00 05 00 00 00 00*6 | its answer has an address of the unknown type 0",
                "05 | it ended the connection at the greeting",
                "05 00 05 00 00 01 7f 00 00 | it ended the connection before it answered",
            })
    void aWrongAnswerIsToldPlainly(String answer, String how) {
        Transcript end = plain(answer);
        assertThat(end.open()).isFalse();
        assertThat(end.failure())
                .hasMessage("the proxy socks5h://proxy:1080 opened no tunnel to example.com:443: " + how);
        assertThat(end.failure().statusCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "05 ff | it accepts neither user and password nor no authentication",
                "05 02 01 01 | it does not accept the user and password",
                "05 02 01 ff | it does not accept the user and password",
                "05 02 02 00 | its answer is no SOCKS 5: it begins with 2 where 1 is due",
                "05 02 01 | it ended the connection at user and password",
            })
    void aFailedLoginIsToldWithoutTheCredentials(String answer, String how) {
        assertThat(withPassword(answer).failure())
                .hasMessage("the proxy socks5h://proxy:1080 opened no tunnel to example.com:443: " + how);
    }

    @Test
    void anAnswerOfNothingIsAnEndAtTheGreeting() {
        SocksTunnel tunnel = new SocksTunnel(proxy(null), "example.com", 443, null);
        assertThat(tunnel.ended()).hasMessageEndingWith("it ended the connection at the greeting");
    }

    @Test
    void onlyTheTargetIsToBlameForSomeReplies() {
        for (int reply = 1; reply <= 9; reply++) {
            SocksTunnel tunnel = new SocksTunnel(proxy(null), "example.com", 443, Addresses.literal("192.0.2.1"));
            byte[] answer = Hex.bytes("05 00 05 0" + reply);
            assertThatThrownBy(() -> {
                        java.nio.ByteBuffer in = java.nio.ByteBuffer.wrap(answer);
                        tunnel.take(in);
                        tunnel.take(in);
                    })
                    .hasMessageContaining("example.com:443 at 192.0.2.1");
            assertThat(tunnel.isTargetUnreachable())
                    .as("reply %s", reply)
                    .isEqualTo(reply == 3 || reply == 4 || reply == 5 || reply == 6 || reply == 8);
        }
    }

    @Test
    void aNameThatDoesNotFitIsTheCallersFault() {
        assertThatThrownBy(() -> new SocksTunnel(proxy(null), "a".repeat(256), 443, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("256");
    }
}
