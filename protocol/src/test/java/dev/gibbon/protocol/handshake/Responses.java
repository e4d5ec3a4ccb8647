package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.ResponseHeadParser.Result;
import dev.gibbon.testkit.Splits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Responses as transcripts, and ways to feed them: whole, in halves, byte by byte and cut in two at every place. */
final class Responses {

    private static final int CUT_EVERYWHERE = 700;

    private Responses() {}

    /** What a parser came to, and where. */
    record Outcome(
            Result result,
            int consumed,
            @Nullable String fault,
            @Nullable ReceivedResponse response) {

        ReceivedResponse complete() {
            assertThat(fault).isNull();
            assertThat(result).isEqualTo(Result.COMPLETE);
            return response;
        }

        String failed() {
            assertThat(result).isEqualTo(Result.FAILED);
            return fault;
        }
    }

    /** The 101 to the key of RFC 6455, 1.3, with more lines behind it. */
    static byte[] switching(String... more) {
        List<String> lines = new ArrayList<>(List.of(
                "HTTP/1.1 101 Switching Protocols",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        lines.addAll(List.of(more));
        return Heads.head(lines.toArray(String[]::new));
    }

    /** The 101 with a text in the place of another. */
    static byte[] switchingWith(String from, String to) {
        String head = Heads.latin1(switching());
        assertThat(head).contains(from);
        return Heads.latin1(head.replace(from, to));
    }

    static ReceivedResponse parsed(byte[] head) {
        Outcome outcome = feed(head);
        assertThat(outcome.consumed()).isEqualTo(head.length);
        return outcome.complete();
    }

    static ReceivedResponse parsed(String... lines) {
        return parsed(Heads.head(lines));
    }

    static Outcome feed(String bytes) {
        return feed(Heads.latin1(bytes), HeadLimits.DEFAULT);
    }

    static Outcome feed(byte[] bytes) {
        return feed(bytes, HeadLimits.DEFAULT);
    }

    /** Feeds the bytes in all ways and asserts that they come to the same. */
    static Outcome feed(byte[] bytes, HeadLimits limits) {
        Outcome whole = feed(List.of(bytes), limits);
        Splits.forEach(bytes, way -> assertSame(feed(way.pieces(), limits), whole, way.name()));
        for (int cut = 1; cut < bytes.length && bytes.length <= CUT_EVERYWHERE; cut++) {
            ResponseHeadParser parser = new ResponseHeadParser(limits);
            ByteBuffer in = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
            parser.parse(in.limit(cut));
            Result result = parser.parse(in.limit(bytes.length));
            assertSame(outcome(parser, result, in.position()), whole, "cut at " + cut);
        }
        return whole;
    }

    private static Outcome feed(List<byte[]> pieces, HeadLimits limits) {
        ResponseHeadParser parser = new ResponseHeadParser(limits);
        Result result = Result.NEEDS_BYTES;
        int consumed = 0;
        for (int i = 0; i < pieces.size() && result == Result.NEEDS_BYTES; i++) {
            ByteBuffer in = ByteBuffer.wrap(pieces.get(i));
            result = parser.parse(in);
            consumed += in.position();
            assertThat(parser.hasBegun()).isTrue();
            if (result == Result.NEEDS_BYTES) {
                assertThat(in.remaining()).isZero();
            } else {
                ByteBuffer more = ByteBuffer.allocate(8);
                assertThat(parser.parse(more)).isEqualTo(result);
                assertThat(more.position()).isZero();
            }
        }
        return outcome(parser, result, consumed);
    }

    private static Outcome outcome(ResponseHeadParser parser, Result result, int consumed) {
        return new Outcome(
                result,
                consumed,
                result == Result.FAILED ? parser.fault() : null,
                result == Result.COMPLETE ? parser.response() : null);
    }

    private static void assertSame(Outcome outcome, Outcome whole, String how) {
        assertThat(outcome.result()).as(how).isEqualTo(whole.result());
        assertThat(outcome.consumed()).as(how).isEqualTo(whole.consumed());
        assertThat(outcome.fault()).as(how).isSameAs(whole.fault());
        if (whole.response() != null) {
            assertThat(describe(outcome.response())).as(how).isEqualTo(describe(whole.response()));
        }
    }

    /** All that can be seen of a response. */
    static String describe(ReceivedResponse response) {
        StringBuilder text = new StringBuilder(response.toString()).append('|').append(response.reason());
        for (int i = 0; i < response.fields().size(); i++) {
            text.append('\n').append(response.fields().name(i)).append(": [");
            text.append(response.fields().value(i)).append(']');
        }
        return text.toString();
    }
}
