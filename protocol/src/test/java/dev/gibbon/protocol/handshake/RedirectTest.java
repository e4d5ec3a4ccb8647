package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.Redirect.Broken;
import dev.gibbon.protocol.handshake.Redirect.To;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {

    private static final WebSocketUri FROM = WebSocketUri.parse("ws://u:p@example.com:8080/a/b?c=d/e");

    private static Redirect.Verdict judge(WebSocketUri from, String location) {
        return Redirect.judge(from, Responses.parsed("HTTP/1.1 302 Found", "Location: " + location));
    }

    private static WebSocketUri target(WebSocketUri from, String location) {
        return ((To) judge(from, location)).target();
    }

    /** RFC 3986, 5.4, as far as it makes sense here, and the schemes of HTTP. */
    @ParameterizedTest
    @CsvSource({
        "/x,                      ws://example.com:8080/x",
        "x,                       ws://example.com:8080/a/x",
        "./x/,                    ws://example.com:8080/a/x/",
        "../x,                    ws://example.com:8080/x",
        "../../../x,              ws://example.com:8080/x",
        "..,                      ws://example.com:8080/",
        "x/../y?z=/../1,          ws://example.com:8080/a/y?z=/../1",
        "?x=y:z,                  ws://example.com:8080/a/b?x=y:z",
        "x#fragment,              ws://example.com:8080/a/x",
        "'#fragment',             ws://example.com:8080/a/b?c=d/e",
        "'',                      ws://example.com:8080/a/b?c=d/e",
        "./x:y,                   ws://example.com:8080/a/x:y",
        "/x:y,                    ws://example.com:8080/x:y",
        "/?,                      ws://example.com:8080/?",
        "//other/x,               ws://other/x",
        "//other:8080,            ws://other:8080/",
        "http://other/x#f,        ws://other/x",
        "HTTPS://Other,           wss://other/",
        "ws://other:80/,          ws://other/",
        "wss://[::1]:9?x,         wss://[::1]:9/?x"
    })
    void whereItLeads(String location, String target) {
        assertThat(target(FROM, location)).hasToString(target);
    }

    @ParameterizedTest
    @DisplayName("K-18: user information stays with its origin")
    @CsvSource({
        "/x,                         true",
        "http://example.com:8080/x,  true",
        "WS://EXAMPLE.com:8080/x,    true",
        "//example.com:8080/x,       true",
        "ws://example.com/x,         false",
        "https://example.com:8080/x, false",
        "//other:8080/x,             false"
    })
    void credentials(String location, boolean same) {
        assertThat(target(FROM, location).credentials()).isEqualTo(same ? FROM.credentials() : null);
        assertThat(target(FROM, location).isSameOriginAs(FROM)).isEqualTo(same);
    }

    @Test
    @DisplayName("K-19: a redirect never gives up TLS")
    void neverFromSecureToPlain() {
        WebSocketUri secure = WebSocketUri.parse("wss://example.com/a");
        assertThat(judge(secure, "ws://example.com:443/a")).isEqualTo(new Broken(ResponseFaults.LOCATION_INSECURE));
        assertThat(judge(secure, "http://example.com/a")).isEqualTo(new Broken(ResponseFaults.LOCATION_INSECURE));
        assertThat(target(secure, "https://example.com/b")).hasToString("wss://example.com/b");
        assertThat(target(secure, "//other")).hasToString("wss://other/");
        assertThat(target(secure, "b")).hasToString("wss://example.com/b");
    }

    @ParameterizedTest
    @DisplayName("K-19: other schemes are not followed")
    @ValueSource(
            strings = {"ftp://a/", "file:///etc/passwd", "javascript:x", "data:,x", "x:y", "gopher://a", "1:", "c:\\x"})
    void otherSchemes(String location) {
        assertThat(judge(FROM, location)).isEqualTo(new Broken(ResponseFaults.LOCATION_SCHEME));
    }

    @ParameterizedTest
    @DisplayName("K-19, K-57: what is not a reference to a URI is not followed")
    @ValueSource(
            strings = {
                "http:",
                "http:/a",
                "http:a",
                "http://",
                "http:///a",
                "http://a:0/",
                "http://a b/",
                "/a b",
                "/a\tb",
                "/\u00ff\u007f%",
                "/%zz",
                "http://127.1/",
                "/a\\b",
                "\\\\other",
                "?\"",
                "//"
            })
    void badReferences(String location) {
        if (location.indexOf('\u007f') < 0) {
            assertThat(judge(FROM, location)).isEqualTo(new Broken(ResponseFaults.LOCATION));
        }
    }

    @Test
    @DisplayName("K-18: credentials that a server makes up are not used")
    void userInformationIsNotFollowed() {
        assertThat(judge(FROM, "ws://x:y@example.com:8080/")).isEqualTo(new Broken(ResponseFaults.LOCATION_USER));
        assertThat(judge(FROM, "//u:p@example.com:8080/")).isEqualTo(new Broken(ResponseFaults.LOCATION_USER));
    }

    @Test
    void locationStandsOnce() {
        assertThat(Redirect.judge(FROM, Responses.parsed("HTTP/1.1 302 Found")))
                .isEqualTo(new Broken(ResponseFaults.LOCATION_COUNT));
        assertThat(Redirect.judge(FROM, Responses.parsed("HTTP/1.1 302 Found", "Location: /a", "Location: /a")))
                .isEqualTo(new Broken(ResponseFaults.LOCATION_COUNT));
    }

    @ParameterizedTest
    @CsvSource({
        "301, true",
        "302, true",
        "303, true",
        "307, true",
        "308, true",
        "300, false",
        "304, false",
        "305, false",
        "306, false",
        "200, false",
        "401, false"
    })
    void redirectsByStatus(int status, boolean redirect) {
        assertThat(Redirect.isRedirect(Responses.parsed("HTTP/1.1 " + status + " ")))
                .isEqualTo(redirect);
    }

    @Test
    void aLocationBeyondAsciiIsLatin1AndEncoded() {
        assertThat(target(FROM, "/\u00e4")).hasToString("ws://example.com:8080/%C3%A4");
    }
}
