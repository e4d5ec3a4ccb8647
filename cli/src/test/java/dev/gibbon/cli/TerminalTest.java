package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.gibbon.CloseInfo;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketListener;
import dev.gibbon.WebSocketServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code gibbon connect} at a real pseudo-terminal, which the system's {@code script} makes. Where that is missing the test is
 * skipped, or fails if the environment has {@value #REQUIRED}.
 */
class TerminalTest {
    private static final String REQUIRED = "GIBBON_REQUIRE_PEERS";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final BlockingQueue<WebSocket> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> came = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private WebSocketServer server;
    private Process process;
    /** Two threads use it. */
    @SuppressWarnings("JdkObsolete")
    private final StringBuffer screen = new StringBuffer();

    @BeforeEach
    void start() throws Exception {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(bin -> new File(bin, "script").canExecute());
        if (!there) {
            String why = "THE TERMINAL WAS NOT TESTED: script is not on the path (Debian: apt-get install bsdutils)";
            if (System.getenv(REQUIRED) != null) {
                fail(why);
            }
            System.err.println(why);
            abort(why);
        }
        server = WebSocketServer.builder()
                .loops(1)
                .webSocket("/", new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket) {
                        opened.add(socket);
                    }

                    @Override
                    public void onMessage(WebSocket socket, Message message) {
                        came.add(message.isText() ? message.text() : message.size() + " bytes");
                    }

                    @Override
                    public void onClose(WebSocket socket, CloseInfo info) {
                        ended.add(info.receivedCode() + " " + info.receivedReason());
                    }
                })
                .start();
        StringBuilder command = new StringBuilder();
        for (String word : ChildProcess.command(List.of(), "connect", "ws://127.0.0.1:" + server.port() + "/")) {
            command.append('\'').append(word.replace("'", "'\\''")).append("' ");
        }
        ProcessBuilder builder = new ProcessBuilder(
                "script", "-qec", "trap : INT; stty rows 24 cols 80; " + command + "; echo exit code $?", "/dev/null");
        builder.environment().put("TERM", "xterm");
        builder.environment().put("SHELL", "/bin/sh");
        process = builder.redirectErrorStream(true).start();
        Thread reader = new Thread(() -> read(process.getInputStream()), "screen");
        reader.setDaemon(true);
        reader.start();
        shows("/help shows the commands");
        shows("> ");
    }

    @AfterEach
    void stop() {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (server != null) {
            server.close(Duration.ZERO);
        }
    }

    private void read(InputStream in) {
        byte[] bytes = new byte[4096];
        try {
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                screen.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
            }
        } catch (IOException closed) {
            // The process was destroyed.
        }
    }

    private void type(String keys) throws IOException {
        OutputStream terminal = process.getOutputStream();
        terminal.write(keys.getBytes(StandardCharsets.UTF_8));
        terminal.flush();
    }

    /** Waits until the screen shows something, and forgets what came up to it. */
    private void shows(String text) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0) {
            int at = screen.indexOf(text);
            if (at >= 0) {
                screen.delete(0, at + text.length());
                return;
            }
            LockSupport.parkNanos(5_000_000);
        }
        throw new AssertionError(
                "the terminal does not show \"" + text + "\" but: " + VisibleText.of(screen.toString()));
    }

    private <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next)
                .as(() -> "the terminal shows: " + VisibleText.of(screen.toString()))
                .isNotNull();
        return next;
    }

    @Test
    void messagesGoBothWaysWhileALineIsTyped() throws Exception {
        WebSocket socket = next(opened);
        type("hello\r");
        assertThat(next(came)).isEqualTo("hello");
        type("half a li");
        shows("half a li");
        socket.send("news");
        shows("< news");
        // The prompt and what is typed already stand below it again.
        shows("> half a li");
        type("ne\r");
        assertThat(next(came)).isEqualTo("half a line");
        // Nothing is a quote, an escape or an event of the history.
        type("//a \"b 'c !d \\e\r");
        shows("\\e");
        assertThat(next(came)).isEqualTo("/a \"b 'c !d \\e");
        // The history: up once for the last line, twice for the one before.
        shows("> ");
        type("\u001bOA");
        shows("//a");
        type("\u001bOA");
        // What differs is drawn, in pieces.
        shows("half a lin");
        type("\r");
        assertThat(next(came)).isEqualTo("half a line");
        // Between two prompts the terminal would take it for itself.
        shows("> ");
        type("\u0004");
        assertThat(next(ended)).isEqualTo("1000 ");
        shows("closed: the peer closed with 1000");
        shows("exit code 0");
        assertThat(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }

    @Test
    void commands() throws Exception {
        next(opened);
        type("/ping\r");
        shows("pong after ");
        shows(" ms");
        Path file = Files.write(folder.resolve("a file"), new byte[] {1, 2, 3});
        type("/binary " + file + "\r");
        assertThat(next(came)).isEqualTo("3 bytes");
        shows("sent 3 bytes");
        type("/binary " + folder + "\r");
        shows("is not a file");
        type("/binary " + folder + "/nothing\r");
        shows("no such file");
        type("/nope\r");
        shows("unknown command '/nope'");
        type("/help\r");
        shows("measure the time");
        type("/close 1005\r");
        shows("cannot be sent");
        type("/close 4001 good bye\r");
        assertThat(next(ended)).isEqualTo("4001 good bye");
        shows("exit code 0");
        assertThat(came).isEmpty();
    }

    @Test
    void nothingOfThePeerIsObeyed() throws Exception {
        WebSocket socket = next(opened);
        socket.send("\u001b]0;title\u0007\u001b[2J\n");
        shows("< \\u{1b}]0;title\\u{7}\\u{1b}[2J\\n");
        socket.send(new byte[] {0x1b, '[', '2', 'J'});
        shows("< binary, 4 bytes");
        shows("1b 5b 32 4a");
        socket.close(1000, "\u001b[31mred");
        shows("closed: the peer closed with 1000 '\\u{1b}[31mred'");
        shows("exit code 0");
    }

    @Test
    void thePeersEndEndsThePrompt() throws Exception {
        WebSocket socket = next(opened);
        type("not yet se");
        shows("not yet se");
        socket.close(1011, "broken");
        shows("gibbon connect: the peer closed with 1011 'broken'");
        shows("exit code 1");
    }

    @Test
    void aLostConnectionIsAFailure() throws Exception {
        next(opened).abort();
        shows("gibbon connect: the connection was lost");
        shows("exit code 1");
    }

    @Test
    void controlCDropsTheLineAndThenCloses() throws Exception {
        next(opened);
        type("not this");
        shows("not this");
        type("\u0003");
        shows("> ");
        type("this\r");
        assertThat(next(came)).isEqualTo("this");
        shows("> ");
        type("\u0003");
        assertThat(next(ended)).isEqualTo("1000 ");
        shows("exit code 0");
    }
}
