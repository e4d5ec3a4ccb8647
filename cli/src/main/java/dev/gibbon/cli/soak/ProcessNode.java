package dev.gibbon.cli.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A node in a JVM of its own, with the class path of this one; it ends when this process does, however that ends. */
final class ProcessNode implements Node {
    private static final int PATIENCE_SECONDS = 60;

    private final String name;
    private final int port;
    private final List<String> arguments;
    private final Path log;
    private @Nullable Process process;

    /**
     * Describes a node.
     *
     * @param engine where the engine is
     * @param nodes the addresses of all nodes, itself included
     * @param folder for its log
     */
    ProcessNode(String name, int port, URI engine, List<URI> nodes, Path folder) {
        this.name = name;
        this.port = port;
        log = folder.resolve("node-" + name + ".log");
        arguments = new ArrayList<>(List.of(name, Integer.toString(port), engine.toString()));
        nodes.forEach(node -> arguments.add(node.toString()));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public URI uri() {
        return NodeServer.uri(port);
    }

    @Override
    public void start() throws SoakFailedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        // Some nodes share a machine with all the clients.
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NodeMain.class.getName()));
        command.addAll(arguments);
        try {
            Process started = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process = started;
            awaitReady(started);
        } catch (IOException e) {
            throw new SoakFailedException("node " + name + " cannot be started: " + e.getMessage(), e);
        }
    }

    private void awaitReady(Process started) throws SoakFailedException {
        CompletableFuture<@Nullable String> line = new CompletableFuture<>();
        var reader = new Thread(() -> read(started, line), "soak-node-" + name);
        reader.setDaemon(true);
        reader.start();
        try {
            if (!NodeMain.READY.equals(line.get(PATIENCE_SECONDS, TimeUnit.SECONDS))) {
                throw new SoakFailedException("node " + name + " has not started:\n" + log());
            }
        } catch (ExecutionException | TimeoutException e) {
            kill();
            throw new SoakFailedException("node " + name + " has not started:\n" + log(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
            throw new SoakFailedException("interrupted while node " + name + " was starting", e);
        }
    }

    private static void read(Process started, CompletableFuture<@Nullable String> line) {
        try (var out = new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            line.complete(out.readLine());
        } catch (IOException e) {
            line.completeExceptionally(e);
        }
    }

    @Override
    public void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroyForcibly();
        try {
            if (!running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("node " + name + " does not end, not even by SIGKILL");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.ofNullable(process).filter(Process::isAlive).map(Process::toHandle);
    }

    @Override
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
