package dev.gibbon.cli;

import dev.gibbon.CloseInfo;
import dev.gibbon.Message;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * A conversation with a person: a prompt with a history, kept below what comes. One thread reads the prompt, another one prints
 * messages above it. The person's end or the peer's ends it.
 */
final class InteractiveSession {
    private static final String PROMPT = "> ";
    private static final int MAX_FILE_BYTES = 256 << 20;

    /** The client's closeTimeout is 5 s. */
    private static final Duration CLOSING = Duration.ofSeconds(6);

    private final WebSocket socket;
    private final LineReader reader;
    /** The thread that reads lines. */
    private final Thread prompt = Thread.currentThread();

    private final Object lock = new Object();
    /** Guarded by the lock. */
    private boolean atPrompt;
    /** Guarded by the lock. */
    private boolean ended;

    private InteractiveSession(WebSocket socket, Terminal terminal) {
        this.socket = socket;
        // A line is what was typed: no quotes, no escapes, no "!" of the history.
        DefaultParser parser = new DefaultParser();
        parser.setQuoteChars(new char[0]);
        parser.setEscapeChars(new char[0]);
        this.reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(parser)
                .completer(new StringsCompleter("/binary", "/close", "/help", "/ping"))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
    }

    /** Talks at the process's terminal. */
    static void run(WebSocket socket, String url) throws CommandFailedException, IOException, InterruptedException {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).dumb(true).build()) {
            run(socket, url, terminal);
        } finally {
            socket.abort();
        }
    }

    /** Talks at a terminal until one side closes. */
    static void run(WebSocket socket, String url, Terminal terminal)
            throws CommandFailedException, InterruptedException {
        new InteractiveSession(socket, terminal).talk(url);
    }

    private void talk(String url) throws CommandFailedException, InterruptedException {
        print("connected to " + VisibleText.of(url)
                + socket.subprotocol()
                        .map(name -> ", subprotocol " + VisibleText.of(name))
                        .orElse("")
                + "; /help shows the commands");
        Thread receiver = new Thread(this::receive, "gibbon-receive");
        receiver.setDaemon(true);
        receiver.start();
        readLines();
        Optional<CloseInfo> end = socket.awaitClose(CLOSING);
        receiver.join(CLOSING.toMillis());
        CloseInfo info = end.orElse(null);
        if (info == null || !ShownEnd.isGood(info)) {
            throw new CommandFailedException(ShownEnd.inWords(info));
        }
        print("closed: " + ShownEnd.inWords(info));
    }

    private void readLines() {
        while (beginPrompt()) {
            String line;
            try {
                line = reader.readLine(PROMPT);
            } catch (UserInterruptException interrupted) {
                if (socket.closeInfo() == null && interrupted.getPartialLine().isEmpty()) {
                    socket.close(1000, "");
                    return;
                }
                continue;
            } catch (EndOfFileException end) {
                socket.close(1000, "");
                return;
            } finally {
                endPrompt();
            }
            try {
                if (!obey(SlashCommand.parse(line))) {
                    return;
                }
            } catch (WebSocketClosedException ended) {
                return;
            } catch (WebSocketException failure) {
                print("not sent: " + VisibleText.of(String.valueOf(failure.getMessage())));
            }
        }
    }

    /** False if the peer's end has come. */
    private boolean beginPrompt() {
        synchronized (lock) {
            atPrompt = !ended;
            return atPrompt;
        }
    }

    /** From here on nobody interrupts this thread. */
    private void endPrompt() {
        synchronized (lock) {
            atPrompt = false;
            Thread.interrupted();
        }
    }

    /** On the receiving thread: nothing comes any more, so nobody needs to type. */
    private void end() {
        synchronized (lock) {
            ended = true;
            if (atPrompt) {
                prompt.interrupt();
            }
        }
    }

    /** False when the conversation is over. */
    private boolean obey(SlashCommand command) {
        if (command instanceof SlashCommand.Text text) {
            // Enter alone sends nothing: it is too easily pressed.
            if (!text.text().isEmpty()) {
                socket.send(text.text());
            }
        } else if (command instanceof SlashCommand.Binary binary) {
            sendFile(binary.file());
        } else if (command instanceof SlashCommand.Ping) {
            socket.ping()
                    .thenAccept(time -> print(
                            String.format(Locale.ROOT, "pong after %.3f ms", (double) time.toNanos() / 1_000_000)));
        } else if (command instanceof SlashCommand.Close close) {
            socket.close(close.code(), close.reason());
            return false;
        } else if (command instanceof SlashCommand.Help) {
            print(SlashCommand.HELP);
        } else if (command instanceof SlashCommand.Wrong wrong) {
            print(wrong.why());
        }
        return true;
    }

    private void sendFile(String name) {
        try {
            Path file = Path.of(name);
            if (!Files.isRegularFile(file)) {
                print(VisibleText.quoted(name) + (Files.exists(file) ? " is not a file" : ": no such file"));
            } else if (Files.size(file) > MAX_FILE_BYTES) {
                print(VisibleText.quoted(name) + " is longer than 256 MiB");
            } else {
                byte[] bytes = Files.readAllBytes(file);
                socket.send(bytes);
                print("sent " + bytes.length + (bytes.length == 1 ? " byte" : " bytes"));
            }
        } catch (NoSuchFileException missing) {
            print(VisibleText.quoted(name) + ": no such file");
        } catch (IOException | InvalidPathException failure) {
            print(VisibleText.quoted(name) + ": " + VisibleText.of(String.valueOf(failure.getMessage())));
        }
    }

    // ---- the receiving thread

    private void receive() {
        try {
            for (Message message : socket) {
                List<String> lines = ShownMessage.lines(message);
                if (message.isText()) {
                    print("< " + lines.get(0));
                } else {
                    print("< binary, " + message.size() + (message.size() == 1 ? " byte" : " bytes") + "\n  "
                            + String.join("\n  ", lines));
                }
            }
        } finally {
            end();
        }
    }

    /** Above the prompt, whatever of a line is typed there already. */
    private void print(String text) {
        reader.printAbove(text);
    }
}
