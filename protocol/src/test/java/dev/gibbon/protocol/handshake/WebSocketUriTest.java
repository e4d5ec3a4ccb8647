package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketUriTest {

    @ParameterizedTest
    @CsvSource({
        "ws://example.com,                 example.com,      80,    example.com,        /",
        "wss://example.com,                example.com,      443,   example.com,        /",
        "WSS://Example.COM/,               example.com,      443,   example.com,        /",
        "ws://example.com:80/,             example.com,      80,    example.com,        /",
        "ws://example.com:443/,            example.com,      443,   example.com:443,    /",
        "wss://example.com:443/,           example.com,      443,   example.com,        /",
        "wss://example.com:80/,            example.com,      80,    example.com:80,     /",
        "ws://example.com:65535/,          example.com,      65535, example.com:65535,  /",
        "ws://example.com:1,               example.com,      1,     example.com:1,      /",
        "ws://example.com.:81,             example.com.,     81,    example.com.:81,    /",
        "ws://127.0.0.1:8080/a,            127.0.0.1,        8080,  127.0.0.1:8080,     /a",
        "ws://[::1]/a,                     ::1,              80,    [::1],              /a",
        "wss://[2001:DB8::A]:8443?b,       2001:db8::a,      8443,  [2001:db8::a]:8443, /?b",
        "wss://[::ffff:1.2.3.4]:443,       ::ffff:1.2.3.4,   443,   [::ffff:1.2.3.4],   /",
        "ws://a_b~c-d.e/x/y?z=1&w=/?,      a_b~c-d.e,        80,    a_b~c-d.e,          /x/y?z=1&w=/?",
        "ws://a/%20%2f?%00,                a,                80,    a,                  /%20%2f?%00",
        "ws://a?,                          a,                80,    a,                  /?",
        "ws://a//b//,                      a,                80,    a,                  //b//",
        "ws://a/b;c=1:d@e!$&'()*+.-_~,     a,                80,    a,                  /b;c=1:d@e!$&'()*+.-_~",
        "ws://a/?ids[]=1,                  a,                80,    a,                  /?ids[]=1"
    })
    void partsOfAUri(String uri, String host, int port, String hostField, String target) {
        WebSocketUri parsed = WebSocketUri.parse(uri.replace("''", "'"));
        assertThat(parsed.host()).isEqualTo(host);
        assertThat(parsed.port()).isEqualTo(port);
        assertThat(parsed.hostField()).isEqualTo(hostField);
        assertThat(parsed.requestTarget()).isEqualTo(target.replace("''", "'"));
        assertThat(parsed.secure()).isEqualTo(uri.startsWith("wss") || uri.startsWith("WSS"));
        assertThat(parsed.credentials()).isNull();
    }

    @Test
    void addressesAreToldFromNames() {
        assertThat(WebSocketUri.parse("ws://127.0.0.1").hasAddress()).isTrue();
        assertThat(WebSocketUri.parse("ws://[::1]").hasAddress()).isTrue();
        assertThat(WebSocketUri.parse("ws://localhost").hasAddress()).isFalse();
        assertThat(WebSocketUri.parse("ws://1.2.3.4.example").hasAddress()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b/../c,    /a/c",
        "/a/./b,       /a/b",
        "/a/b/..,      /a/",
        "/a/b/.,       /a/b/",
        "/../../a,     /a",
        "/..,          /",
        "/.,           /",
        "/a/..,        /",
        "/./../a/b/,   /a/b/",
        "/.a/..b/c..,  /.a/..b/c..",
        "/a//../b,     /a/b",
        "/...,         /...",
        "/mid/content=5/../6, /mid/6"
    })
    void dotSegmentsAreResolved(String path, String resolved) {
        assertThat(WebSocketUri.parse("ws://a" + path + "?/../x").requestTarget())
                .isEqualTo(resolved + "?/../x");
    }

    @Test
    void charactersBeyondAsciiAreEncoded() {
        WebSocketUri uri = WebSocketUri.parse("wss://B\u00fccher.example/r\u00e4ume/\ud83e\udda7?\u20ac=\u00e9");
        assertThat(uri.host()).isEqualTo("xn--bcher-kva.example");
        assertThat(uri.requestTarget()).isEqualTo("/r%C3%A4ume/%F0%9F%A6%A7?%E2%82%AC=%C3%A9");
        assertThat(WebSocketUri.parse("ws://b\u00fccher.example:81").hostField())
                .isEqualTo("xn--bcher-kva.example:81");
        assertThat(WebSocketUri.parse(URI.create("ws://a/r\u00e4ume?x=%20")).requestTarget())
                .isEqualTo("/r%C3%A4ume?x=%20");
    }

    @Test
    void aNameBeyondAsciiThatCannotBeOneIsToldWhatIsExpected() {
        // U+2100 is "a/c" to whoever normalises it.
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.parse("ws://\u2100.example/"))
                .withMessageStartingWith("a WebSocket URI needs a host");
    }

    @ParameterizedTest
    @CsvSource({
        "user:pass,         user,      pass",
        "user,              user,      ''",
        "user:,             user,      ''",
        ":pass,             '',        pass",
        "us%40er:p%3Aa:ss,  us@er,     p:a:ss",
        "u%C3%A4:%e2%82%ac, u\u00e4,   \u20ac",
        "u\u00e4:\u20ac,    u\u00e4,   \u20ac"
    })
    void userInformationIsDecoded(String info, String user, String password) {
        WebSocketUri uri = WebSocketUri.parse("ws://" + info + "@example.com/x");
        assertThat(uri.credentials()).isEqualTo(new BasicCredentials(user, password));
        assertThat(uri.host()).isEqualTo("example.com");
        assertThat(uri).hasToString("ws://example.com/x");
    }

    @ParameterizedTest
    @DisplayName("K-57: a user information that could break a field, or means nothing, is refused")
    @ValueSource(
            strings = {
                "",
                "a%0d%0aX: y",
                "a%00b:c",
                "a:%0A",
                "a%3Ab:c",
                "a b",
                "a@b",
                "%ff",
                "%c3",
                "a%2",
                "a\\b",
                "a\nb"
            })
    void badUserInformation(String info) {
        assertThatIllegalArgumentException().isThrownBy(() -> WebSocketUri.parse("ws://" + info + "@example.com/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ws",
                "ws:",
                "ws:/",
                "ws:/a",
                "ws:a",
                "//a",
                "a",
                "ftp://a",
                "file:///a",
                "wsx://a",
                "w s://a",
                " ws://a",
                "\u212as://a",
                "javascript:alert(1)"
            })
    void otherSchemes(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.parse(uri))
                .withMessage("a WebSocket URI begins with ws:// or wss:// (RFC 6455, 3)");
    }

    @Test
    void httpIsNotTakenButHintedAt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.parse("HTTPS://user:secret@a/"))
                .withMessage("a WebSocket URI begins with ws:// or wss:// (RFC 6455, 3); write wss://");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.parse("http://a"))
                .withMessageEndingWith("; write ws://");
    }

    @ParameterizedTest
    @DisplayName("RFC 6455, 3: fragments are refused")
    @ValueSource(strings = {"ws://a#", "ws://a/#b", "ws://a/?b#c", "ws://a/b#c?d"})
    void fragments(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.parse(uri))
                .withMessageStartingWith(
                        "a WebSocket URI may not have a fragment (RFC 6455, 3): # stands at index " + uri.indexOf('#'));
    }

    @ParameterizedTest
    @DisplayName("K-57: a host or port that is none is refused")
    @ValueSource(
            strings = {
                "",
                "/",
                ":80",
                "a:",
                "a:0",
                "a:65536",
                "a:080",
                "a:8o",
                "a:-1",
                "a:80:80",
                "a b",
                "a\tb",
                "a\r\nX: y",
                "a%20b",
                "[",
                "[]",
                "[::1",
                "::1",
                "[::1]x",
                "[::1]80",
                "[fe80::1%25eth0]",
                "[v1.x]",
                "[1.2.3.4]",
                "a,b",
                "a\\b",
                "a|b",
                "127.1",
                "1.2.3",
                "1.2.3.256",
                "1.2.3.04",
                "2130706433",
                "a.1",
                ".",
                "a..b",
                ".a",
                "a\u0000",
                "<a>",
                "a*",
                "\u00e4 b",
                "\u00e4\u0000",
                "\u00e4..b",
                "\u00e4:\u0668",
                "a:\u0668"
            })
    void badHosts(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> WebSocketUri.parse("ws://" + host));
        assertThatIllegalArgumentException().isThrownBy(() -> WebSocketUri.parse("wss://" + host + "/x"));
    }

    @Test
    void aHostIsAtMost255Bytes() {
        String label = "a".repeat(50) + ".";
        assertThat(WebSocketUri.parse("ws://" + label.repeat(5)).host()).hasSize(255);
        assertThatIllegalArgumentException().isThrownBy(() -> WebSocketUri.parse("ws://a" + label.repeat(5)));
    }

    @ParameterizedTest
    @DisplayName("K-57: a path or query that could break the request line is refused")
    @ValueSource(
            strings = {
                " ",
                "\r\nX: y",
                "\n",
                "\r",
                "\t",
                "\u0000",
                "\u007f",
                "\"",
                "<",
                ">",
                "\\",
                "^",
                "`",
                "{",
                "|",
                "}",
                "%",
                "%q",
                "%zz",
                "%0g",
                "%-1",
                "\ud83e",
                "\udda7\ud83e",
                " HTTP/1.1"
            })
    void badPathsAndQueries(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.parse("ws://a/b" + text + "c"))
                .withMessageStartingWith("the path of a WebSocket URI ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.parse("ws://a?b" + text + "c"))
                .withMessageStartingWith("the query of a WebSocket URI ");
    }

    @Test
    void aMessageSaysWhereAndNothingSecret() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.parse("ws://u:secret@a/b c"))
                .withMessage(
                        "the path of a WebSocket URI holds U+0020 at index 17, which must be percent-encoded, if it may"
                                + " be there at all");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketUri.parse("ws://u:sec ret@a/b"))
                .withMessageNotContaining("sec");
        assertThatIllegalArgumentException().isThrownBy(() -> WebSocketUri.parse("ws://a/b[c]"));
    }

    @Test
    void urisAreEqualByTheirParts() {
        WebSocketUri uri = WebSocketUri.parse("ws://u@a/b");
        assertThat(uri)
                .isEqualTo(WebSocketUri.parse("WS://u@A:80/b"))
                .hasSameHashCodeAs(WebSocketUri.parse("ws://u@a/b"));
        for (String other : new String[] {"wss://u@a:80/b", "ws://u@a/c", "ws://a/b", "ws://u@b/b", "ws://u@a:81/b"}) {
            assertThat(uri).isNotEqualTo(WebSocketUri.parse(other));
        }
        assertThat(uri).isNotEqualTo("ws://u@a/b");
    }

    @Test
    void theHttpFormIsForCookiesAndProxies() {
        assertThat(WebSocketUri.parse("wss://u:p@[::1]:8443/a?b[]").toHttpUri())
                .isEqualTo(URI.create("https://[::1]:8443/a?b[]"));
        assertThat(WebSocketUri.parse("ws://a_b").toHttpUri()).hasToString("http://a_b/");
    }
}
