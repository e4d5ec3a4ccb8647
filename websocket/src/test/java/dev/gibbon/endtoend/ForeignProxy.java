package dev.gibbon.endtoend;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.gibbon.testkit.Ports;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A proxy of the system, nginx or HAProxy, in the foreground on a free port, with a folder of its own. It is looked up on the path;
 * where it is missing the test is skipped, or fails if the environment has {@value #REQUIRED}.
 */
final class ForeignProxy implements AutoCloseable {
    private static final String REQUIRED = "GIBBON_REQUIRE_PEERS";
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** Another process may take a free port before the proxy does. */
    private static final int MOST_TRIES = 5;

    private final Process process;
    private final int port;
    private final Path folder;

    private ForeignProxy(Process process, int port, Path folder) {
        this.process = process;
        this.port = port;
        this.folder = folder;
    }

    /** Starts nginx with what belongs into its {@code http} block, for a port. */
    static ForeignProxy nginx(Function<Integer, String> servers) throws IOException {
        String program = program("nginx", "nginx");
        return start(folder -> List.of(program, "-p", folder.toString(), "-e", "stderr", "-c", "conf"), port ->
                """
                daemon off;
                master_process off;
                pid pid;
                error_log stderr warn;
                events {}
                http {
                    access_log off;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                %s
                }
                """.formatted(servers.apply(port)));
    }

    /** Starts HAProxy with a configuration for a port. */
    static ForeignProxy haproxy(Function<Integer, String> configuration) throws IOException {
        String program = program("haproxy", "haproxy");
        return start(
                folder -> List.of(program, "-db", "-f", folder.resolve("conf").toString()), configuration);
    }

    private static String program(String name, String debianPackage) {
        // Debian keeps servers where only root's path leads.
        Stream<String> folders =
                Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"));
        File found = folders.map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .findFirst()
                .orElse(null);
        if (found == null) {
            String why =
                    name + " WAS NOT TESTED: it is not on the path (Debian: apt-get install " + debianPackage + ")";
            if (System.getenv(REQUIRED) != null) {
                fail(why);
            }
            System.err.println(why);
            return abort(why);
        }
        return found.getPath();
    }

    private static ForeignProxy start(Function<Path, List<String>> command, Function<Integer, String> configuration)
            throws IOException {
        String told = "";
        for (int i = 0; i < MOST_TRIES; i++) {
            Path folder = Files.createTempDirectory("gibbon-proxy");
            int port = Ports.free();
            Files.writeString(folder.resolve("conf"), configuration.apply(port));
            Path output = folder.resolve("output");
            Process process = new ProcessBuilder(command.apply(folder))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            ForeignProxy proxy = new ForeignProxy(process, port, folder);
            if (proxy.accepts()) {
                return proxy;
            }
            told = Files.readString(output, StandardCharsets.UTF_8);
            proxy.close();
        }
        throw new IOException("the proxy did not start; it said: " + told);
    }

    private boolean accepts() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() - deadline < 0) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return true;
            } catch (IOException e) {
                LockSupport.parkNanos(10_000_000);
            }
        }
        return false;
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** The only block of a language in the page about proxies. */
    static String snippet(String language) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "behind-a-proxy.md"));
        String begin = "\n```" + language + "\n";
        int start = page.indexOf(begin);
        int end = page.indexOf("\n```\n", start + begin.length());
        if (start < 0 || end < 0 || page.indexOf(begin, end) >= 0) {
            throw new AssertionError("expected one block of " + language + " in docs/behind-a-proxy.md");
        }
        return page.substring(start + begin.length(), end + 1);
    }

    /** Replaces all places of a text that must be there. */
    static String replace(String text, String place, String replacement) {
        if (!text.contains(place)) {
            throw new AssertionError("the configuration has no \"" + place + "\" any more:\n" + text);
        }
        return text.replace(place, replacement);
    }
}
