package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com, -1",
        "Example.COM:80, Example.COM, 80",
        "localhost:1, localhost, 1",
        "my_host-1~x.example.:65535, my_host-1~x.example., 65535",
        "127.0.0.1:8080, 127.0.0.1, 8080",
        "[::1], [::1], -1",
        "[2001:db8::1]:443, [2001:db8::1], 443"
    })
    void readsHostAndPort(String text, String host, int port) {
        Authority authority = parse(text);
        assertThat(authority.host()).isEqualTo(host);
        assertThat(authority.port()).isEqualTo(port);
        assertThat(authority.portOr(7)).isEqualTo(port == -1 ? 7 : port);
        assertThat(authority).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "a:",
                "a:0",
                "a:080",
                "a:65536",
                "a:99999",
                "a:123456",
                "a:-1",
                "a:+1",
                "a:8 0",
                "a:80:80",
                "a:80/",
                "a:http",
                "a b",
                " a",
                "a ",
                "a,b",
                "a/b",
                "a?b",
                "a#b",
                "a@b",
                "user@a",
                "user:pass@a",
                "a%20b",
                "a\\b",
                "a;b",
                "a'b",
                "\"a\"",
                "<a>",
                "a\u00e4",
                "[",
                "[]",
                "[::1",
                "::1",
                "[::1]a",
                "[::1]:",
                "[::1]:0",
                "[::1]]",
                "[[::1]]",
                "[::1%eth0]",
                "[v1.a]",
                "[1.2.3.4]",
                "http://a"
            })
    void refusesAnythingElse(String text) {
        assertThat(parse(text)).isNull();
    }

    @Test
    void aHostIsAtMost255Bytes() {
        assertThat(parse("a".repeat(254))).isNotNull();
        assertThat(parse("a".repeat(255) + ":80")).isNotNull();
        assertThat(parse("a".repeat(256))).isNull();
    }

    @Test
    void hostsAreComparedWithoutCase() {
        assertThat(parse("Example.com:1").hasSameHost(parse("eXAMPLE.COM:2"))).isTrue();
        assertThat(parse("example.com").hasSameHost(parse("example.org"))).isFalse();
        assertThat(parse("example.com").hasSameHost(parse("example.co"))).isFalse();
        assertThat(parse("[::A]:5").hasSameHost(parse("[::a]"))).isTrue();
        assertThat(parse("Example.com:1").hasHost("example.com")).isTrue();
        assertThat(parse("example.com").hasHost("ample.com")).isFalse();
    }

    private static Authority parse(String text) {
        byte[] bytes = Heads.latin1("[" + text + "]");
        return Authority.parse(bytes, 1, bytes.length - 1);
    }
}
