package dev.gibbon.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.RawDeflate;
import dev.gibbon.testkit.RawFrame;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies to compressed messages are compressed, and inflate to what was sent. */
class CompressedRepliesTest {

    private static final int RSV1 = 4;
    private static final String AGREED =
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private static final Scenario SCENARIO =
            Scenario.echo(1024).payload(Payload.TEXT).connections(2).deflated();

    private static Result run(ScriptedServer server) {
        return run(server, false);
    }

    private static Result run(ScriptedServer server, boolean all) {
        Order order = Order.of(SCENARIO, server.uri()).lasting(0, 0.2).patient(2);
        return Generator.run(all ? order.verifyingAll() : order, Watcher.NONE);
    }

    private static byte[] inflated(RawFrame frame) throws Exception {
        try (RawDeflate deflate = new RawDeflate(false, false)) {
            return deflate.inflate(frame.payload());
        }
    }

    private static RawFrame deflated(byte[] message) {
        try (RawDeflate deflate = new RawDeflate(false, false)) {
            return RawFrame.of(RawFrame.TEXT, deflate.deflate(message)).withRsv(RSV1);
        }
    }

    @Test
    void compressedAnew() throws Exception {
        ScriptedServer.Answer anew = (frame, count) -> {
            assertThat(frame.rsv()).isEqualTo(RSV1);
            assertThat(new String(inflated(frame), US_ASCII))
                    .startsWith("{\"seq\":")
                    .hasSize(1024);
            return deflated(inflated(frame)).bytes();
        };
        try (ScriptedServer server = ScriptedServer.answering(anew, AGREED)) {
            Result result = run(server, true);
            assertThat(result.firstError()).isNull();
            assertThat(result.compressedReplies()).isPositive();
            assertThat(result.plainReplies()).isZero();
            assertThat(result.replyBytes() / result.compressedReplies()).isBetween(100L, 500L);
        }
    }

    @Test
    void inFragments() throws Exception {
        ScriptedServer.Answer fragments = (frame, count) -> {
            byte[] payload = deflated(inflated(frame)).payload();
            byte[] first = RawFrame.of(RawFrame.TEXT, Arrays.copyOf(payload, 3))
                    .withRsv(RSV1)
                    .unfinished()
                    .bytes();
            byte[] second = RawFrame.of(RawFrame.CONTINUATION, Arrays.copyOfRange(payload, 3, payload.length))
                    .bytes();
            byte[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        };
        try (ScriptedServer server = ScriptedServer.answering(fragments, AGREED)) {
            assertThat(run(server).firstError()).isNull();
            assertThat(run(server, true).firstError()).isNull();
        }
    }

    @Test
    void uncompressed() throws Exception {
        ScriptedServer.Answer plain =
                (frame, count) -> RawFrame.of(RawFrame.TEXT, inflated(frame)).bytes();
        try (ScriptedServer server = ScriptedServer.answering(plain, AGREED)) {
            Result result = run(server);
            assertThat(result.firstError())
                    .isEqualTo("a reply came uncompressed, though permessage-deflate was agreed and what was sent was"
                            + " compressed");
            assertThat(result.mismatches()).isEqualTo(result.plainReplies()).isPositive();
        }
    }

    @Test
    void otherContent() throws Exception {
        ScriptedServer.Answer other = (frame, count) -> {
            byte[] message = inflated(frame);
            message[1000] ^= 1;
            return deflated(message).bytes();
        };
        try (ScriptedServer server = ScriptedServer.answering(other, AGREED)) {
            assertThat(run(server).firstError()).isEqualTo("a reply differs from what was sent at byte 1000");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1023, 'a compressed reply inflates to 1023 bytes, and 1024 were sent'",
        "1025, a compressed reply inflates to more than the 1024 bytes that were sent",
        "9999, a compressed reply inflates to more than the 1024 bytes that were sent"
    })
    void otherLength(int length, String words) throws Exception {
        ScriptedServer.Answer other = (frame, count) ->
                deflated(Arrays.copyOf(inflated(frame), length)).bytes();
        try (ScriptedServer server = ScriptedServer.answering(other, AGREED)) {
            assertThat(run(server).firstError()).isEqualTo(words);
        }
    }

    @Test
    void garbage() throws Exception {
        ScriptedServer.Answer garbage = (frame, count) -> RawFrame.of(RawFrame.TEXT, new byte[] {7, 7, 7, 7})
                .withRsv(RSV1)
                .bytes();
        try (ScriptedServer server = ScriptedServer.answering(garbage, AGREED)) {
            assertThat(run(server).firstError()).startsWith("a compressed reply cannot be inflated: ");
        }
    }

    @Test
    void longerThanTheMessageItself() throws Exception {
        ScriptedServer.Answer blown = (frame, count) ->
                RawFrame.of(RawFrame.TEXT, new byte[3000]).withRsv(RSV1).bytes();
        try (ScriptedServer server = ScriptedServer.answering(blown, AGREED)) {
            assertThat(run(server).firstError())
                    .isEqualTo("a compressed reply has more than 2176 bytes, for a message of 1024");
        }
    }

    @Test
    void notAgreed() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering((frame, count) -> frame.bytes())) {
            assertThat(run(server).firstError()).isEqualTo("the server did not agree to permessage-deflate");
        }
    }

    @Test
    void contextKept() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(
                (frame, count) -> frame.bytes(), "Sec-WebSocket-Extensions: permessage-deflate")) {
            assertThat(run(server).firstError()).isEqualTo("the server did not agree to server_no_context_takeover");
        }
    }
}
