package dev.gibbon.benchmarks.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.testkit.RawFrame;
import dev.gibbon.testkit.RawListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that do not come about, or do not end as they should. */
class WrongHandshakesTest {

    private static final Scenario TWO = Scenario.echo(125).connections(2);
    private static final Scenario HANDSHAKES = TWO.mode(Mode.HANDSHAKE);

    private static Result run(ScriptedServer server, Scenario scenario) {
        return Generator.run(Order.of(scenario, server.uri()).lasting(0, 0.2).patient(0.5), Watcher.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            HTTP/1.1 403 Forbidden|Content-Length: 0|the server refused the handshake: HTTP/1.1 403 Forbidden
            HTTP/1.1 101 Switching|Upgrade: websocket|the answer to the handshake is wrong: the 101 must have the token Upgrade
            SSH-2.0-OpenSSH_9|x: y|the answer to the handshake is wrong: the answer is not HTTP
            """)
    void wrongAnswer(String line, String field, String words) throws Exception {
        ScriptedServer.Script script = (socket, index) -> {
            RawListener.readHead(socket);
            socket.send((line + "\r\n" + field + "\r\n\r\n").getBytes(US_ASCII));
            ScriptedServer.untilEnd(socket);
        };
        try (ScriptedServer server = ScriptedServer.of(script)) {
            Result result = run(server, TWO);
            assertThat(result.firstError()).startsWith(words);
            assertThat(result.errors()).isPositive();
            assertThat(result.opened()).isZero();
        }
    }

    @Test
    void answerToAnotherKey() throws Exception {
        ScriptedServer.Script script = (socket, index) -> {
            RawListener.readHead(socket);
            socket.send(RawListener.switching("GET / HTTP/1.1\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"));
            ScriptedServer.untilEnd(socket);
        };
        try (ScriptedServer server = ScriptedServer.of(script)) {
            assertThat(run(server, TWO).firstError())
                    .startsWith("the answer to the handshake is wrong: the Sec-WebSocket-Accept");
        }
    }

    /** The first answer is remembered; another one, which differs in a byte, must still be judged. */
    @Test
    void laterAnswerThatIsWrong() throws Exception {
        ScriptedServer.Script script = (socket, index) -> {
            byte[] answer = RawListener.switching(RawListener.readHead(socket));
            if (index == 3) {
                answer[answer.length - 6] ^= 1;
            }
            socket.send(answer);
            ScriptedServer.answer(socket, (frame, count) -> frame.bytes());
        };
        try (ScriptedServer server = ScriptedServer.of(script)) {
            Result result = run(server, HANDSHAKES);
            assertThat(result.errors()).isEqualTo(1);
            assertThat(result.firstError())
                    .startsWith("the answer to the handshake is wrong: the Sec-WebSocket-Accept");
            assertThat(result.messages()).isPositive();
        }
    }

    @Test
    void headInPiecesWithAFrameBehindIt() throws Exception {
        ScriptedServer.Script script = (socket, index) -> {
            byte[] answer = RawListener.switching(RawListener.readHead(socket));
            socket.dribble(answer);
            ScriptedServer.answer(
                    socket,
                    (frame, count) ->
                            RawFrame.of(frame.opcode(), frame.payload()).bytes());
        };
        try (ScriptedServer server = ScriptedServer.of(script)) {
            Result result =
                    Generator.run(Order.of(TWO, server.uri()).lasting(0, 0.2).patient(5), Watcher.NONE);
            assertThat(result.firstError()).isNull();
            assertThat(result.messages()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ECHO", "IDLE", "BROADCAST"})
    void noAnswerToTheHandshake(Mode mode) throws Exception {
        try (ScriptedServer server = ScriptedServer.of((socket, index) -> ScriptedServer.untilEnd(socket))) {
            assertThat(run(server, TWO.mode(mode)).firstError())
                    .isEqualTo("only 0 of 2 connections opened, and no more within 0.5 s");
        }
    }

    @Test
    void endWithinTheHandshake() throws Exception {
        try (ScriptedServer server = ScriptedServer.of((socket, index) -> RawListener.readHead(socket))) {
            assertThat(run(server, TWO).firstError()).isEqualTo("the server ended the connection within the handshake");
        }
    }

    @Test
    void nobodyListens() throws Exception {
        int port;
        try (RawListener listener = RawListener.open()) {
            port = listener.port();
        }
        Result result = Generator.run(Order.of(TWO, "ws://127.0.0.1:" + port + "/"), Watcher.NONE);
        assertThat(result.firstError()).isEqualTo("could not connect: Connection refused");
    }

    @Test
    void handshakesThatAreNeverAnswered() throws Exception {
        try (ScriptedServer server = ScriptedServer.of((socket, index) -> ScriptedServer.untilEnd(socket))) {
            Result result = run(server, HANDSHAKES);
            assertThat(result.firstError())
                    .isEqualTo("2 of 2 connections did not come through both handshakes, 0.5 s after the window");
            assertThat(result.errors()).isEqualTo(2);
            assertThat(result.messages()).isZero();
        }
    }

    @Test
    void closeThatIsNeverAnswered() throws Exception {
        ScriptedServer.Script script = (socket, index) -> {
            ScriptedServer.accept(socket);
            ScriptedServer.untilEnd(socket);
        };
        try (ScriptedServer server = ScriptedServer.of(script)) {
            assertThat(run(server, HANDSHAKES).firstError())
                    .isEqualTo("2 of 2 connections did not come through both handshakes, 0.5 s after the window");
        }
    }

    @Test
    void closeAnsweredByTheEndOfTheStream() throws Exception {
        ScriptedServer.Script script = (socket, index) -> {
            ScriptedServer.accept(socket);
            RawFrame close = RawFrame.read(socket.input());
            assertThat(close.closeCode()).isEqualTo(1000);
            assertThat(close.key()).isPresent();
        };
        try (ScriptedServer server = ScriptedServer.of(script)) {
            Result result = run(server, HANDSHAKES);
            assertThat(result.firstError()).isEqualTo("the server ended the connection without answering our Close");
            assertThat(result.errors()).isBetween(100L, 102L);
        }
    }

    @Test
    void serverThatRefusesAllIsGivenUp() throws Exception {
        ScriptedServer.Script script = (socket, index) -> {
            RawListener.readHead(socket);
            socket.send("HTTP/1.1 503 Busy\r\n\r\n".getBytes(US_ASCII));
            ScriptedServer.untilEnd(socket);
        };
        try (ScriptedServer server = ScriptedServer.of(script)) {
            Result result = Generator.run(Order.of(HANDSHAKES, server.uri()).lasting(0, 600), Watcher.NONE);
            assertThat(result.firstError()).isEqualTo("the server refused the handshake: HTTP/1.1 503 Busy");
            assertThat(result.errors()).isBetween(100L, 102L);
        }
    }

    @Test
    void hostWithoutAnAddress() {
        assertThatThrownBy(() -> Generator.run(Order.of(TWO, "ws://nowhere.invalid/"), Watcher.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no address for the host nowhere.invalid");
    }

    @Test
    void moreConnectionsThanDescriptors() {
        assertThatThrownBy(() -> Ports.require(Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "2147483647 connections are more than this process may open: its limit of open" + " files is ");
    }
}
