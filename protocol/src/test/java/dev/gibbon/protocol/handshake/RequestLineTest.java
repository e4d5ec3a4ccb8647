package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLineTest {

    private static final String REST = "\r\nHost: a\r\n\r\n";

    @ParameterizedTest
    @CsvSource({
        "GET / HTTP/1.1, GET, /, true",
        "HEAD /a/b?c HTTP/1.0, HEAD, /a/b?c, false",
        "get / HTTP/1.1, get, /, true",
        "!#$%&'*+-.^_`|~09AZaz / HTTP/1.1, !#$%&'*+-.^_`|~09AZaz, /, true"
    })
    void readsTheParts(String line, String method, String target, boolean http11) {
        RequestHead head = Heads.feed(line + REST).complete();
        assertThat(head.method()).isEqualTo(method);
        assertThat(head.target()).isEqualTo(target);
        assertThat(head.isHttp11()).isEqualTo(http11);
    }

    @Test
    void oneEmptyLineBeforeItIsPassedOver() {
        RequestHead head = Heads.feed("\r\nGET / HTTP/1.1" + REST).complete();
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.fields().first("host")).isEqualTo("a");
    }

    @Test
    void twoEmptyLinesBeforeItAreRefused() {
        Heads.Outcome outcome = Heads.feed("\r\n\r\nGET / HTTP/1.1" + REST);
        assertThat(outcome.refused(400)).isSameAs(Refusals.EMPTY_LINES);
        assertThat(outcome.consumed()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Not a method.
                " GET / HTTP/1.1",
                "\tGET / HTTP/1.1",
                ": / HTTP/1.1",
                "G(T / HTTP/1.1",
                "GET\t/ HTTP/1.1",
                "GET",
                "GET:/ HTTP/1.1",
                "\u00e4 / HTTP/1.1",
                "\u0016\u0003\u0001\u0002\u0000\u0001",
                "\u0000",
                "\n",
                "\n\nGET / HTTP/1.1",
                "\rGET / HTTP/1.1",
                "\r\r\nGET / HTTP/1.1",
                "\r\n GET / HTTP/1.1",
                "\r\n\nGET / HTTP/1.1",
                // Not a target.
                "GET  HTTP/1.1",
                "GET  / HTTP/1.1",
                "GET \t/ HTTP/1.1",
                "GET /\tHTTP/1.1",
                "GET /",
                "GET",
                "GET / ",
                "GET /\u00e4 HTTP/1.1",
                "GET /\u007f HTTP/1.1",
                "GET /\u0000 HTTP/1.1",
                "GET /\u0001 HTTP/1.1",
                "GET /\rHTTP/1.1",
                "GET /\nHTTP/1.1",
                // Not a version.
                "GET /  HTTP/1.1",
                "GET / b HTTP/1.1",
                "GET / http/1.1",
                "GET / Http/1.1",
                "GET / HTTP1.1",
                "GET / HTTP/1",
                "GET / HTTP/1.",
                "GET / HTTP/.1",
                "GET / HTTP/1,1",
                "GET / HTTP/x.1",
                "GET / HTTP/1.x",
                "GET / HTTP/1.10",
                "GET / HTTP/01.1",
                "GET / HTTP/11.1",
                "GET / HTTP/ 1.1",
                "GET / HTTP/1.1 ",
                "GET / HTTP/1.1\t",
                "GET / HTTP/1.1x",
                "GET / HTTP/1.1\r",
                "GET / HTTP/1.1\u0000",
                "GET / HTTPS/1.1",
                "GET / XHTTP/1.1",
                // Not an end of a line.
                "GET / HTTP/1.1\nX: y",
                "GET / HTTP/1.1\rX: y",
                "GET / HTTP/1.1\r\r",
                // Other protocols.
                "<policy-file-request/>\u0000",
                "SSH-2.0-OpenSSH_9.6",
                "*3",
            })
    void refusesAnythingElse(String line) {
        assertThat(Heads.feed(line + REST).refused(400).message()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.9", "1.2", "1.9", "2.0", "2.1", "3.0", "9.9", "0.0", "0.1"})
    void otherVersionsAreNotSupported(String version) {
        Heads.Outcome outcome = Heads.feed("GET / HTTP/" + version + REST);
        assertThat(outcome.refused(505)).isSameAs(Refusals.VERSION_UNSUPPORTED);
        assertThat(outcome.consumed()).isEqualTo("GET / HTTP/1.1\r\n".length());
    }

    @Test
    void theHttp2PrefaceIsAnotherVersion() {
        Heads.feed("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").refused(505);
    }

    @Test
    void saysWhichRuleWasBroken() {
        assertThat(fault("\n")).isSameAs(Refusals.LINE_END);
        assertThat(fault("\rG")).isSameAs(Refusals.LINE_END);
        assertThat(fault(":")).isSameAs(Refusals.NOT_HTTP);
        assertThat(fault("GET\r\n")).isSameAs(Refusals.NOT_HTTP);
        assertThat(fault("GET /\r\n")).isSameAs(Refusals.TARGET_CHARACTER);
        assertThat(fault("GET  ")).isSameAs(Refusals.TARGET_CHARACTER);
        assertThat(fault("GET / HTTP/x")).isSameAs(Refusals.VERSION_SYNTAX);
        assertThat(fault("GET / HTTP/1.1 ")).isSameAs(Refusals.VERSION_SYNTAX);
        assertThat(fault("GET / HTTP/1.1\n")).isSameAs(Refusals.LINE_END);
        assertThat(fault("GET / HTTP/1.1\r\r")).isSameAs(Refusals.LINE_END);
        assertThat(fault("GET a HTTP/1.1" + REST)).isSameAs(Refusals.TARGET_FORM);
    }

    private static Refusal fault(String line) {
        return Heads.feed(line).refused(400);
    }

    @Test
    void aFaultIsSeenAtItsByte() {
        assertThat(Heads.feed("GET / HTTQ/1.1" + REST).consumed()).isEqualTo(10);
        assertThat(Heads.feed("GET /\u0000" + REST).consumed()).isEqualTo(6);
        assertThat(Heads.feed("\u0016\u0003").consumed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 100, 8192})
    void theLimitIsOnTheLineWithoutItsEnd(int limit) {
        HeadLimits limits = HeadLimits.DEFAULT.withMaxLineBytes(limit);
        for (String before : new String[] {"", "\r\n"}) {
            Heads.feed(Heads.latin1(before + lineOf(limit - 1) + REST), limits).complete();
            Heads.feed(Heads.latin1(before + lineOf(limit) + REST), limits).complete();
            Heads.Outcome outcome = Heads.feed(Heads.latin1(before + lineOf(limit + 1) + REST), limits);
            assertThat(outcome.refused(414)).isSameAs(Refusals.REQUEST_LINE_TOO_LONG);
            assertThat(outcome.consumed()).isEqualTo(before.length() + limit + 1);
        }
    }

    private static String lineOf(int length) {
        return "GET /" + "a".repeat(length - 14) + " HTTP/1.1";
    }

    @Test
    void theLimitHoldsInEveryPart() {
        HeadLimits limits = HeadLimits.DEFAULT.withMaxLineBytes(20);
        for (String line : new String[] {"A".repeat(21), "GET /" + "a".repeat(16), "GET /aaaaaaaaaa HTTP/1.1"}) {
            Heads.Outcome outcome = Heads.feed(Heads.latin1(line), limits);
            assertThat(outcome.refused(414)).isSameAs(Refusals.REQUEST_LINE_TOO_LONG);
            assertThat(outcome.consumed()).isEqualTo(21);
        }
    }

    /** Resuming must not go back: what was scanned is wiped, and the outcome is the same. */
    @Test
    void noByteIsLookedAtTwice() {
        byte[] bytes = Heads.latin1("\r\nGET /chat?x=y HTTP/1.1\r\nrest");
        RequestLine line = new RequestLine(HeadLimits.DEFAULT);
        int at = 0;
        for (int end = 1; end <= bytes.length && !line.isComplete(); end++) {
            at = line.scan(bytes, at, end);
            assertThat(at).isEqualTo(end);
            Arrays.fill(bytes, 0, at, (byte) 0);
        }
        assertThat(at).isEqualTo(bytes.length - 4);
        assertThat(new int[] {line.methodStart(), line.methodEnd(), line.targetStart(), line.targetEnd()})
                .containsExactly(2, 5, 6, 15);
        assertThat(line.isHttp11()).isTrue();
        assertThat(line.refusal()).isNull();
        assertThat(line.scan(bytes, at, bytes.length)).isEqualTo(at);
    }
}
