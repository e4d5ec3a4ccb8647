package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.OpeningHandshake.Verdict;
import dev.gibbon.protocol.handshake.RequestHeadParser.Result;
import dev.gibbon.testkit.Splits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Heads as transcripts, and ways to feed them. Every head is fed whole, in halves, byte by byte and cut in two at every place. */
final class Heads {

    /** The key of RFC 6455, 1.3. */
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    /** Longer inputs are not cut in two at every place, which would cost the square of their length. */
    private static final int CUT_EVERYWHERE = 700;

    private Heads() {}

    /** What a parser came to, and where. */
    record Outcome(
            Result result,
            int consumed,
            @Nullable Refusal refusal,
            @Nullable RequestHead head) {

        RequestHead complete() {
            assertThat(refusal).isNull();
            assertThat(result).isEqualTo(Result.COMPLETE);
            return head;
        }

        Refusal refused(int status) {
            assertThat(result).isEqualTo(Result.REFUSED);
            assertThat(refusal.status()).isEqualTo(status);
            return refusal;
        }
    }

    /** The lines with CR LF behind each, and the empty line. */
    static byte[] head(String... lines) {
        return latin1(String.join("\r\n", lines) + "\r\n\r\n");
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static HandshakeLines handshake() {
        return new HandshakeLines();
    }

    static Outcome feed(String bytes) {
        return feed(latin1(bytes), HeadLimits.DEFAULT);
    }

    static Outcome feed(byte[] bytes) {
        return feed(bytes, HeadLimits.DEFAULT);
    }

    /** Feeds the bytes in all ways and asserts that they come to the same. */
    static Outcome feed(byte[] bytes, HeadLimits limits) {
        Outcome whole = feedCut(bytes, limits, Math.max(1, bytes.length), true);
        Splits.forEach(bytes, way -> assertSame(feed(way.pieces(), limits), whole, way.name()));
        for (int cut = 1; cut < bytes.length && bytes.length <= CUT_EVERYWHERE; cut++) {
            RequestHeadParser parser = new RequestHeadParser(limits);
            ByteBuffer in = ByteBuffer.wrap(bytes);
            parser.parse(in.limit(cut));
            Result result = parser.parse(in.limit(bytes.length));
            assertSame(outcome(parser, result, in.position()), whole, "cut at " + cut);
        }
        return whole;
    }

    private static Outcome feed(List<byte[]> pieces, HeadLimits limits) {
        RequestHeadParser parser = new RequestHeadParser(limits);
        Result result = Result.NEEDS_BYTES;
        int consumed = 0;
        for (int i = 0; i < pieces.size() && result == Result.NEEDS_BYTES; i++) {
            byte[] piece = pieces.get(i);
            ByteBuffer in = ByteBuffer.wrap(piece);
            result = parser.parse(in);
            consumed += in.position();
            assertConsistent(parser, result, in);
        }
        return outcome(parser, result, consumed);
    }

    /** Feeds pieces of one length, each in a buffer of its own with other bytes around it. */
    static Outcome feedCut(byte[] bytes, HeadLimits limits, int piece, boolean direct) {
        RequestHeadParser parser = new RequestHeadParser(limits);
        Result result = Result.NEEDS_BYTES;
        int consumed = 0;
        for (int from = 0; from < bytes.length && result == Result.NEEDS_BYTES; from += piece) {
            int count = Math.min(piece, bytes.length - from);
            ByteBuffer in = direct ? ByteBuffer.allocateDirect(count + 4) : ByteBuffer.allocate(count + 4);
            in.putShort((short) 0x2020).put(bytes, from, count).putShort((short) 0x2020);
            in.position(2).limit(count + 2);
            result = parser.parse(in);
            consumed += in.position() - 2;
            assertThat(in.limit()).isEqualTo(count + 2);
            assertConsistent(parser, result, in);
        }
        return outcome(parser, result, consumed);
    }

    /** While the head is not whole everything is taken; afterwards nothing. */
    private static void assertConsistent(RequestHeadParser parser, Result result, ByteBuffer in) {
        if (result == Result.NEEDS_BYTES) {
            assertThat(in.remaining()).isZero();
        } else {
            ByteBuffer more = ByteBuffer.allocate(8);
            assertThat(parser.parse(more)).isEqualTo(result);
            assertThat(more.position()).isZero();
        }
    }

    private static Outcome outcome(RequestHeadParser parser, Result result, int consumed) {
        return new Outcome(
                result,
                consumed,
                result == Result.REFUSED ? parser.refusal() : null,
                result == Result.COMPLETE ? parser.head() : null);
    }

    private static void assertSame(Outcome outcome, Outcome whole, String how) {
        assertThat(outcome.result()).as(how).isEqualTo(whole.result());
        assertThat(outcome.consumed()).as(how).isEqualTo(whole.consumed());
        assertThat(outcome.refusal()).as(how).isSameAs(whole.refusal());
        if (whole.head() != null) {
            assertThat(describe(outcome.head())).as(how).isEqualTo(describe(whole.head()));
        }
    }

    /** All that can be seen of a head. */
    static String describe(RequestHead head) {
        StringBuilder text = new StringBuilder()
                .append(head.method())
                .append('|')
                .append(head.target())
                .append('|')
                .append(head.path())
                .append('|')
                .append(head.query())
                .append('|')
                .append(head.isHttp11())
                .append('|')
                .append(head.authority());
        for (int i = 0; i < head.fields().size(); i++) {
            text.append('\n')
                    .append(head.fields().name(i))
                    .append(": [")
                    .append(head.fields().value(i))
                    .append(']');
        }
        return text.toString();
    }

    /** The head that these bytes are; fails if they are anything else or more. */
    static RequestHead parsed(byte[] bytes) {
        Outcome outcome = feed(bytes);
        RequestHead head = outcome.complete();
        assertThat(outcome.consumed()).isEqualTo(bytes.length);
        return head;
    }

    /** The fields with these lines. */
    static HeaderFields fields(String... lines) {
        List<String> all = new ArrayList<>(List.of("GET / HTTP/1.0"));
        all.addAll(List.of(lines));
        return parsed(head(all.toArray(String[]::new))).fields();
    }

    static Verdict judge(byte[] head) {
        return new OpeningHandshake().judge(parsed(head));
    }

    /** A handshake to be changed by a test. */
    static final class HandshakeLines {

        private String requestLine = "GET /chat HTTP/1.1";
        private final List<String> fields = new ArrayList<>(List.of(
                "Host: server.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: " + KEY,
                "Sec-WebSocket-Version: 13"));

        HandshakeLines requestLine(String line) {
            requestLine = line;
            return this;
        }

        HandshakeLines without(String name) {
            assertThat(fields.removeIf(line -> line.startsWith(name + ":"))).isTrue();
            return this;
        }

        /** Puts the line in the place of the field of the same name. */
        HandshakeLines replace(String line) {
            String name = line.substring(0, line.indexOf(':') + 1);
            int i = 0;
            while (!fields.get(i).startsWith(name)) {
                i++;
            }
            fields.set(i, line);
            return this;
        }

        HandshakeLines with(String... lines) {
            fields.addAll(List.of(lines));
            return this;
        }

        byte[] bytes() {
            List<String> lines = new ArrayList<>(List.of(requestLine));
            lines.addAll(fields);
            return head(lines.toArray(String[]::new));
        }
    }
}
