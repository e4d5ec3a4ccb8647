package dev.gibbon.benchmarks.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gibbon.benchmarks.load.Json;
import dev.gibbon.benchmarks.load.Order;
import dev.gibbon.benchmarks.load.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The load generator in a process of its own, which stays warm from one order to the next. When it dies the order fails, and
 * the next one starts another. For one thread.
 */
final class GeneratorProcess implements Load {
    /** What a generator may take beyond the times of its order: opening 10,000 connections to a slow server. */
    private static final int GRACE_SECONDS = 90;

    private static final JsonMapper JSON = new JsonMapper();

    private final Children children;
    private final List<String> command;
    private @Nullable Process process;
    private @Nullable Path errors;
    private BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    /** A generator that the first order starts. */
    GeneratorProcess(Children children, List<String> command) {
        this.children = children;
        this.command = List.copyOf(command);
    }

    /** Its command. */
    static List<String> command(List<String> inFront, Jdk jdk, String classPath) {
        List<String> words = new ArrayList<>(inFront);
        words.add(jdk.program("java").toString());
        words.addAll(JvmOptions.GENERATOR);
        words.addAll(List.of("-cp", classPath, "dev.gibbon.benchmarks.load.LoadMain"));
        return words;
    }

    @Override
    public Result run(Order order, Holding holding) throws IOException, InterruptedException {
        Process running = running();
        try {
            say(running, Json.write(order));
            long patience = (long) (order.warmup() + order.seconds() + order.patience()) + GRACE_SECONDS;
            while (true) {
                String line = next(running, patience);
                JsonNode event = event(line);
                switch (event.path("event").asText()) {
                    case "result" -> {
                        return Json.result(line);
                    }
                    case "refused" ->
                        throw new ServerFailedException("the load generator refused: "
                                + event.path("reason").asText());
                    case "holding" -> {
                        holding.look();
                        say(running, "{\"command\":\"release\"}");
                    }
                    default -> {
                        // The edges of the window, which it meters itself.
                    }
                }
            }
        } catch (ServerFailedException failure) {
            close();
            throw failure;
        }
    }

    private Process running() throws IOException {
        Process running = process;
        if (running == null || !running.isAlive()) {
            errors = children.log("generator");
            running = children.start(new ProcessBuilder(command).redirectError(errors.toFile()));
            process = running;
            // A queue of its own, so that nothing of an earlier process is taken for an answer.
            BlockingQueue<Optional<String>> queue = new LinkedBlockingQueue<>();
            lines = queue;
            BufferedReader output = running.inputReader(StandardCharsets.UTF_8);
            Thread reader = new Thread(() -> read(output, queue), "output of the load generator");
            reader.setDaemon(true);
            reader.start();
        }
        return running;
    }

    private static void read(BufferedReader output, BlockingQueue<Optional<String>> queue) {
        try (output) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                queue.add(Optional.of(line));
            }
        } catch (IOException broken) {
            // As good as the end.
        } finally {
            queue.add(Optional.empty());
        }
    }

    private static void say(Process process, String line) throws IOException {
        try {
            Writer input = process.outputWriter(StandardCharsets.UTF_8);
            input.write(line + "\n");
            input.flush();
        } catch (IOException broken) {
            throw new ServerFailedException("the load generator takes no orders");
        }
    }

    private String next(Process running, long seconds) throws IOException, InterruptedException {
        Optional<String> line = lines.poll(seconds, TimeUnit.SECONDS);
        if (line == null) {
            throw new ServerFailedException("the load generator said nothing for " + seconds + " s");
        }
        if (line.isEmpty()) {
            boolean ended = running.waitFor(1, TimeUnit.SECONDS);
            throw new ServerFailedException(
                    "the load generator ended" + (ended ? " with exit code " + running.exitValue() : "") + said());
        }
        return line.get();
    }

    private static JsonNode event(String line) throws IOException {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException garbage) {
            throw new ServerFailedException("the load generator said what is no JSON: " + line);
        }
    }

    private String said() {
        Path file = errors;
        try {
            String text = file == null
                    ? ""
                    : Files.readString(file, StandardCharsets.UTF_8).strip();
            return text.isEmpty()
                    ? ""
                    : ", saying \"" + text.lines().findFirst().orElse("") + "\"";
        } catch (IOException unreadable) {
            return "";
        }
    }

    @Override
    public void close() {
        Process running = process;
        if (running != null) {
            children.end(running);
            process = null;
        }
    }
}
