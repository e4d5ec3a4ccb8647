package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "/, /, none",
                "/chat, /chat, none",
                "/chat?, /chat, ``",
                "/chat?room=7&x=%zz, /chat, room=7&x=%zz",
                "/a?b?c/d, /a, b?c/d",
                "/a/?{}|\\^`, /a/, {}|\\^`",
                "/a%20b/%C3%A4, `/a b/\u00e4`, none",
                "/%3F?x, /?, x",
                "//a//b, //a//b, none",
                "/index.html, /index.html, none",
                "/.well-known/x, /.well-known/x, none",
                "/..., /..., none",
                "/a..b/..c/d../.e, /a..b/..c/d../.e, none",
                "/a?../.., /a, ../..",
                "/-._~!$&'()*+;=:@|^[]a1, /-._~!$&'()*+;=:@|^[]a1, none",
                "http://a, /, none",
                "HTTP://A/b?c, /b, c",
                "https://a?c, /, c",
                "ws://a:80/b.c, /b.c, none",
                "wss://a:443/b, /b, none"
            })
    void readsPathAndQuery(String target, String path, String query) {
        // A port must be that of the target; an HTTP/1.0 request need not have a Host field.
        RequestHead head = Heads.feed("GET " + target + " HTTP/1.0\r\n\r\n").complete();
        assertThat(head.target()).isEqualTo(target);
        assertThat(head.path()).isEqualTo(path);
        assertThat(head.query()).isEqualTo(query);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "a",
                "chat",
                "?x",
                "#",
                ".",
                "..",
                "%2F",
                "\\",
                "example.com:80",
                "http:",
                "http:/",
                "http://",
                "http:///",
                "http:///path",
                "http://?x",
                "http:/a/b",
                "http://a:/",
                "http://a:0/",
                "http://a:x/",
                "http://user@a/",
                "http://a b/",
                "http://[::1/",
                "http://a%41/",
                "http://a#x",
                "http://a\\b/",
                "ftp://a/",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "wsx://a/",
                "xhttp://a/"
            })
    void refusesOtherForms(String target) {
        Heads.feed("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").refused(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a#",
                "/a#b",
                "/a\\b",
                "/\\..\\",
                "/\"",
                "/<a>",
                "/{a}",
                "/`",
                "/a?#",
                "/a?\"",
                "/a?<script>",
                "http://a/\\",
                "http://a/#"
            })
    void refusesCharactersThatMustBeEncoded(String target) {
        Refusal refusal =
                Heads.feed("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").refused(400);
        assertThat(refusal).isIn(Refusals.PATH_CHARACTER, Refusals.QUERY_CHARACTER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.",
                "/..",
                "/./",
                "/../",
                "/../etc/passwd",
                "/a/..",
                "/a/.",
                "/a/../b",
                "/a/./b",
                "//..",
                "/%2e",
                "/%2E%2e",
                "/.%2e/",
                "/%2e./a",
                "/a/%2e%2e/b",
                "http://a/..",
                "/..?x"
            })
    void refusesDotSegments(String target) {
        assertThat(Heads.feed("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").refused(400))
                .isSameAs(Refusals.DOT_SEGMENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%",
                "/%0",
                "/%zz",
                "/%00",
                "/%0d%0aX",
                "/a%2fb",
                "/a%5cb",
                "/%ff",
                "/%c0%ae%c0%ae/",
                "/%7f",
                "/..%2f..%2f",
                "/.%"
            })
    void refusesBadEncodings(String target) {
        assertThat(Heads.feed("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").refused(400))
                .isSameAs(Refusals.PATH_ENCODING);
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.example/, a.example, true",
        "http://A.example/, a.EXAMPLE:80, true",
        "http://a.example:80/, a.example, true",
        "ws://a.example/, a.example:80, true",
        "https://a.example/, a.example:443, true",
        "wss://a.example:443/, a.example, true",
        "http://a.example:8080/, a.example:8080, true",
        "http://[::1]:8080/, [::1]:8080, true",
        "http://a.example/, b.example, false",
        "http://a.example/, a.example:8080, false",
        "http://a.example:8080/, a.example, false",
        "https://a.example/, a.example:80, false",
        "http://a.example/, a.example.b, false"
    })
    void anAbsoluteFormMustAgreeWithHost(String target, String host, boolean agrees) {
        Heads.Outcome outcome = Heads.feed("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        if (agrees) {
            assertThat(outcome.complete().path()).isEqualTo("/");
        } else {
            assertThat(outcome.refused(400)).isSameAs(Refusals.HOST_DIFFERS);
        }
    }

    @Test
    void anAbsoluteFormDoesNotReplaceHost() {
        assertThat(Heads.feed("GET http://a/ HTTP/1.1\r\n\r\n").refused(400)).isSameAs(Refusals.HOST_MISSING);
        assertThat(Heads.feed("GET http://a:81/ HTTP/1.0\r\n\r\n").complete().host())
                .isEqualTo("a");
    }

    @Test
    void everyVisibleOctetIsReadOrRefused() {
        for (int octet = 0x21; octet < 0x7F; octet++) {
            Heads.Outcome path = Heads.feed("GET /x" + (char) octet + " HTTP/1.0\r\n\r\n");
            boolean allowed = "\"#%<>\\`{}".indexOf(octet) < 0;
            assertThat(path.refusal() == null).as("%c", octet).isEqualTo(allowed);
            Heads.Outcome query = Heads.feed("GET /?x" + (char) octet + " HTTP/1.0\r\n\r\n");
            assertThat(query.refusal() == null).as("%c", octet).isEqualTo("\"#<>".indexOf(octet) < 0);
        }
    }
}
