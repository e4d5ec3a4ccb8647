package dev.gibbon.benchmarks.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The generator as a process that stays warm between runs. It reads orders from standard input, one JSON object a line, and
 * writes events to standard output, one a line: {@code window} and {@code end} at the edges of the window, {@code holding} when
 * idle connections are all open, and last of a run {@code result}, or {@code refused} with a {@code reason} for an order that
 * makes no sense. The line <code>{"command":"release"}</code> lets idle connections go. The end of standard input ends the
 * process, also in the midst of a run, so that nobody is loaded for an owner that has died.
 */
public final class LoadMain {

    private final BlockingQueue<Optional<String>> orders = new LinkedBlockingQueue<>();
    private final PrintStream out;
    private volatile boolean released;
    private volatile boolean ended;

    private LoadMain(PrintStream out) {
        this.out = out;
    }

    /**
     * Runs until standard input ends.
     *
     * @param args none
     * @throws InterruptedException if the thread is interrupted while it waits for an order
     */
    public static void main(String[] args) throws InterruptedException {
        serve(System.in, new PrintStream(System.out, true, StandardCharsets.UTF_8));
    }

    static void serve(InputStream in, PrintStream out) throws InterruptedException {
        LoadMain main = new LoadMain(out);
        Thread reader = new Thread(() -> main.read(in), "orders");
        reader.setDaemon(true);
        reader.start();
        main.work();
    }

    private void read(InputStream in) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (isRelease(line)) {
                    released = true;
                } else if (!line.isBlank()) {
                    orders.add(Optional.of(line));
                }
            }
        } catch (IOException e) {
            // Standard input is as good as at its end.
        } finally {
            ended = true;
            orders.add(Optional.empty());
        }
    }

    private static boolean isRelease(String line) {
        try {
            JsonNode node = Json.tree(line);
            return "release".equals(node.path("command").textValue());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void work() throws InterruptedException {
        for (Optional<String> line = orders.take(); line.isPresent(); line = orders.take()) {
            released = false;
            say(answer(line.get()));
        }
    }

    private String answer(String line) {
        try {
            return Json.event("result", Generator.run(Json.order(line), new Events()));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return Json.refusal(String.valueOf(e.getMessage()));
        }
    }

    private void say(String line) {
        // Not println: whoever reads splits at the same byte on every system.
        out.print(line + '\n');
        out.flush();
    }

    private final class Events implements Watcher {
        @Override
        public void windowBegins() {
            say(Json.event("window"));
        }

        @Override
        public void windowEnds() {
            say(Json.event("end"));
        }

        @Override
        public void holding() {
            say(Json.event("holding"));
        }

        @Override
        public boolean released() {
            return released;
        }

        @Override
        public boolean cancelled() {
            return ended;
        }
    }
}
