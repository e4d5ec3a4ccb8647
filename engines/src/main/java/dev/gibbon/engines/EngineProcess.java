package dev.gibbon.engines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An engine that runs as a process of its own on a loopback port, with its data in a temporary folder. It can be stopped in order,
 * killed, held still, and started again on the same port with the data it left. It never outlives {@link #close} nor an orderly
 * end of this JVM, and it ends no process but its own. Not for several threads at once.
 */
public final class EngineProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /**
     * Ports are taken from below the range that systems give to outgoing connections: a client that tries again and again to reach a port
     * of that range where nobody listens may at last be connected to itself.
     */
    private static final int LOWEST_PORT = 20_000;

    private static final int HIGHEST_PORT = 32_000;

    private final String name;
    private final Program program;
    private final Path folder;
    private final Path data;
    private final Path log;
    private final Thread atExit = new Thread(this::destroy, "engine-at-exit");
    private int port;
    private @Nullable Process process;

    private EngineProcess(String name, Program program) throws IOException {
        this.name = name;
        this.program = program;
        folder = Files.createTempDirectory("gibbon-" + name + "-");
        data = Files.createDirectory(folder.resolve("data"));
        log = folder.resolve("log");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** How an engine is started, and how one sees that it serves. */
    public interface Program {
        /**
         * The command.
         *
         * @param port the loopback port it is to listen on
         * @param data the folder for its data, which exists
         */
        List<String> command(int port, Path data);

        /** Whether it answers now; asked again and again. An exception is a no. */
        boolean answers(int port) throws IOException;
    }

    /** Starts an engine on a free port, and returns once it answers; throws with its log when it does not within 20 s. */
    public static EngineProcess start(String name, Program program) {
        try {
            var engine = new EngineProcess(name, program);
            for (int attempt = 1; ; attempt++) {
                engine.port = freePort();
                try {
                    engine.start();
                    return engine;
                } catch (IllegalStateException e) {
                    // Somebody else may have taken the port meanwhile.
                    if (attempt == 3) {
                        engine.close();
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + name, e);
        }
    }

    /** The loopback port, the same after every start. */
    public int port() {
        return port;
    }

    /** The folder with its data. */
    public Path data() {
        return data;
    }

    /** Whether the process is there, even if held still. */
    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** Starts it again on the same port with the data it left, and returns once it answers. */
    public void start() {
        if (isRunning()) {
            throw new IllegalStateException(name + " runs");
        }
        try {
            process = new ProcessBuilder(program.command(port, data))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + name, e);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (!isRunning() || System.nanoTime() > deadline) {
                destroy();
                throw new IllegalStateException(name + " did not start:\n" + log());
            }
            pause();
        }
    }

    /** Asks it to end (SIGTERM) and waits until it has. */
    public void stop() {
        Process running = running();
        running.destroy();
        awaitEnd(running);
    }

    /** Ends it at once (SIGKILL). */
    public void kill() {
        Process running = running();
        running.destroyForcibly();
        awaitEnd(running);
    }

    /** Holds it still (SIGSTOP): its connections stay open, and nothing answers. */
    public void suspend() {
        signal("STOP");
    }

    /** Lets it go on after {@link #suspend}. */
    public void resume() {
        signal("CONT");
    }

    /** Copies the data that is in its folder now. The caller sees to it that the engine has written it. */
    public Snapshot snapshot() {
        Path copy = folder.resolve("snapshot-" + System.nanoTime());
        Folders.copy(data, copy);
        return new Snapshot(copy);
    }

    /** Replaces the data by that of a snapshot; the engine must not run. */
    public void restore(Snapshot snapshot) {
        if (isRunning()) {
            throw new IllegalStateException(name + " runs; stop it first");
        }
        Folders.delete(data);
        Folders.copy(snapshot.folder, data);
    }

    /** Everything the engine has said since it was first started. */
    public String log() {
        try {
            return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it if it runs, and deletes its folder. */
    @Override
    public void close() {
        destroy();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM is ending, and the hook with it.
        }
        Folders.delete(folder);
    }

    /** The data at one moment; see {@link #snapshot}. */
    public static final class Snapshot {
        private final Path folder;

        private Snapshot(Path folder) {
            this.folder = folder;
        }
    }

    private boolean answers() {
        try {
            return program.answers(port);
        } catch (IOException e) {
            return false;
        }
    }

    private Process running() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException(name + " does not run:\n" + log());
        }
        return running;
    }

    private void destroy() {
        Process running = process;
        if (running != null && running.isAlive()) {
            running.destroyForcibly();
            awaitEnd(running);
        }
    }

    private void awaitEnd(Process running) {
        try {
            if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " did not end:\n" + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " was ending", e);
        }
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder(
                            "kill", "-" + signal, Long.toString(running().pid()))
                    .start();
            awaitEnd(kill);
        } catch (IOException e) {
            throw new UncheckedIOException("could not send " + signal + " to " + name, e);
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            destroy();
            throw new IllegalStateException("interrupted while " + name + " was starting", e);
        }
    }

    private static int freePort() throws IOException {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) {
                // Taken: the next one.
            }
        }
        throw new IOException("no free port between " + LOWEST_PORT + " and " + HIGHEST_PORT);
    }
}
