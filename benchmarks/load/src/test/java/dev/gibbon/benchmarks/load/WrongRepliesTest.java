package dev.gibbon.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.RawFrame;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server may answer wrongly is told in words, and ends the run in time. */
class WrongRepliesTest {

    private static final Scenario TWO = Scenario.echo(125).connections(2);

    private static Result run(ScriptedServer server, Scenario scenario) {
        return Generator.run(order(server, scenario), Watcher.NONE);
    }

    private static Order order(ScriptedServer server, Scenario scenario) {
        return Order.of(scenario, server.uri()).lasting(0, 0.2).patient(1);
    }

    private static byte[] join(RawFrame... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (RawFrame frame : frames) {
            all.writeBytes(frame.bytes());
        }
        return all.toByteArray();
    }

    private static RawFrame copy(RawFrame frame) {
        return RawFrame.of(frame.opcode(), frame.payload());
    }

    static Stream<Arguments> mismatches() {
        return Stream.of(
                wrong(
                        "a reply has 124 bytes, and 125 were sent",
                        (frame, n) -> RawFrame.of(RawFrame.BINARY, Arrays.copyOf(frame.payload(), 124))
                                .bytes()),
                wrong(
                        "a reply has at least 126 bytes, and 125 were sent",
                        (frame, n) -> RawFrame.of(RawFrame.BINARY, Arrays.copyOf(frame.payload(), 126))
                                .bytes()),
                wrong(
                        "a reply has at least 9223372036854775807 bytes, and 125 were sent",
                        (frame, n) -> Hex.bytes("827f 7fffffffffffffff 00")),
                wrong("a reply differs from what was sent at byte 7", (frame, n) -> {
                    byte[] payload = frame.payload();
                    payload[7] ^= 1;
                    return RawFrame.of(RawFrame.BINARY, payload).bytes();
                }),
                wrong(
                        "a reply is text, and what was sent is binary",
                        (frame, n) ->
                                RawFrame.of(RawFrame.TEXT, frame.payload()).bytes()),
                wrong("a reply has 0 bytes, and 125 were sent", (frame, n) -> Hex.bytes("8200")));
    }

    private static Arguments wrong(String words, ScriptedServer.Answer answer) {
        return Arguments.of(words, answer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void mismatches(String words, ScriptedServer.Answer answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(answer)) {
            Result result = run(server, TWO);
            assertThat(result.firstError()).isEqualTo(words);
            assertThat(result.mismatches()).isPositive();
        }
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                wrong(
                        "a masked frame came, which a server must not send (RFC 6455, 5.1)",
                        (frame, n) -> copy(frame).masked(0x01020304).bytes()),
                wrong("more replies came than messages were sent", (frame, n) -> join(copy(frame), copy(frame))),
                wrong(
                        "a frame came with a reserved bit set that nobody asked for",
                        (frame, n) -> copy(frame).withRsv(1).bytes()),
                wrong(
                        "a frame came with RSV1 set, which was not agreed",
                        (frame, n) -> copy(frame).withRsv(4).bytes()),
                wrong(
                        "a frame came with the opcode 3, which is not defined (RFC 6455, 5.2)",
                        (frame, n) -> Hex.bytes("8300")),
                wrong(
                        "a frame came with the opcode 11, which is not defined (RFC 6455, 5.2)",
                        (frame, n) -> Hex.bytes("8b00")),
                wrong(
                        "a continuation frame came, and there is no message to continue (RFC 6455, 5.4)",
                        (frame, n) -> Hex.bytes("8000")),
                wrong(
                        "a new message came in the midst of another (RFC 6455, 5.4)",
                        (frame, n) ->
                                join(RawFrame.of(RawFrame.BINARY, new byte[0]).unfinished(), copy(frame))),
                wrong(
                        "a control frame came in fragments, compressed, or longer than 125 bytes (RFC 6455, 5.5)",
                        (frame, n) -> Hex.bytes("0900")),
                wrong(
                        "a frame's length is not in its shortest form (RFC 6455, 5.2)",
                        (frame, n) -> copy(frame).withLengthForm(16).bytes()),
                wrong(
                        "a frame's length has its highest bit set (RFC 6455, 5.2)",
                        (frame, n) -> Hex.bytes("827f 8000000000000000")),
                wrong(
                        "the server closed the connection: code 1001, going",
                        (frame, n) -> RawFrame.close(1001, "going").bytes()),
                wrong("the server closed the connection: no code", (frame, n) -> Hex.bytes("8800")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void faults(String words, ScriptedServer.Answer answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(answer)) {
            Result result = run(server, TWO);
            assertThat(result.firstError()).isEqualTo(words);
            assertThat(result.errors()).isEqualTo(2);
        }
    }

    @Test
    void contentOfLaterRepliesIsComparedOnlyIfAskedFor() throws Exception {
        ScriptedServer.Answer spoilsLater = (frame, count) -> {
            byte[] payload = frame.payload();
            payload[124] ^= (byte) (count > 0 ? 1 : 0);
            return RawFrame.of(RawFrame.BINARY, payload).bytes();
        };
        try (ScriptedServer server = ScriptedServer.answering(spoilsLater)) {
            assertThat(run(server, TWO).firstError()).isNull();
            Result all = Generator.run(order(server, TWO).verifyingAll(), Watcher.NONE);
            assertThat(all.firstError()).isEqualTo("a reply differs from what was sent at byte 124");
            assertThat(all.mismatches()).isPositive();
            assertThat(all.errors()).isZero();
        }
    }

    @Test
    void streamThatEndsWithoutClose() throws Exception {
        ScriptedServer.Script leaves = (socket, index) -> {
            ScriptedServer.accept(socket);
            RawFrame.read(socket.input());
        };
        try (ScriptedServer server = ScriptedServer.of(leaves)) {
            Result result = run(server, TWO);
            assertThat(result.firstError()).isEqualTo("the server ended the connection without a Close");
            assertThat(result.errors()).isEqualTo(2);
        }
    }

    @Test
    void reset() throws Exception {
        ScriptedServer.Script resets = (socket, index) -> {
            ScriptedServer.accept(socket);
            RawFrame.read(socket.input());
            socket.reset();
        };
        try (ScriptedServer server = ScriptedServer.of(resets)) {
            Result result = run(server, TWO);
            assertThat(result.firstError()).startsWith("the connection broke: ");
            assertThat(result.errors()).isEqualTo(2);
        }
    }

    @Test
    void oneLostConnectionDoesNotEndTheOthers() throws Exception {
        ScriptedServer.Script leavesFirst = (socket, index) -> {
            ScriptedServer.accept(socket);
            if (index == 0) {
                RawFrame.read(socket.input());
            } else {
                ScriptedServer.answer(socket, (frame, count) -> copy(frame).bytes());
            }
        };
        try (ScriptedServer server = ScriptedServer.of(leavesFirst)) {
            Result result = run(server, TWO);
            assertThat(result.errors()).isEqualTo(1);
            assertThat(result.messages()).isPositive();
        }
    }

    @Test
    void neverAnswering() throws Exception {
        ScriptedServer.Script silent = (socket, index) -> {
            ScriptedServer.accept(socket);
            ScriptedServer.untilEnd(socket);
        };
        try (ScriptedServer server = ScriptedServer.of(silent)) {
            Result result = Generator.run(order(server, TWO).patient(0.25), Watcher.NONE);
            assertThat(result.firstError())
                    .isEqualTo("no reply came at all on 2 of 2 connections, 0.25 s after the window");
            assertThat(result.errors()).isEqualTo(2);
            assertThat(result.messages()).isZero();
        }
    }

    @Test
    void answeringNoLonger() throws Exception {
        ScriptedServer.Answer three = (frame, count) -> count < 3 ? copy(frame).bytes() : new byte[0];
        try (ScriptedServer server = ScriptedServer.answering(three)) {
            Result result = Generator.run(order(server, TWO).patient(0.25), Watcher.NONE);
            assertThat(result.firstError())
                    .isEqualTo("no reply came to the last messages on 2 of 2 connections, 0.25 s after the window");
            assertThat(result.plainReplies()).isEqualTo(6);
        }
    }

    @Test
    void fragmentsWithPingsBetween() throws Exception {
        ScriptedServer.Script script = (socket, index) -> {
            ScriptedServer.accept(socket);
            for (int round = 0; round < 3; round++) {
                RawFrame message = RawFrame.read(socket.input());
                byte[] payload = message.payload();
                byte[] ping = ("ping " + round).getBytes(US_ASCII);
                socket.send(join(
                        RawFrame.of(RawFrame.BINARY, Arrays.copyOf(payload, 50)).unfinished(),
                        RawFrame.of(RawFrame.PING, ping)));
                RawFrame pong = RawFrame.read(socket.input());
                assertThat(pong.opcode()).isEqualTo(RawFrame.PONG);
                assertThat(pong.key()).isPresent();
                assertThat(pong.payload()).isEqualTo(ping);
                socket.send(join(
                        RawFrame.of(RawFrame.CONTINUATION, new byte[0]).unfinished(),
                        RawFrame.of(RawFrame.PONG, ping),
                        RawFrame.of(RawFrame.CONTINUATION, Arrays.copyOfRange(payload, 50, payload.length))));
            }
            ScriptedServer.answer(socket, (frame, count) -> copy(frame).bytes());
        };
        try (ScriptedServer server = ScriptedServer.of(script)) {
            Result result = Generator.run(order(server, TWO).verifyingAll(), Watcher.NONE);
            assertThat(result.firstError()).isNull();
            assertThat(result.plainReplies()).isGreaterThanOrEqualTo(6);
        }
    }

    @Test
    void repliesByteByByte() throws Exception {
        for (int size : List.of(125, 126, 65_536)) {
            ScriptedServer.Script script = (socket, index) -> {
                ScriptedServer.accept(socket);
                byte[] reply = copy(RawFrame.read(socket.input())).bytes();
                socket.dribble(Arrays.copyOf(reply, 20));
                socket.send(Arrays.copyOfRange(reply, 20, reply.length));
                ScriptedServer.answer(socket, (frame, count) -> copy(frame).bytes());
            };
            try (ScriptedServer server = ScriptedServer.of(script)) {
                assertThat(run(server, Scenario.echo(size).connections(1)).firstError())
                        .isNull();
            }
        }
    }
}
