package dev.gibbon.benchmarks.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A contender that runs, until its standard input ends. */
final class ContenderProcess implements AutoCloseable {
    private static final String READY = "listening ";
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final BufferedReader out;
    private final Path errors;
    private final int port;

    private ContenderProcess(Process process, Path errors) throws Exception {
        this.process = process;
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.errors = errors;
        String line = CompletableFuture.supplyAsync(this::line).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!line.startsWith(READY)) {
            process.destroyForcibly();
            throw new IllegalStateException("it says \"" + line + "\", and: " + Files.readString(errors));
        }
        port = Integer.parseInt(line.substring(READY.length()));
    }

    static ContenderProcess start(List<String> command) throws Exception {
        Path errors = Files.createTempFile("contender", ".txt");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try {
            return new ContenderProcess(process, errors);
        } catch (Exception | Error fault) {
            process.destroyForcibly();
            Files.delete(errors);
            throw fault;
        }
    }

    private String line() {
        try {
            return String.valueOf(out.readLine());
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    int port() {
        return port;
    }

    /** Ends its standard input, and says all it wrote beside the first line, and how it ended. */
    String end() throws Exception {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            return "it goes on";
        }
        StringBuilder said = new StringBuilder();
        out.lines().forEach(line -> said.append(line).append('\n'));
        return said + Files.readString(errors) + (process.exitValue() == 0 ? "" : "exit code " + process.exitValue());
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(errors);
    }
}
