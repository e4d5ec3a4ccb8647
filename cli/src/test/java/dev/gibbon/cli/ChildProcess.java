package dev.gibbon.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The command line in a JVM of its own, with this test's class path. Both outputs are collected line by line; every wait has a
 * deadline. For one thread; closing it ends the process.
 */
final class ChildProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String END = "\0end";

    private final Process process;
    private final Lines out;
    private final Lines err;

    private ChildProcess(Process process) {
        this.process = process;
        this.out = new Lines(process.getInputStream());
        this.err = new Lines(process.getErrorStream());
    }

    /** Starts {@code gibbon} with these arguments. */
    static ChildProcess gibbon(String... arguments) throws IOException {
        return gibbon(List.of(), arguments);
    }

    /** Starts {@code gibbon} with options for the JVM. */
    static ChildProcess gibbon(List<String> jvm, String... arguments) throws IOException {
        return new ChildProcess(new ProcessBuilder(command(jvm, arguments)).start());
    }

    /** The command that starts {@code gibbon} with options for the JVM. */
    static List<String> command(List<String> jvm, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (ignoresInterrupt()) {
            // A shell that runs the tests in the background has SIGINT ignored, and children inherit that.
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 22) {
            // As the script does.
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(jvm);
        command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path")));
        command.add(Gibbon.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean ignoresInterrupt() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0;
            }
        }
        return false;
    }

    /** The next line of standard output, or null at its end. */
    @Nullable
    String line() throws InterruptedException {
        return out.next();
    }

    /** The lines that are left of standard output, up to its end. */
    List<String> restOfOutput() throws InterruptedException {
        return out.rest();
    }

    /** The lines of standard error, up to its end. */
    List<String> errors() throws InterruptedException {
        return err.rest();
    }

    /**
     * The lines of standard error that tell of something that went wrong. The log of a busy machine may have warnings beside
     * them, such as of a slow event loop.
     */
    List<String> failures() throws InterruptedException {
        return errors().stream()
                .filter(line -> line.startsWith("gibbon") || line.startsWith("SEVERE") || line.contains("Exception"))
                .toList();
    }

    /** What the process reads. */
    OutputStream input() {
        return process.getOutputStream();
    }

    /** Lets nobody read standard output any more. */
    void closeOutput() throws IOException {
        process.getInputStream().close();
    }

    /** Sends a signal: TERM, INT, HUP. */
    void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + name + " ended with " + code);
        }
    }

    /** Waits for the end and returns the exit code. */
    int exitCode() throws InterruptedException {
        return exitCode(PATIENCE);
    }

    /** Waits for the end, at most this long, and returns the exit code. */
    int exitCode(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the process has not ended within " + patience);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** A stream's lines, read by a thread that ends with the stream. */
    private static final class Lines {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Lines(InputStream in) {
            Thread reader = new Thread(() -> read(in), "child-output");
            reader.setDaemon(true);
            reader.start();
        }

        private void read(InputStream in) {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                String line = reader.readLine();
                while (line != null) {
                    lines.add(line);
                    line = reader.readLine();
                }
            } catch (IOException closed) {
                // The process was destroyed; what it said so far is there.
            }
            lines.add(END);
        }

        @Nullable
        String next() throws InterruptedException {
            String line = lines.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw new AssertionError("no line within " + PATIENCE);
            }
            return line.equals(END) ? null : line;
        }

        List<String> rest() throws InterruptedException {
            List<String> rest = new ArrayList<>();
            String line = next();
            while (line != null) {
                rest.add(line);
                line = next();
            }
            return rest;
        }
    }
}
