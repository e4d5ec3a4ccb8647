package dev.gibbon.cli;

import dev.gibbon.CloseInfo;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketOptions;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code gibbon autobahn}: lets the Autobahn|Testsuite, as a fuzzing server, judge the client. For each case it connects and echoes
 * every message until the connection ends; the server's report has the verdicts.
 */
final class AutobahnCommand implements Command {
    private static final long MAX_MESSAGE = 32L << 20;
    private static final int MAX_CASES = 100_000;
    private static final int CASES_A_LINE = 50;
    private static final long QUESTION_SECONDS = 30;

    /** The longest case of the suite takes seconds; a server that hangs must not hang us. */
    private static final Duration LONGEST_CASE = Duration.ofMinutes(5);

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("gibbon autobahn");
        spec.usageMessage()
                .description("Runs all cases of an Autobahn|Testsuite fuzzing server, and has it write its report."
                        + " Progress is on standard error.");
        spec.addPositional(
                Arguments.rest("URL AGENT", "The server, such as ws://127.0.0.1:9001, and our name in its report."));
        return spec;
    }

    @Override
    public void run(Arguments given, Console console) throws BadArgumentException, CommandFailedException {
        List<String> rest = given.rest();
        if (rest.size() != 2) {
            throw new BadArgumentException(
                    rest.size() < 2
                            ? (rest.isEmpty() ? "URL and AGENT are missing" : "AGENT is missing")
                            : "unexpected argument " + VisibleText.quoted(rest.get(2)));
        }
        String base =
                rest.get(0).endsWith("/") ? rest.get(0).substring(0, rest.get(0).length() - 1) : rest.get(0);
        if (base.indexOf('?') >= 0) {
            throw Arguments.bad("URL", rest.get(0), "no query");
        }
        ConnectCommand.builder(base);
        String agent = URLEncoder.encode(rest.get(1), StandardCharsets.UTF_8);
        try {
            run(base, agent, console.err());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted", interrupted);
        }
    }

    private static void run(String base, String agent, PrintStream err)
            throws BadArgumentException, CommandFailedException, InterruptedException {
        int cases = caseCount(base);
        int failed = 0;
        for (int i = 1; i <= cases; i++) {
            String fault = runCase(client(base + "/runCase?case=" + i + "&agent=" + agent));
            if (fault != null) {
                failed++;
                err.println("case " + i + " of " + cases + ": " + fault);
            } else if (i % CASES_A_LINE == 0 || i == cases) {
                err.println("case " + i + " of " + cases);
            }
        }
        WebSocket reports = Opening.open(client(base + "/updateReports?agent=" + agent), Deadline.in(QUESTION_SECONDS));
        if (reports.awaitClose(Duration.ofSeconds(QUESTION_SECONDS)).isEmpty()) {
            reports.abort();
            throw new CommandFailedException("the server did not write its report in " + QUESTION_SECONDS + " seconds");
        }
        if (failed > 0) {
            throw new CommandFailedException(failed + " of " + cases + " cases could not be run");
        }
    }

    private static int caseCount(String base)
            throws BadArgumentException, CommandFailedException, InterruptedException {
        Deadline deadline = Deadline.in(QUESTION_SECONDS);
        WebSocket socket = Opening.open(client(base + "/getCaseCount"), deadline);
        try {
            Optional<Message> answer = socket.receive(deadline.left());
            String text =
                    answer.isPresent() && answer.get().isText() ? answer.get().text() : "";
            long cases = ByteCount.digits(text.strip());
            if (cases < 0 || cases > MAX_CASES) {
                throw new CommandFailedException(
                        "the server did not tell how many cases it has: expected a number, got "
                                + VisibleText.quoted(text));
            }
            socket.close(1000, "");
            socket.awaitClose(Duration.ofSeconds(6));
            return (int) cases;
        } catch (WebSocketClosedException ended) {
            throw new CommandFailedException(
                    "the server did not tell how many cases it has: " + ShownEnd.inWords(ended.info()), ended);
        } finally {
            socket.abort();
        }
    }

    /** Echoes until the end; null unless the case could not be run. However the connection ends, the server judges it. */
    private static @Nullable String runCase(WebSocketClient client) throws InterruptedException {
        CompletableFuture<CloseInfo> end = new CompletableFuture<>();
        CompletableFuture<WebSocket> opening = client.connect(new WebSocketListener() {
            @Override
            public void onMessage(WebSocket socket, Message message) {
                socket.send(message);
            }

            @Override
            public void onClose(WebSocket socket, CloseInfo info) {
                end.complete(info);
            }
        });
        try {
            WebSocket socket = opening.get(QUESTION_SECONDS, TimeUnit.SECONDS);
            try {
                end.get(LONGEST_CASE.toSeconds(), TimeUnit.SECONDS);
            } finally {
                socket.abort();
            }
            return null;
        } catch (ExecutionException failure) {
            return Opening.inWords(failure);
        } catch (TimeoutException late) {
            boolean connecting = opening.cancel(true);
            return connecting
                    ? "still connecting after " + QUESTION_SECONDS + " seconds"
                    : "not done within " + LONGEST_CASE.toMinutes() + " minutes";
        }
    }

    private static WebSocketClient client(String url) throws BadArgumentException {
        return ConnectCommand.builder(url)
                .options(WebSocketOptions.builder()
                        .maxMessageBytes(MAX_MESSAGE)
                        // As in "gibbon serve": an echo never meets the bound.
                        .maxQueuedBytes(2 * MAX_MESSAGE + (16L << 20))
                        // Cases are about what the server sends; a ping of ours in between would disturb them.
                        .pingInterval(Duration.ZERO)
                        .build())
                .build();
    }
}
