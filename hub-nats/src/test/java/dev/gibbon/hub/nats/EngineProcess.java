package dev.gibbon.hub.nats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A NATS server of the system with JetStream, on a port of its own that it keeps when it is started again, with its data in a temporary
 * folder. Stopping is SIGTERM, killing SIGKILL. It ends with the JVM at the latest. One thread at a time.
 */
final class EngineProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 15;

    private final Path folder;
    private final int port;
    private final String options;
    private final Thread hook = new Thread(this::kill);
    private Process process;

    /**
     * Starts it.
     *
     * @param options further lines of the configuration's block {@code jetstream}
     */
    EngineProcess(String options) {
        this.options = options;
        try {
            folder = Files.createTempDirectory("gibbon-nats");
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(hook);
        start();
    }

    EngineProcess() {
        this("");
    }

    String uri() {
        return "nats://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    /** Starts it on the same port and data, and returns when it takes connections. */
    void start() {
        try {
            Path configuration = folder.resolve("nats.conf");
            Files.writeString(configuration, """
                    listen: "127.0.0.1:%d"
                    jetstream {
                      store_dir: "%s"
                      max_file_store: 1GB
                      max_memory_store: 64MB
                      %s
                    }
                    """.formatted(port, folder.resolve("data"), options));
            process = new ProcessBuilder(program(), "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
            awaitPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end, and waits for that. */
    void stop() {
        process.destroy();
        awaitEnd();
    }

    /** Ends it with SIGKILL. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Copies the data; only while it does not run. */
    void save(String name) {
        copy(folder.resolve("data"), folder.resolve(name));
    }

    /** Puts older data in the place of the present; only while it does not run. */
    void restore(String name) {
        delete(folder.resolve("data"));
        copy(folder.resolve(name), folder.resolve("data"));
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(hook);
        delete(folder);
    }

    private static String program() {
        return Stream.of("/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse("nats-server");
    }

    private void awaitPort() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("nats-server does not start: " + Files.readString(folder.resolve("log")), e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nats-server does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path root) {
        try (Stream<Path> paths = Files.walk(root)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
