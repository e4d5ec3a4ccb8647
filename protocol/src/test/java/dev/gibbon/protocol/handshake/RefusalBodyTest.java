package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gibbon.testkit.Splits;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalBodyTest {

    private record Outcome(String text, boolean done, boolean whole) {}

    private static ReceivedResponse response(String... fields) {
        return of("HTTP/1.1 404 Not Found", fields);
    }

    private static ReceivedResponse of(String statusLine, String... fields) {
        String[] lines = new String[fields.length + 1];
        lines[0] = statusLine;
        System.arraycopy(fields, 0, lines, 1, fields.length);
        return Responses.parsed(lines);
    }

    /** Feeds the bytes in all ways, which must come to the same. */
    private static Outcome feed(ReceivedResponse response, int max, String bytes) {
        Outcome whole = feed(response, max, List.of(Heads.latin1(bytes)));
        Splits.forEach(
                Heads.latin1(bytes),
                way -> assertThat(feed(response, max, way.pieces()))
                        .as(way.name())
                        .isEqualTo(whole));
        return whole;
    }

    private static Outcome feed(ReceivedResponse response, int max, List<byte[]> pieces) {
        RefusalBody body = new RefusalBody(response, max);
        for (byte[] piece : pieces) {
            ByteBuffer in = ByteBuffer.wrap(piece).asReadOnlyBuffer();
            assertThat(body.take(in)).isEqualTo(body.isDone());
            assertThat(in.remaining()).isZero();
        }
        return new Outcome(Heads.latin1(body.bytes()), body.isDone(), body.isWhole());
    }

    @Test
    void byLength() {
        ReceivedResponse response = response("Content-Length: 5");
        assertThat(feed(response, 100, "hello")).isEqualTo(new Outcome("hello", true, true));
        assertThat(feed(response, 100, "hello, what is this?")).isEqualTo(new Outcome("hello", true, true));
        assertThat(feed(response, 100, "hell")).isEqualTo(new Outcome("hell", false, false));
        assertThat(feed(response, 5, "hello")).isEqualTo(new Outcome("hello", true, true));
        assertThat(feed(response, 4, "hello")).isEqualTo(new Outcome("hell", true, false));
    }

    @Test
    void nothingIsWaitedForWhereThereIsNone() {
        assertThat(new RefusalBody(response("Content-Length: 0")).isDone()).isTrue();
        assertThat(new RefusalBody(response("Content-Length: 0")).isWhole()).isTrue();
        assertThat(new RefusalBody(of("HTTP/1.1 204 No Content")).isWhole()).isTrue();
        assertThat(new RefusalBody(of("HTTP/1.1 304 Not Modified", "Content-Length: 9")).isDone())
                .isTrue();
        RefusalBody none = new RefusalBody(response("Content-Length: 9"), 0);
        assertThat(none.isDone()).isTrue();
        assertThat(none.isWhole()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new RefusalBody(response(), -1));
    }

    @Test
    void untilTheConnectionEnds() {
        assertThat(feed(response(), 100, "hello")).isEqualTo(new Outcome("hello", false, false));
        RefusalBody body = new RefusalBody(response());
        body.take(ByteBuffer.wrap(Heads.latin1("hello")));
        body.end();
        body.end();
        assertThat(body.isDone()).isTrue();
        assertThat(body.isWhole()).isTrue();
        assertThat(body.take(ByteBuffer.wrap(Heads.latin1("more")))).isTrue();
        assertThat(body.bytes()).asString().isEqualTo("hello");
    }

    @Test
    void anEndBeforeTheEndIsNotWhole() {
        for (String field : List.of("Content-Length: 9", "Transfer-Encoding: chunked")) {
            RefusalBody body = new RefusalBody(response(field));
            body.take(ByteBuffer.wrap(Heads.latin1("4\r\nabcd")));
            body.end();
            assertThat(body.isDone()).isTrue();
            assertThat(body.isWhole()).isFalse();
        }
        RefusalBody done = new RefusalBody(response("Content-Length: 1"));
        done.take(ByteBuffer.wrap(new byte[1]));
        done.end();
        assertThat(done.isWhole()).isTrue();
    }

    @ParameterizedTest
    @DisplayName("K-16, K-17: a body without end is cut at the limit, at limit - 1, limit and limit + 1")
    @ValueSource(ints = {1, 511, 512, 513, 8192})
    void endlessBodies(int max) {
        String data = "x".repeat(max);
        assertThat(feed(response(), max, data.substring(1))).isEqualTo(new Outcome(data.substring(1), false, false));
        assertThat(feed(response(), max, data)).isEqualTo(new Outcome(data, true, false));
        assertThat(feed(response(), max, data + "x")).isEqualTo(new Outcome(data, true, false));
        assertThat(feed(response("Content-Length: 999999999999999999"), max, data + "x"))
                .isEqualTo(new Outcome(data, true, false));
        assertThat(feed(response("Transfer-Encoding: chunked"), max, "FFFFFFFFFFFFFFF\r\n" + data + "x"))
                .isEqualTo(new Outcome(data, true, false));
        assertThat(feed(response("Transfer-Encoding: chunked"), max, "1\r\nx\r\n".repeat(max) + "1"))
                .isEqualTo(new Outcome(data, true, false));
    }

    @Test
    @DisplayName("K-16: the default is 8 KiB, and memory grows only with what comes")
    void theDefault() {
        RefusalBody body = new RefusalBody(response());
        assertThat(body.take(ByteBuffer.allocate(8191))).isFalse();
        assertThat(body.take(ByteBuffer.allocate(2))).isTrue();
        assertThat(body.bytes()).hasSize(8192);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5\r\nhello\r\n0\r\n\r\n",
                "2\r\nhe\r\n003;a=b;c=\"d\"\r\nllo\r\n0;x\r\n\r\n",
                "5 \t\r\nhello\r\n000\r\nTrailer: x"
            })
    void inChunks(String bytes) {
        for (String field : List.of("chunked", "CHUNKED", "gzip, chunked", "gzip,chunked ")) {
            assertThat(feed(response("Transfer-Encoding: " + field, "Content-Length: 2"), 100, bytes))
                    .isEqualTo(new Outcome("hello", true, true));
        }
        assertThat(feed(response("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"), 100, bytes))
                .isEqualTo(new Outcome("hello", true, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                "-1\r\n",
                " 2\r\n",
                ";a\r\n",
                "2\nhe",
                "2\r\rhe",
                "1000000000000000\r\n",
                "2;a\nhe",
                "\n",
                "0x2\r\n"
            })
    void chunksThatAreBroken(String bytes) {
        assertThat(feed(response("Transfer-Encoding: chunked"), 100, bytes)).isEqualTo(new Outcome("", true, false));
        assertThat(feed(response("Transfer-Encoding: chunked"), 100, "2\r\nhe\r\n" + bytes))
                .isEqualTo(new Outcome("he", true, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2\r\nhell", "2\r\nhe\n", "2\r\nhe\rx", "2\r\nhex\r\n"})
    void chunksThatAreLongerThanTheySay(String bytes) {
        assertThat(feed(response("Transfer-Encoding: chunked"), 100, bytes)).isEqualTo(new Outcome("he", true, false));
    }

    @Test
    @DisplayName("K-16: chunk extensions without end are cut")
    void extensionsAreBounded() {
        String size = "1;";
        ReceivedResponse response = response("Transfer-Encoding: chunked");
        assertThat(feed(response, 100, size + "x".repeat(4096) + "\r\ny\r\n0\r\n\r\n"))
                .isEqualTo(new Outcome("y", true, true));
        assertThat(feed(response, 100, size + "x".repeat(4097))).isEqualTo(new Outcome("", true, false));
        assertThat(feed(response, 100, ("1;" + "x".repeat(99) + "\r\ny\r\n").repeat(60))
                        .whole())
                .isFalse();
        assertThat(feed(response, 100, ("1;" + "x".repeat(99) + "\r\ny\r\n").repeat(60))
                        .done())
                .isTrue();
    }

    @Test
    void codingsThatAreNotChunkedLastUntilTheEnd() {
        for (String field : List.of("gzip", "chunked, gzip", "", "xchunked")) {
            assertThat(feed(response("Transfer-Encoding: " + field, "Content-Length: 1"), 100, "1\r\nx"))
                    .isEqualTo(new Outcome("1\r\nx", false, false));
        }
        assertThat(feed(of("HTTP/1.0 404 Not Found", "Transfer-Encoding: chunked"), 100, "1\r\nx"))
                .isEqualTo(new Outcome("1\r\nx", false, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "+1", "1, 1", "1 1", "1234567890123456789", "0x1"})
    void lengthsThatCannotBeTrusted(String length) {
        assertThat(feed(response("Content-Length: " + length), 100, "hello"))
                .isEqualTo(new Outcome("hello", false, false));
        assertThat(feed(response("Content-Length: 1", "Content-Length: 1"), 100, "hello"))
                .isEqualTo(new Outcome("hello", false, false));
    }
}
