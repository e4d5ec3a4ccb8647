package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gibbon.protocol.handshake.ResponseHeadParser.Result;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadParserTest {

    private static final int SHORTEST = "HTTP/1.1 200 \r\n\r\n".length();

    @Test
    void aHeadAsServersSendIt() {
        ReceivedResponse response = Responses.parsed(
                "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "X-Empty:", "Set-Cookie: a=b; Path=/ \t");
        assertThat(Responses.describe(response))
                .isEqualTo(
                        "HTTP/1.1 101|Switching Protocols\nUpgrade: [websocket]\nX-Empty: []\nSet-Cookie: [a=b; Path=/]");
        assertThat(response.status()).isEqualTo(101);
        assertThat(response.isHttp11()).isTrue();
    }

    @Test
    @DisplayName("K-03: frames right behind the 101 stay in the buffer")
    void whatStandsBehindTheHeadStaysInTheBuffer() {
        byte[] head = Responses.switching();
        Responses.Outcome outcome = Responses.feed(Heads.latin1(head) + "\u0081\u0005hello".repeat(400));
        assertThat(outcome.complete().status()).isEqualTo(101);
        assertThat(outcome.consumed()).isEqualTo(head.length);
    }

    @ParameterizedTest
    @CsvSource({"200,OK", "404,Not Found", "599,x", "600,x", "999,x", "100x,''"})
    void theStatusIsThreeDigits(String status, String reason) {
        Responses.Outcome outcome = Responses.feed("HTTP/1.1 " + status + " " + reason + "\r\n\r\n");
        if (status.length() == 3) {
            assertThat(outcome.complete().status()).isEqualTo(Integer.parseInt(status));
            assertThat(outcome.complete().reason()).isEqualTo(reason);
        } else {
            assertThat(outcome.failed()).isSameAs(ResponseFaults.STATUS);
        }
    }

    @ParameterizedTest
    @DisplayName("K-25c: a status of more, fewer or other than three digits is not taken for 101")
    @ValueSource(
            strings = {"1010", "10", "1", "", "099", "+101", "0x65", "1e2", "101,", "10 1", " 101", "\u0661\u0660\u0661"
            })
    void aStatusThatIsNone(String status) {
        assertThat(Responses.feed("HTTP/1.1 " + status + " Switching Protocols\r\n\r\n")
                        .failed())
                .isSameAs(ResponseFaults.STATUS);
    }

    @ParameterizedTest
    @DisplayName("A status line that is none")
    @ValueSource(
            strings = {
                "http/1.1 101 x", "HTTP/11 101 x", "HTTP/1,1 101 x", "HTTP /1.1 101 x", " HTTP/1.1 101 x",
                        "ICY 200 OK x",
                "SSH-2.0-OpenSSH_9.7", "\u0081\u0005hello world", "HTTP/1.1\t101 x", "HTTP/1.10 101 x", "HTTP/1.1101 x",
                        "\r\n"
            })
    void whatIsNotHttp(String line) {
        assertThat(Responses.feed(line + "\r\n\r\n").failed()).isSameAs(ResponseFaults.NOT_HTTP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/2.0", "HTTP/0.9", "HTTP/1.2", "HTTP/9.9"})
    void aVersionThatIsNotSpoken(String version) {
        assertThat(Responses.feed(version + " 101 x\r\n\r\n").failed()).isSameAs(ResponseFaults.VERSION);
    }

    @Test
    void http10IsReadForRefusalsAndProxies() {
        ReceivedResponse response = Responses.parsed("HTTP/1.0 200 Connection established");
        assertThat(response.isHttp11()).isFalse();
        assertThat(response).hasToString("HTTP/1.0 200");
    }

    /** RFC 9112, 4: "A server MUST send the space that separates the status-code from the reason-phrase even when ..." */
    @Test
    void theSecondSpaceIsThereWithoutAReasonToo() {
        assertThat(Responses.parsed("HTTP/1.1 101 ").reason()).isEmpty();
        assertThat(Responses.feed("HTTP/1.1 101\r\n\r\n").failed()).isSameAs(ResponseFaults.STATUS);
    }

    @Test
    void aReasonMayHoldTabsAndLatin1ButNoOtherControl() {
        assertThat(Responses.parsed("HTTP/1.1 200 nicht\tgef\u00fcgt").reason()).isEqualTo("nicht\tgef\u00fcgt");
        for (char c : new char[] {0, 1, 0x1B, 0x7F}) {
            assertThat(Responses.feed("HTTP/1.1 200 a" + c + "b\r\n\r\n").failed())
                    .isSameAs(ResponseFaults.REASON);
        }
    }

    @ParameterizedTest
    @DisplayName("H-36: a line ends with CR LF and with nothing else")
    @ValueSource(
            strings = {
                "HTTP/1.1 101 x\n\n", "HTTP/1.1 101 x\rUpgrade: a\r\n\r\n", "HTTP/1.1 101 x\r\nA: b\n\r\n",
                "HTTP/1.1 101 x\r\nA: b\rC: d\r\n\r\n", "HTTP/1.1 101 x\r\n\n", "HTTP/1.1 101 x\r\nA: b\r\r\n\r\n",
                "HTTP/1.1 101 x\r\n\rA: b\r\n\r\n"
            })
    void lineEnds(String bytes) {
        assertThat(Responses.feed(bytes).failed()).isSameAs(ResponseFaults.LINE_END);
    }

    @ParameterizedTest
    @DisplayName("H-37, H-38: field lines are as strict as those of a request")
    @CsvSource({
        "' A: b', FOLDED",
        "'A: b\r\n c', FOLDED",
        "'\tA: b', FOLDED",
        "'A : b', NAME",
        "': b', NAME",
        "'A', NAME",
        "'A b: c', NAME",
        "'\u00e4: b', NAME",
        "'A: b\u0000', VALUE",
        "'A: \u0007', VALUE",
        "'A: b\u007f', VALUE"
    })
    void fieldLines(String line, String fault) {
        String expected = switch (fault) {
            case "FOLDED" -> ResponseFaults.FIELD_FOLDED;
            case "NAME" -> ResponseFaults.FIELD_NAME;
            default -> ResponseFaults.FIELD_VALUE;
        };
        assertThat(Responses.feed("HTTP/1.1 101 x\r\n" + line + "\r\n\r\n").failed())
                .isSameAs(expected);
    }

    @ParameterizedTest
    @DisplayName("K-26: the limit on the whole head holds at limit - 1, limit and limit + 1")
    @ValueSource(ints = {17, 100, 127, 128, 129, 1024, 16384})
    void theLimitOnTheWholeHead(int limit) {
        HeadLimits limits = new HeadLimits(HeadLimits.MAX_BYTES, limit, 100);
        if (limit > SHORTEST) {
            assertThat(Responses.feed(headOf(limit - 1), limits).complete()).isNotNull();
        }
        assertThat(Responses.feed(headOf(limit), limits).complete()).isNotNull();
        Responses.Outcome outcome = Responses.feed(headOf(limit + 1), limits);
        assertThat(outcome.failed()).isSameAs(ResponseFaults.HEAD_TOO_LONG);
        assertThat(outcome.consumed()).isEqualTo(limit);
    }

    @ParameterizedTest
    @DisplayName("K-27: the limit on a line holds for the status line and for fields")
    @ValueSource(ints = {5, 13, 14, 15, 64, 8192})
    void theLimitOnALine(int limit) {
        HeadLimits limits = HeadLimits.DEFAULT.withMaxLineBytes(limit);
        String status = "HTTP/1.1 200 ";
        if (limit > status.length()) {
            String line = status + "x".repeat(limit - status.length());
            assertThat(Responses.feed(Heads.head(line), limits).complete()).isNotNull();
            assertThat(Responses.feed(Heads.head(line + "x"), limits).failed())
                    .isSameAs(ResponseFaults.STATUS_LINE_TOO_LONG);
            String field = "A:" + "x".repeat(limit - 2);
            assertThat(Responses.feed(Heads.head(status, field), limits).complete())
                    .isNotNull();
            assertThat(Responses.feed(Heads.head(status, field + "x"), limits).failed())
                    .isSameAs(ResponseFaults.FIELD_LINE_TOO_LONG);
        } else {
            boolean fits = limit == status.length();
            assertThat(Responses.feed(Heads.head(status + "x"), limits).failed())
                    .isSameAs(ResponseFaults.STATUS_LINE_TOO_LONG);
            assertThat(Responses.feed(Heads.head(status), limits).result())
                    .isEqualTo(fits ? Result.COMPLETE : Result.FAILED);
        }
    }

    @Test
    @DisplayName("K-28: the limit on the number of fields")
    void theLimitOnFields() {
        HeadLimits limits = HeadLimits.DEFAULT.withMaxFields(2);
        assertThat(Responses.feed(Heads.head("HTTP/1.1 200 ", "A: 1", "B: 2"), limits)
                        .complete())
                .isNotNull();
        assertThat(Responses.feed(Heads.head("HTTP/1.1 200 ", "A: 1", "B: 2", "C: 3"), limits)
                        .failed())
                .isSameAs(ResponseFaults.TOO_MANY_FIELDS);
    }

    @ParameterizedTest
    @DisplayName("K-26..K-28: heads without end are cut at the limit, whatever they are made of")
    @ValueSource(strings = {"A: b\r\n", "x", "A:", " ", "\t", "HTTP/1.1 100 \r\n"})
    void headsWithoutEnd(String piece) {
        Responses.Outcome outcome = Responses.feed("HTTP/1.1 101 x\r\nA: " + piece.repeat(20_000));
        assertThat(outcome.failed()).isNotEmpty();
        assertThat(outcome.consumed()).isLessThanOrEqualTo(HeadLimits.DEFAULT.maxHeadBytes());
    }

    @Test
    void informationalResponsesAreSkipped() {
        String bytes = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
                + Heads.latin1(Responses.switching());
        assertThat(Responses.feed(bytes + "\u0081\u0000").consumed()).isEqualTo(bytes.length());
        assertThat(Responses.describe(Responses.feed(bytes).complete()))
                .startsWith("HTTP/1.1 101|Switching Protocols\nUpgrade: [websocket]")
                .doesNotContain("Link");
    }

    @Test
    @DisplayName("K-29: informational responses without end fail")
    void informationalResponsesAreBounded() {
        String informational = "HTTP/1.1 102 Processing\r\n\r\n";
        String last = "HTTP/1.1 404 Not Found\r\n\r\n";
        assertThat(Responses.feed(informational.repeat(ResponseHeadParser.MAX_INFORMATIONAL) + last)
                        .complete()
                        .status())
                .isEqualTo(404);
        Responses.Outcome outcome =
                Responses.feed(informational.repeat(ResponseHeadParser.MAX_INFORMATIONAL + 1) + last);
        assertThat(outcome.failed()).isSameAs(ResponseFaults.TOO_MANY_INFORMATIONAL);
    }

    @Test
    void aFaultInAnInformationalResponseIsAFault() {
        assertThat(Responses.feed("HTTP/1.1 100 Continue\r\n\r\n\r\nHTTP/1.1 101 x\r\n\r\n")
                        .failed())
                .isSameAs(ResponseFaults.NOT_HTTP);
        assertThat(Responses.feed("HTTP/1.1 100 Continue\r\n\n").failed()).isSameAs(ResponseFaults.LINE_END);
    }

    @Test
    void resultsAreThereWhenTheyAreSaid() {
        ResponseHeadParser parser = new ResponseHeadParser();
        assertThat(parser.hasBegun()).isFalse();
        assertThat(parser.parse(ByteBuffer.allocate(0))).isEqualTo(Result.NEEDS_BYTES);
        assertThat(parser.hasBegun()).isFalse();
        assertThatIllegalStateException().isThrownBy(parser::response).withMessage("no head is complete");
        assertThatIllegalStateException().isThrownBy(parser::fault).withMessage("no head has failed");
        parser.parse(ByteBuffer.wrap(Heads.head("HTTP/1.1 100 ")));
        assertThat(parser.hasBegun()).isTrue();
        parser.parse(ByteBuffer.wrap(Heads.head("HTTP/1.1 200 ")));
        assertThat(parser.response().status()).isEqualTo(200);
        assertThatIllegalStateException().isThrownBy(parser::fault);
    }

    @Test
    void everyPrefixOfAHeadNeedsBytes() {
        byte[] head = Responses.switching();
        for (int length = 0; length < head.length; length++) {
            ByteBuffer in = ByteBuffer.wrap(head, 0, length);
            assertThat(new ResponseHeadParser().parse(in)).isEqualTo(Result.NEEDS_BYTES);
            assertThat(in.remaining()).isZero();
        }
    }

    private static byte[] headOf(int length) {
        return Heads.latin1("HTTP/1.1 200 " + "a".repeat(length - SHORTEST) + "\r\n\r\n");
    }
}
