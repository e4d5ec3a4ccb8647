package dev.gibbon.benchmarks.bench;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what connections at rest take: the resident memory of a process before they are opened and while they are held, each
 * time behind a collection of garbage; of JVMs the live objects by class as well.
 */
final class MemoryMeter {
    /** How long connections are held at most, while the JVM is asked. */
    static final int MOST_SECONDS = 120;

    private static final int KEPT_CLASSES = 40;

    private final Children children;
    private final Proc proc;

    /** A meter. */
    MemoryMeter(Children children, Proc proc) {
        this.children = children;
        this.proc = proc;
    }

    /** Opens connections and has them looked at. */
    @FunctionalInterface
    interface Opening {
        /** Returns what the generator said when all are closed again. */
        Figures hold(Load.Holding look) throws IOException, InterruptedException;
    }

    /**
     * Measures once.
     *
     * @return what they took, and what the generator said
     */
    Reading measure(Entrant entrant, long pid, int connections, Opening opening)
            throws IOException, InterruptedException {
        Jcmd jcmd = entrant.jdk() == null ? null : new Jcmd(children, entrant.jdk(), pid);
        // The JVM needs memory of its own for a histogram: before the first reading, and after the second one.
        ClassHistogram was = jcmd == null ? null : jcmd.histogram();
        long residentBefore = resident(jcmd, pid);
        State[] with = new State[1];
        Figures figures = opening.hold(() -> {
            long resident = resident(jcmd, pid);
            with[0] = new State(resident, jcmd == null ? null : jcmd.histogram());
        });
        State held = with[0];
        if (held == null) {
            return new Reading(figures, null);
        }
        ClassHistogram is = held.histogram();
        Memory memory = new Memory(
                connections,
                residentBefore,
                held.resident(),
                was == null ? null : was.bytes(),
                is == null ? null : is.bytes(),
                was == null || is == null ? List.of() : is.growthSince(was, KEPT_CLASSES));
        return new Reading(figures, memory);
    }

    private long resident(@Nullable Jcmd jcmd, long pid) throws IOException, InterruptedException {
        if (jcmd != null) {
            jcmd.collectGarbage();
        }
        try {
            return proc.residentBytes(pid);
        } catch (IOException gone) {
            // The server's end is no end of the run.
            throw new ServerFailedException("its memory cannot be read: " + gone.getMessage());
        }
    }

    private record State(long resident, @Nullable ClassHistogram histogram) {}

    /**
     * What came of it.
     *
     * @param figures the generator's
     * @param memory null if the connections were never all open
     */
    record Reading(Figures figures, @Nullable Memory memory) {}
}
