package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {

    @ParameterizedTest
    @CsvSource({
        "http://example.com, http, example.com, 80, http://example.com",
        "HTTPS://Example.COM, https, example.com, 443, https://example.com",
        "https://example.com:443, https, example.com, 443, https://example.com",
        "https://example.com:80, https, example.com, 80, https://example.com:80",
        "ws://a:1, ws, a, 1, ws://a:1",
        "wss://a, wss, a, 443, wss://a",
        "http://[::1]:8080, http, [::1], 8080, http://[::1]:8080",
        "http://[2001:DB8::1], http, [2001:db8::1], 80, http://[2001:db8::1]",
        "chrome-extension://abcdef, chrome-extension, abcdef, -1, chrome-extension://abcdef",
        "a+1.b-c://d:5, a+1.b-c, d, 5, a+1.b-c://d:5"
    })
    void readsTheParts(String text, String scheme, String host, int port, String canonical) {
        assertThat(Origin.parse(text)).isEqualTo(new Origin(scheme, host, port));
        assertThat(Origin.parse(text)).hasToString(canonical);
        assertThat(Origin.parse(canonical)).isEqualTo(Origin.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "*",
                "example.com",
                "example.com:80",
                "//example.com",
                "://example.com",
                "http:/example.com",
                "http//example.com",
                "http://",
                "file://",
                "file:///",
                "http://example.com/",
                "http://example.com/path",
                "http://example.com?x",
                "http://example.com#x",
                "http://user@example.com",
                "http://user:pass@example.com",
                "http://*.example.com",
                "http://a http://b",
                "http://a, http://b",
                "http://a ",
                " http://a",
                "http:// a",
                "http://a:",
                "http://a:0",
                "http://a:65536",
                "http://a:80:80",
                "http://[::1",
                "http://a\u00e4",
                "http://\u0141",
                "1http://a",
                "-http://a",
                "ht tp://a",
                "ht_tp://a",
                "ht\u00e4tp://a",
                "{://a",
                "[://a",
                "h{://a",
                "h[://a",
                "http://a://b",
                "javascript:alert(1)"
            })
    void refusesAnythingElse(String text) {
        assertThat(Origin.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        // A plain server.
        "http://example.com, example.com, false, true",
        "http://example.com, EXAMPLE.com:80, false, true",
        "http://example.com:80, example.com, false, true",
        "http://localhost:8080, localhost:8080, false, true",
        "http://[::1]:8080, [::1]:8080, false, true",
        "http://[::A], [::a], false, true",
        "ws://example.com, example.com, false, true",
        "http://example.com:8080, example.com, false, false",
        "http://example.com, example.com:8080, false, false",
        "http://example.com, example.com:443, false, false",
        "http://localhost:3000, localhost:8080, false, false",
        "http://localhost:8080, 127.0.0.1:8080, false, false",
        // A plain server behind a proxy that ends TLS.
        "https://example.com, example.com, false, true",
        "https://example.com, example.com:443, false, true",
        "https://example.com:8443, example.com:8443, false, true",
        "https://example.com, example.com:80, false, false",
        "https://example.com:8443, example.com, false, false",
        // A server with TLS.
        "https://example.com, example.com, true, true",
        "https://example.com:443, example.com, true, true",
        "https://example.com, example.com:443, true, true",
        "wss://example.com, example.com, true, true",
        "http://example.com, example.com, true, false",
        "http://example.com:443, example.com, true, true",
        // Not these names.
        "http://evil.example, example.com, false, false",
        "http://example.com.evil.example, example.com, false, false",
        "http://evilexample.com, example.com, false, false",
        "http://sub.example.com, example.com, false, false",
        "http://example.com., example.com, false, false",
        "http://xn--e1afmkfd.example, example.com, false, false",
        // Schemes without a default port are never those of a page of ours.
        "app://example.com, example.com, false, false",
        "app://example.com:80, example.com:80, false, false",
        "chrome-extension://localhost, localhost, false, false",
        // Not a host.
        "http://example.com, 'example.com, evil.example', false, false",
        "http://example.com, '', false, false"
    })
    void sameMeansHostAndPort(String origin, String host, boolean secure, boolean same) {
        assertThat(Origin.parse(origin).isSameAs(host, secure)).isEqualTo(same);
    }

    @Test
    void defaultPortsAreThoseOfTheWeb() {
        assertThat(Origin.defaultPort("http")).isEqualTo(80);
        assertThat(Origin.defaultPort("ws")).isEqualTo(80);
        assertThat(Origin.defaultPort("https")).isEqualTo(443);
        assertThat(Origin.defaultPort("wss")).isEqualTo(443);
        assertThat(Origin.defaultPort("ftp")).isEqualTo(Origin.NO_PORT);
    }
}
