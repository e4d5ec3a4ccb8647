package dev.gibbon.benchmarks.bench;

import dev.gibbon.benchmarks.bench.Entrant.Launch;
import dev.gibbon.benchmarks.bench.Entrant.Purpose;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One running server. A contender says {@code listening PORT}; a program is ready when it accepts a connection on the port
 * that it was given. For one thread.
 */
final class ServerProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening ([0-9]{1,5})");
    private static final int SHOWN_CHARACTERS = 300;
    private static final int BETWEEN_TRIES_MILLIS = 50;

    private final Children children;
    private final String label;
    private final Process process;
    private final Path errors;
    private int port;

    private ServerProcess(Children children, String label, Process process, Path errors) {
        this.children = children;
        this.label = label;
        this.process = process;
        this.errors = errors;
    }

    /**
     * Starts a server and waits until it is ready.
     *
     * @param inFront words in front of its command
     * @param loops event loops it is asked for
     * @param deadline how long it may take
     * @throws ServerFailedException if it does not get ready
     */
    static ServerProcess start(
            Children children, Entrant entrant, Purpose purpose, List<String> inFront, int loops, Duration deadline)
            throws IOException, InterruptedException {
        int port = entrant.launch() instanceof Launch.Program ? freePort() : 0;
        List<String> command = new ArrayList<>(inFront);
        command.addAll(command(entrant.launch(), purpose, loops, port));
        Path errors = children.log(entrant.label());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        if (entrant.launch() instanceof Launch.Program) {
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        ServerProcess server = new ServerProcess(children, entrant.label(), children.start(builder), errors);
        try {
            server.port = port == 0 ? server.toldPort(deadline) : server.opened(port, deadline);
            return server;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    /** The command of a server, without what stands in front. */
    static List<String> command(Launch launch, Purpose purpose, int loops, int port) {
        if (launch instanceof Launch.Program program) {
            // A shell splits the words as the one who wrote them expects, and becomes the program, whose process id is
            // then
            // known. A JVM raises its limit of open files by itself; programs may not.
            String words = program.command().replace("{port}", Integer.toString(port));
            return List.of("sh", "-c", "ulimit -n $(ulimit -Hn) 2>/dev/null; exec " + words);
        }
        Launch.Contender contender = (Launch.Contender) launch;
        List<String> words = new ArrayList<>(List.of(contender.java().toString()));
        words.addAll(purpose == Purpose.MEMORY ? JvmOptions.MEMORY : JvmOptions.LOAD);
        words.addAll(contender.options());
        words.addAll(List.of("-cp", contender.folder().resolve("*").toString()));
        words.addAll(List.of("dev.gibbon.benchmarks.contender.Main", contender.name()));
        words.addAll(List.of("--port", "0", "--loops", Integer.toString(loops)));
        if (purpose == Purpose.DEFLATE) {
            words.add("--deflate");
        }
        if (contender.variant() != null) {
            words.addAll(List.of("--variant", contender.variant()));
        }
        return words;
    }

    /** Where it listens, on the loopback address. */
    int port() {
        return port;
    }

    /** The process whose time and memory count. */
    long pid() {
        return process.pid();
    }

    /** Whether it has not ended. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** What became of it, for somebody who just found it silent; null while it lives. */
    @Nullable
    String fate() throws InterruptedException {
        // Its sockets are closed a moment before the process is gone.
        boolean ended = process.waitFor(500, TimeUnit.MILLISECONDS);
        return ended ? "ended with exit code " + process.exitValue() + said() : null;
    }

    @Override
    public void close() {
        children.end(process);
    }

    private int toldPort(Duration deadline) throws IOException, InterruptedException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        CompletableFuture<@Nullable String> line = new CompletableFuture<>();
        Thread reader = new Thread(() -> drain(output, line), "output of " + label);
        reader.setDaemon(true);
        reader.start();
        String told;
        try {
            told = line.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw failure("was not ready within " + deadline.toSeconds() + " s" + said());
        } catch (ExecutionException broken) {
            throw failure("could not be read: " + broken.getCause());
        }
        if (told == null) {
            String fate = fate();
            throw failure(
                    fate == null ? "closed its output before it was ready" + said() : fate + ", before it was ready");
        }
        Matcher matcher = LISTENING.matcher(told.strip());
        if (!matcher.matches()) {
            throw failure("said \"" + shortened(told) + "\" instead of \"listening PORT\"");
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** Hands over the first line and lets the rest go by, so that the process never waits for a reader. */
    private static void drain(BufferedReader output, CompletableFuture<@Nullable String> first) {
        try (output) {
            String line = output.readLine();
            first.complete(line);
            while (line != null) {
                line = output.readLine();
            }
        } catch (IOException broken) {
            first.completeExceptionally(broken);
        }
    }

    private int opened(int wanted, Duration deadline) throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted);
        while (true) {
            try (Socket probe = new Socket()) {
                probe.connect(address, BETWEEN_TRIES_MILLIS * 10);
                return wanted;
            } catch (IOException notYet) {
                if (process.waitFor(BETWEEN_TRIES_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw failure("ended with exit code " + process.exitValue() + said() + ", before it was ready");
                }
                if (System.nanoTime() > end) {
                    throw failure("accepted no connection on port " + wanted + " within " + deadline.toSeconds() + " s"
                            + said());
                }
            }
        }
    }

    /** A port that was free a moment ago. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The end of what it wrote on standard error, with a comma before it; empty if nothing. */
    private String said() {
        try {
            String text = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8).strip();
            if (text.isEmpty()) {
                return "";
            }
            // The first line of a stack trace says more than its last.
            return ", saying \"" + shortened(text.lines().findFirst().orElse("")) + "\"";
        } catch (IOException gone) {
            return "";
        }
    }

    private static String shortened(String text) {
        String visible = text.replaceAll("\\p{Cntrl}+", " ");
        return visible.length() <= SHOWN_CHARACTERS ? visible : visible.substring(0, SHOWN_CHARACTERS) + " ...";
    }

    private ServerFailedException failure(String what) {
        return new ServerFailedException(label + " " + what);
    }
}
