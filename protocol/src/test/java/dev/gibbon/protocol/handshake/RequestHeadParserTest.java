package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gibbon.protocol.handshake.RequestHeadParser.Result;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadParserTest {

    private static final byte[] SIMPLE = Heads.head("GET / HTTP/1.1", "Host: a");

    @Test
    void whatStandsBehindTheHeadStaysInTheBuffer() {
        byte[] head = Heads.handshake().bytes();
        String frames = "\u0081\u0085\u0001\u0002\u0003\u0004abcde".repeat(300);
        Heads.Outcome outcome = Heads.feed(Heads.latin1(head) + frames);
        assertThat(outcome.complete().path()).isEqualTo("/chat");
        assertThat(outcome.consumed()).isEqualTo(head.length);
    }

    @Test
    void anEmptyBufferChangesNothing() {
        RequestHeadParser parser = new RequestHeadParser();
        assertThat(parser.parse(ByteBuffer.allocate(0))).isEqualTo(Result.NEEDS_BYTES);
        assertThat(parser.hasBegun()).isFalse();
        parser.parse(ByteBuffer.wrap(SIMPLE, 0, 1));
        assertThat(parser.parse(ByteBuffer.allocate(0))).isEqualTo(Result.NEEDS_BYTES);
        assertThat(parser.hasBegun()).isTrue();
    }

    @Test
    void everyPrefixOfAHeadNeedsBytes() {
        byte[] head = Heads.handshake().bytes();
        for (int length = 0; length < head.length; length++) {
            ByteBuffer in = ByteBuffer.wrap(head, 0, length);
            assertThat(new RequestHeadParser().parse(in)).isEqualTo(Result.NEEDS_BYTES);
            assertThat(in.remaining()).isZero();
        }
    }

    @Test
    void readOnlyBuffersWillDo() {
        assertThat(new RequestHeadParser().parse(ByteBuffer.wrap(SIMPLE).asReadOnlyBuffer()))
                .isEqualTo(Result.COMPLETE);
    }

    @Test
    void resultsAreThereWhenTheyAreSaid() {
        RequestHeadParser parser = new RequestHeadParser();
        assertThatIllegalStateException().isThrownBy(parser::head).withMessage("no head is complete");
        assertThatIllegalStateException().isThrownBy(parser::refusal).withMessage("no head was refused");
        parser.parse(ByteBuffer.wrap(SIMPLE));
        assertThat(parser.head().path()).isEqualTo("/");
        assertThatIllegalStateException().isThrownBy(parser::refusal);
        parser.reset();
        assertThatIllegalStateException().isThrownBy(parser::head);
        parser.parse(ByteBuffer.wrap(new byte[1]));
        assertThat(parser.refusal().status()).isEqualTo(400);
        assertThatIllegalStateException().isThrownBy(parser::head);
    }

    @Test
    void oneParserReadsOneHeadAfterAnother() {
        RequestHeadParser parser = new RequestHeadParser();
        ByteBuffer in = ByteBuffer.allocate(200)
                .put(Heads.head("GET /1 HTTP/1.1", "Host: a", "X: 1"))
                .put(Heads.head("HEAD /2 HTTP/1.1", "Host: b"))
                .put(Heads.head("GET /3 HTTP/1.0"))
                .flip();
        assertThat(parser.parse(in)).isEqualTo(Result.COMPLETE);
        RequestHead first = parser.head();
        parser.reset();
        assertThat(parser.hasBegun()).isFalse();
        assertThat(parser.parse(in)).isEqualTo(Result.COMPLETE);
        RequestHead second = parser.head();
        parser.reset();
        assertThat(parser.parse(in)).isEqualTo(Result.COMPLETE);
        assertThat(parser.head()).hasToString("GET /3 HTTP/1.0");
        assertThat(in.hasRemaining()).isFalse();
        assertThat(second).hasToString("HEAD /2 HTTP/1.1");
        assertThat(second.fields()).hasToString("1 fields: Host");
        assertThat(first).hasToString("GET /1 HTTP/1.1");
        assertThat(first.fields().first("x")).isEqualTo("1");
    }

    @Test
    void aRefusalIsFinalUntilReset() {
        RequestHeadParser parser = new RequestHeadParser();
        ByteBuffer in = ByteBuffer.wrap(Heads.latin1("GET / HTTP/1.1\nGET / HTTP/1.0\r\n\r\n"));
        assertThat(parser.parse(in)).isEqualTo(Result.REFUSED);
        int position = in.position();
        assertThat(parser.parse(in)).isEqualTo(Result.REFUSED);
        assertThat(in.position()).isEqualTo(position).isEqualTo(15);
        parser.reset();
        assertThat(parser.parse(in)).isEqualTo(Result.COMPLETE);
    }

    @ParameterizedTest
    @ValueSource(ints = {19, 100, 127, 128, 129, 1023, 1024, 1025, 16384})
    void theLimitIsOnTheWholeHead(int limit) {
        HeadLimits limits = new HeadLimits(HeadLimits.MAX_BYTES, limit, 100);
        if (limit > 19) {
            assertThat(Heads.feed(headOf(limit - 1), limits).complete()).isNotNull();
        }
        assertThat(Heads.feed(headOf(limit), limits).complete()).isNotNull();
        Heads.Outcome outcome = Heads.feed(headOf(limit + 1), limits);
        assertThat(outcome.refused(431)).isSameAs(Refusals.HEAD_TOO_LONG);
        assertThat(outcome.consumed()).isEqualTo(limit);
    }

    @Test
    void theEmptyLineInFrontCounts() {
        HeadLimits limits = HeadLimits.DEFAULT.withMaxHeadBytes(SIMPLE.length + 1);
        String before = "\r\n";
        assertThat(Heads.feed(Heads.latin1(before + Heads.latin1(SIMPLE)), limits)
                        .refused(431))
                .isSameAs(Refusals.HEAD_TOO_LONG);
        assertThat(Heads.feed(Heads.latin1(before + Heads.latin1(SIMPLE)), limits.withMaxHeadBytes(SIMPLE.length + 2))
                        .complete())
                .isNotNull();
    }

    @Test
    void bytesBehindTheHeadDoNotCount() {
        HeadLimits limits = HeadLimits.DEFAULT.withMaxHeadBytes(SIMPLE.length);
        byte[] bytes = Heads.latin1(Heads.latin1(SIMPLE) + "x".repeat(100_000));
        assertThat(Heads.feed(bytes, limits).consumed()).isEqualTo(SIMPLE.length);
    }

    @Test
    void anHttp11RequestHasOneHost() {
        assertThat(Heads.feed(Heads.head("GET / HTTP/1.1")).refused(400)).isSameAs(Refusals.HOST_MISSING);
        assertThat(Heads.feed(Heads.head("GET / HTTP/1.1", "Host: a", "hOST: a"))
                        .refused(400))
                .isSameAs(Refusals.HOST_REPEATED);
        assertThat(Heads.feed(Heads.head("GET / HTTP/1.0", "Host: a", "hOST: a"))
                        .refused(400))
                .isSameAs(Refusals.HOST_REPEATED);
        assertThat(Heads.feed(Heads.head("GET / HTTP/1.0", "Host: a"))
                        .complete()
                        .host())
                .isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "a,b", "a:0", "a/", "http://a", "user@a", "a:65536", "[::1", "::1", "a\u00e4", "*"})
    void aHostIsNameAndPort(String host) {
        for (String version : new String[] {"1.0", "1.1"}) {
            assertThat(Heads.feed(Heads.head("GET / HTTP/" + version, "Host: " + host))
                            .refused(400))
                    .isSameAs(Refusals.HOST_INVALID);
        }
    }

    @Test
    void blanksAroundAHostAreNotPartOfIt() {
        assertThat(Heads.feed(Heads.head("GET / HTTP/1.1", "Host:\t[::1]:80 "))
                        .complete()
                        .host())
                .isEqualTo("[::1]");
    }

    private static byte[] headOf(int length) {
        return Heads.latin1("GET /" + "a".repeat(length - 18) + " HTTP/1.0\r\n\r\n");
    }
}
