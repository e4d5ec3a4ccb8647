package dev.gibbon.benchmarks.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks a running JVM, by the tool of its own JDK. */
final class Jcmd {
    private static final int DEADLINE_SECONDS = 60;

    private final Children children;
    private final Path program;
    private final long pid;

    /** Of one process. */
    Jcmd(Children children, Jdk jdk, long pid) {
        this.children = children;
        this.program = jdk.program("jcmd");
        this.pid = pid;
    }

    /** Has all garbage collected. */
    void collectGarbage() throws IOException, InterruptedException {
        run("GC.run");
    }

    /** The live objects. */
    ClassHistogram histogram() throws IOException, InterruptedException {
        return ClassHistogram.parse(run("GC.class_histogram"));
    }

    private String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString(), Long.toString(pid)));
        command.addAll(Arrays.asList(words));
        Process process = children.start(new ProcessBuilder(command).redirectErrorStream(true));
        try {
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new ServerFailedException("jcmd failed: " + printed.strip());
            }
            return printed;
        } finally {
            children.end(process);
        }
    }
}
