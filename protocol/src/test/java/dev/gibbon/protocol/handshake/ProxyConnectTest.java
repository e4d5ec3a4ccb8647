package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyConnectTest {

    @ParameterizedTest
    @CsvSource({
        "example.com, 443, example.com:443",
        "127.0.0.1, 80, 127.0.0.1:80",
        "::1, 8080, [::1]:8080",
        "[::1], 80, [::1]:80"
    })
    void theRequestNamesHostAndPortTwice(String host, int port, String target) {
        assertThat(Heads.latin1(ProxyConnect.request(host, port, null, List.of())))
                .isEqualTo("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
    }

    @Test
    void credentialsAndFieldsGoAlong() {
        assertThat(Heads.latin1(ProxyConnect.request(
                        "a", 1, new BasicCredentials("u", "p"), List.of(new HeaderField("User-Agent", "gibbon")))))
                .isEqualTo("""
                        CONNECT a:1 HTTP/1.1\r
                        Host: a:1\r
                        Proxy-Authorization: Basic dTpw\r
                        User-Agent: gibbon\r
                        \r
                        """);
        HeaderField own = new HeaderField("proxy-authorization", "Negotiate x");
        assertThat(Heads.latin1(ProxyConnect.request("a", 1, null, List.of(own))))
                .contains("Negotiate x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyConnect.request("a", 1, new BasicCredentials("u", "p"), List.of(own)));
    }

    @ParameterizedTest
    @DisplayName("K-57: a host that could break the request is refused")
    @ValueSource(strings = {"", "a b", "a\r\nX: y", "a:80", "a/", "u@a", "[::1", "127.1", "[fe80::1%1]"})
    void badHosts(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyConnect.request(host, 80, null, List.of()));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65536})
    void badPorts(int port) {
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyConnect.request("a", port, null, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Host", "CONNECTION", "Content-Length", "Transfer-Encoding", "Upgrade", "Trailer", "TE", "Expect"
            })
    void fieldsThatAreDecided(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyConnect.request("a", 80, null, List.of(new HeaderField(name, "x"))));
    }

    @ParameterizedTest
    @CsvSource({"200, true", "299, true", "101, false", "302, false", "407, false", "502, false"})
    void anyStatusOf2xxIsATunnel(int status, boolean open) {
        assertThat(ProxyConnect.isOpen(Responses.parsed("HTTP/1.0 " + status + " x", "Content-Length: 9")))
                .isEqualTo(open);
    }
}
