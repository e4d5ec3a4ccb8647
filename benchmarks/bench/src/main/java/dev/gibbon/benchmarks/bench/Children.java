package dev.gibbon.benchmarks.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Everything that was started, so that nothing outlives the run: at its end, and when the JVM is told to stop. What the
 * processes say on standard error goes to files in a folder that vanishes with them. Safe from any thread.
 */
final class Children implements AutoCloseable {
    /** How long a process that has been asked may take to end before it is made to. */
    private static final int PATIENCE_SECONDS = 3;

    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();
    private final Path folder;
    private final Thread hook = new Thread(this::endAll, "end of children");
    private volatile boolean ending;

    /** Makes the folder, and sees to the end of the JVM. */
    Children() throws IOException {
        folder = Files.createTempDirectory("gibbon-bench-");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** A file for what a process says. */
    Path log(String name) {
        return folder.resolve(number.incrementAndGet() + "-" + name.replaceAll("[^A-Za-z0-9.-]", "_"));
    }

    /** Starts a process; its input and output are pipes unless the builder says otherwise. */
    Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        running.add(process);
        if (ending) {
            // The JVM began to stop in between, and its list of victims may be closed already.
            process.destroyForcibly();
            throw new IOException("interrupted");
        }
        return process;
    }

    /** Ends a process: by the end of its input, then by a signal, then by force. */
    void end(Process process) {
        closeInput(process);
        try {
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroy();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
                }
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        running.remove(process);
    }

    /** How many run. */
    int running() {
        return (int) running.stream().filter(Process::isAlive).count();
    }

    @Override
    public void close() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // Then the hook is at work, too; both may.
        }
    }

    private void endAll() {
        ending = true;
        // All are asked before the first is waited for.
        for (Process process : running) {
            closeInput(process);
            process.destroy();
        }
        for (Process process : running) {
            end(process);
        }
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException gone) {
            // The system's folder for such files is swept by others, too.
        }
    }

    private static void closeInput(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException broken) {
            // It is not listening any more.
        }
    }
}
