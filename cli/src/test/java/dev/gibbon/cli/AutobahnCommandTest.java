package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.HandshakeRequest;
import dev.gibbon.WebSocketServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code gibbon autobahn} against a small server with the paths of a fuzzing server. */
class AutobahnCommandTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> echoed = new CopyOnWriteArrayList<>();

    private WebSocketServer fuzzing(String cases) throws IOException {
        return WebSocketServer.builder()
                .loops(1)
                .webSocket("/getCaseCount", socket -> socket.send(cases))
                .webSocket("/runCase", socket -> {
                    HandshakeRequest request = socket.request();
                    asked.add("case " + request.queryParameter("case").orElse("?") + " of "
                            + request.queryParameter("agent").orElse("?"));
                    socket.send("text");
                    socket.send(new byte[] {1, 2});
                    echoed.add(socket.receive().text() + " " + socket.receive().size());
                    if (asked.size() % 2 == 0) {
                        socket.abort();
                    }
                })
                .webSocket(
                        "/updateReports",
                        socket -> asked.add("report of "
                                + socket.request().queryParameter("agent").orElse("?")))
                .start();
    }

    @Test
    void runsAllCasesHoweverTheyEndAndAsksForTheReport() throws Exception {
        try (WebSocketServer server = fuzzing("3")) {
            Run run = Run.gibbon("autobahn", "ws://127.0.0.1:" + server.port() + "/", "a/b c&d");

            assertThat(run.err()).isEqualTo("case 3 of 3\n");
            assertThat(run.out()).isEmpty();
            assertThat(run.code()).isZero();
            assertThat(asked)
                    .containsExactly(
                            "case 1 of a/b c&d", "case 2 of a/b c&d", "case 3 of a/b c&d", "report of a/b c&d");
            assertThat(echoed).containsExactly("text 2", "text 2", "text 2");
        }
    }

    @Test
    void aCaseThatCannotBeRunIsToldAndTheOthersRun() throws Exception {
        try (WebSocketServer server = WebSocketServer.builder()
                .loops(1)
                .webSocket("/getCaseCount", socket -> socket.send("2"))
                .webSocket("/updateReports", socket -> asked.add("report"))
                .start()) {
            Run run = Run.gibbon("autobahn", "ws://127.0.0.1:" + server.port(), "gibbon");

            assertThat(run.err().lines())
                    .hasSize(3)
                    .allMatch(line ->
                            line.contains("404") || line.equals("gibbon autobahn: 2 of 2 cases could not be run"));
            assertThat(run.code()).isEqualTo(1);
            assertThat(asked).containsExactly("report");
        }
    }

    @ParameterizedTest
    @CsvSource({"many", "-1", "''", "1000000"})
    void aCountThatIsNoneIsAFailure(String cases) throws Exception {
        try (WebSocketServer server = fuzzing(cases)) {
            Run run = Run.gibbon("autobahn", "ws://127.0.0.1:" + server.port(), "gibbon");

            assertThat(run.err())
                    .isEqualTo(
                            "gibbon autobahn: the server did not tell how many cases it has: expected a number, got '"
                                    + cases + "'\n");
            assertThat(run.code()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatIsNotThereIsAFailure() throws Exception {
        WebSocketServer server = fuzzing("1");
        server.close(Duration.ZERO);

        Run run = Run.gibbon("autobahn", "ws://127.0.0.1:" + server.port(), "gibbon");

        assertThat(run.err())
                .startsWith("gibbon autobahn: ")
                .contains("refused")
                .hasLineCount(1);
        assertThat(run.code()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "autobahn | URL and AGENT are missing",
                "autobahn ws://a | AGENT is missing",
                "autobahn ws://a b c | unexpected argument 'c'",
                "autobahn ws://a?b c | URL 'ws://a?b': expected no query",
            })
    void aBadCommandLineIsOneLineAndExit2(String line, String message) {
        Run run = Run.gibbon(line.split(" "));
        assertThat(run.err()).isEqualTo("gibbon autobahn: " + message + "\n");
        assertThat(run.code()).isEqualTo(2);
    }
}
