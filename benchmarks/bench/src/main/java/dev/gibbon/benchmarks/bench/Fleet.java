package dev.gibbon.benchmarks.bench;

import dev.gibbon.benchmarks.bench.Entrant.Launch;
import dev.gibbon.benchmarks.bench.Entrant.Purpose;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The servers that are running, each for its purpose. For one thread. */
final class Fleet implements AutoCloseable {
    private final Children children;
    private final List<String> inFront;
    private final int loops;
    private final Duration deadline;
    private final Map<Key, ServerProcess> running = new HashMap<>();

    private record Key(Entrant entrant, Purpose purpose) {
        private static Key of(Entrant entrant, Purpose purpose) {
            // A program takes what comes; only memory has to begin with a fresh one.
            boolean same = entrant.launch() instanceof Launch.Program && purpose == Purpose.DEFLATE;
            return new Key(entrant, same ? Purpose.LOAD : purpose);
        }
    }

    /**
     * Nobody yet.
     *
     * @param inFront words in front of each command
     * @param loops event loops of each server
     * @param deadline how long a server may take to get ready
     */
    Fleet(Children children, List<String> inFront, int loops, Duration deadline) {
        this.children = children;
        this.inFront = inFront;
        this.loops = loops;
        this.deadline = deadline;
    }

    /** A server that runs, or has died since; null if it was not started. */
    @Nullable
    ServerProcess find(Entrant entrant, Purpose purpose) {
        return running.get(Key.of(entrant, purpose));
    }

    /** Starts one. */
    ServerProcess start(Entrant entrant, Purpose purpose) throws IOException, InterruptedException {
        ServerProcess server = ServerProcess.start(children, entrant, purpose, inFront, loops, deadline);
        running.put(Key.of(entrant, purpose), server);
        return server;
    }

    /** Ends one, if it is there. */
    void end(Entrant entrant, Purpose purpose) {
        ServerProcess server = running.remove(Key.of(entrant, purpose));
        if (server != null) {
            server.close();
        }
    }

    @Override
    public void close() {
        running.values().forEach(ServerProcess::close);
        running.clear();
    }
}
