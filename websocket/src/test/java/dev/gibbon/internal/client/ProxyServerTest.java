package dev.gibbon.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyServerTest {
    @ParameterizedTest
    @CsvSource({
        "http://proxy:3128, http://proxy:3128",
        "http://proxy:3128/, http://proxy:3128",
        "HTTP://proxy, http://proxy:80",
        "proxy:3128, http://proxy:3128",
        "proxy, http://proxy:80",
        "192.0.2.1:8080, http://192.0.2.1:8080",
        "https://proxy.example.com, https://proxy.example.com:443",
        "socks5://127.0.0.1, socks5://127.0.0.1:1080",
        "socks5h://my_proxy-1:9, socks5h://my_proxy-1:9",
        "'  socks5h://p:9 ', socks5h://p:9",
        "socks5://[::1]:1081, socks5://[::1]:1081",
        "http://[2001:db8::1], http://[2001:db8::1]:80",
        "http://u:p@proxy:1, http://proxy:1",
        "u:p@proxy:1, http://proxy:1",
    })
    void isReadAndShownWithoutCredentials(String uri, String shown) {
        assertThat(ProxyServer.parse(uri)).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "http://me:secret@p, me, secret",
        "http://me@p, me, ''",
        "http://me:@p, me, ''",
        "http://me:a:b@p, me, a:b",
        "socks5://me:a%40b%3Ac%25@p, me, a@b:c%",
        "socks5://a%3ab:pw@p, a:b, pw",
        "http://j%C3%B6rg:pw@p, jörg, pw",
        "http://me:a+b@p, me, a+b",
        "http://me:a@b@p, me, a@b",
    })
    void hasCredentials(String uri, String user, String password) {
        assertThat(ProxyServer.parse(uri).credentials()).isEqualTo(new ProxyCredentials(user, password));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://",
                "http://:3128",
                "http://proxy:",
                "http://proxy:0",
                "http://proxy:65536",
                "http://proxy:99999999999",
                "http://proxy:x",
                "http://proxy:+1",
                "http://proxy:80/path",
                "http://proxy?q",
                "http://proxy#f",
                "http://::1",
                "http://[::1",
                "http://[::1]8080",
                "http://[proxy]:1",
                "http://pro xy",
                "http://pro\r\nxy",
                "http://pröxy",
                "http://u:%zz@p",
                "http://u:%4@p",
                "http://u:%ff@p",
                "http://u%3Ax:p@p",
                "http://u:a%0Ab@p",
                "socks5://u@p",
                "socks5://:p@p",
            })
    void isRefused(String uri) {
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyServer.parse(uri));
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks4", "socks4a", "socks", "ftp", "ws", "direct", "quic"})
    void anUnsupportedKindIsAnErrorThatSaysWhatIsSupported(String scheme) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.parse(scheme + "://u:s3cret@p:1"))
                .withMessageContaining(scheme)
                .withMessageContaining("http, https, socks5 and socks5h")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://u:s3cret@:1",
                "http://u:s3cret@p:0",
                "http://u:s3cret%@p",
                "http://s3cret%3Ax:p@p",
                "http://u:s3cret%0A@p",
                "socks5://s3cret@p",
                "u:s3cret://x@p",
                "u:s3cret\n://x@p",
                "so\ncks4://u:s3cret@p",
                "socks4://u:s3cret@p\r\nx"
            })
    void anErrorIsOneLineAndNeverShowsCredentials(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.parse(uri))
                .satisfies(e -> assertThat(e.toString()).doesNotContain("s3cret", "\n", "\r"));
    }

    @Test
    void credentialsShowNothing() {
        ProxyServer proxy = ProxyServer.parse("http://me:s3cret@p");
        assertThat(proxy + "" + proxy.credentials()).doesNotContain("s3cret").doesNotContain("me:");
    }

    @Test
    void credentialsFillInWhereThereAreNone() {
        ProxyCredentials others = new ProxyCredentials("a", "b");
        assertThat(ProxyServer.parse("http://p").orCredentials(others).credentials())
                .isEqualTo(others);
        assertThat(ProxyServer.parse("http://me:x@p").orCredentials(others).credentials())
                .isEqualTo(new ProxyCredentials("me", "x"));
        assertThat(ProxyServer.DIRECT.orCredentials(others)).isSameAs(ProxyServer.DIRECT);
    }

    @Test
    void socksTakesCredentialsOfLimitedLength() {
        ProxyServer.parse("socks5://" + "u".repeat(255) + ":" + "p".repeat(255) + "@p");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.parse("socks5://" + "u".repeat(256) + ":p@p"))
                .withMessageContaining("256 bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyServer.parse("socks5://u:" + "p".repeat(256) + "@p"))
                .withMessageContaining("256 bytes");
    }
}
