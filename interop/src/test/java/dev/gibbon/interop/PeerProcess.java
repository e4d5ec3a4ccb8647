package dev.gibbon.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A peer in a process of its own, which reads lines and writes lines. Closing it ends the process: by the end of its input, and
 * if that does not do, by force. For one thread.
 */
final class PeerProcess implements AutoCloseable {
    private static final int GRACE_SECONDS = 2;
    private static final int MAX_COMPLAINTS = 50;

    private final Process process;
    private final Writer input;
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    private PeerProcess(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts a process.
     *
     * @param onLine gets each line of standard output, on a thread of its own
     */
    static PeerProcess start(List<String> command, Consumer<String> onLine) throws IOException {
        var peer = new PeerProcess(new ProcessBuilder(command).start());
        peer.follow(peer.process.getInputStream(), onLine);
        peer.follow(peer.process.getErrorStream(), peer::complain);
        return peer;
    }

    private void complain(String line) {
        if (complaints.size() < MAX_COMPLAINTS) {
            complaints.add(line);
        }
    }

    private void follow(InputStream stream, Consumer<String> onLine) {
        var thread = new Thread(() -> read(stream, onLine), "peer-output");
        thread.setDaemon(true);
        thread.start();
    }

    private static void read(InputStream stream, Consumer<String> onLine) {
        try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            lines.lines().forEach(onLine);
        } catch (IOException | UncheckedIOException ended) {
            // The process was ended; what it said so far is told.
        }
    }

    /** Has the process read a line. */
    void write(String line) throws IOException {
        input.write(line);
        input.write('\n');
        input.flush();
    }

    /** What it has said on standard error, for the message of a failure. */
    String complaints() {
        return process + " said: " + String.join("\n", complaints);
    }

    @Override
    public void close() {
        try {
            input.close();
            if (process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException gone) {
            // It does not read any more.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    /** The number in a line such as {@code listening 12345}. */
    static int port(String line) {
        Matcher matcher = Pattern.compile("listening (\\d+)").matcher(line);
        if (!matcher.matches()) {
            throw new AssertionError("expected the port, found: " + line);
        }
        return Integer.parseInt(matcher.group(1));
    }
}
