package dev.gibbon.cli.soak;

import dev.gibbon.hub.HistoryBounds;
import dev.gibbon.hub.MemoryEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One run: an engine and nodes of its own, a crowd of clients that talk, faults meanwhile, and at last silence, in which everybody must
 * get what they miss. For one thread, which waits until it is over; {@link #close} ends what is left, from any.
 */
public final class Soak implements AutoCloseable {
    private static final Duration PATIENCE_TO_ENTER = Duration.ofMinutes(2);
    private static final Duration PATIENCE_AT_THE_END = Duration.ofMinutes(1);

    private final SoakOptions options;
    private final SoakProgress progress;
    private final PrintStream err;
    private final Path folder;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Fault.Row, Integer> happened = new EnumMap<>(Fault.Row.class);
    private @Nullable MemoryEngine memory;
    private @Nullable Engine engine;
    private volatile @Nullable SoakFailedException failure;

    /**
     * Prepares a run.
     *
     * @param options what is to be tried
     * @param err for progress
     * @param columns of the terminal that progress is shown on; 0 if it is none
     * @throws IOException if there is no room for logs
     */
    public Soak(SoakOptions options, PrintStream err, int columns) throws IOException {
        this.options = options;
        this.err = err;
        progress = new SoakProgress(err, options.seconds(), columns);
        folder = Files.createTempDirectory("gibbon-soak-");
    }

    /**
     * Runs it.
     *
     * @return what came out
     * @throws SoakFailedException if engine, nodes or clients could not be started, so that nothing came out
     * @throws IOException if there are no ports
     */
    public SoakReport run() throws SoakFailedException, IOException {
        progress.at("starting the engine and " + options.nodes() + " nodes");
        start();
        List<URI> addresses = nodes.stream().map(Node::uri).toList();
        try (var crowd = new Crowd(options.connections(), options.rooms())) {
            progress.at(options.connections() + " clients enter " + options.rooms() + " rooms");
            crowd.enter(addresses, PATIENCE_TO_ENTER);
            progress.at("publishing");
            long begin = System.nanoTime();
            Map<Long, ProcessLoad> before = loads();
            trouble(crowd, begin);
            List<ProcessLoad> loads = since(before);
            double seconds = (System.nanoTime() - begin) / 1e9;
            SoakFailedException trouble = failure;
            if (trouble != null) {
                throw trouble;
            }
            progress.at("waiting until all have everything");
            boolean quiet = crowd.becomesQuiet(PATIENCE_AT_THE_END);
            progress.close();
            if (!quiet) {
                err.println("soak: " + PATIENCE_AT_THE_END.toSeconds() + " s later " + crowd.laggards());
            }
            happened.put(Fault.Row.CONNECTION_CUT, crowd.cuts());
            Verdict verdict = crowd.verdict();
            return new SoakReport(
                    verdict,
                    options,
                    crowd.ledger().said() - verdict.published(),
                    seconds,
                    happened,
                    crowd.outages().recoveries(),
                    loads);
        }
    }

    /** By the number of the process. Whoever is neither a node nor this process is the engine. */
    private Map<Long, ProcessLoad> loads() {
        var loads = new LinkedHashMap<Long, ProcessLoad>();
        for (Node node : nodes) {
            node.process()
                    .ifPresent(process -> loads.put(process.pid(), ProcessLoad.of("node " + node.name(), process)));
        }
        ProcessHandle here = ProcessHandle.current();
        here.children()
                .filter(child -> engine != null && !loads.containsKey(child.pid()))
                .forEach(child -> loads.put(child.pid(), ProcessLoad.of("engine", child)));
        loads.put(here.pid(), ProcessLoad.of(memory == null ? "clients" : "all", here));
        return loads;
    }

    private List<ProcessLoad> since(Map<Long, ProcessLoad> before) {
        var since = new ArrayList<ProcessLoad>();
        loads().forEach((pid, load) -> {
            ProcessLoad earlier = before.get(pid);
            if (earlier != null) {
                since.add(load.since(earlier));
            }
        });
        return since;
    }

    private void start() throws SoakFailedException, IOException {
        List<Integer> ports = LoopbackPorts.free(options.nodes());
        List<URI> addresses = ports.stream().map(NodeServer::uri).toList();
        if (options.engine() == EngineKind.MEMORY) {
            memory = new MemoryEngine(HistoryBounds.DEFAULT);
        } else {
            engine = Engine.start(options.engine());
        }
        for (int i = 0; i < options.nodes(); i++) {
            String name = "n" + (i + 1);
            nodes.add(
                    memory != null
                            ? new LocalNode(name, ports.get(i), memory, addresses)
                            : new ProcessNode(name, ports.get(i), uri(), addresses, folder));
        }
        for (Node node : nodes) {
            node.start();
        }
    }

    private URI uri() {
        if (engine == null) {
            throw new IllegalStateException("there is no engine");
        }
        return engine.uri();
    }

    /** Publishes, cuts connections, and lets nodes and the engine fail, until the time is over and all is mended. */
    private void trouble(Crowd crowd, long begin) {
        long end = begin + TimeUnit.SECONDS.toNanos(options.seconds());
        var chance = new SplittableRandom(options.seed());
        SplittableRandom publishing = chance.split();
        SplittableRandom cutting = chance.split();
        List<Fault> plan = Fault.plan(options.seconds(), options.nodes(), options.faults(), engine != null, chance);
        var threads = new ArrayList<Thread>();
        threads.add(new Thread(() -> crowd.publish(options.rate(), end, publishing), "soak-publish"));
        threads.add(new Thread(() -> fail(plan, crowd, begin), "soak-faults"));
        if (options.faults().contains(FaultKind.CONNECTION)) {
            threads.add(new Thread(() -> crowd.cutSome(end, cutting), "soak-cut"));
        }
        threads.forEach(Thread::start);
        try {
            while (failure == null && threads.stream().anyMatch(Thread::isAlive)) {
                TimeUnit.MILLISECONDS.sleep(100);
                progress.passed(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = new SoakFailedException("interrupted", e);
        }
    }

    private void fail(List<Fault> plan, Crowd crowd, long begin) {
        try {
            for (Fault fault : plan) {
                pauseUntil(begin + fault.at().toNanos());
                happen(fault, crowd);
                happened.merge(fault.row(), 1, Integer::sum);
            }
        } catch (SoakFailedException e) {
            failure = e;
        } catch (RuntimeException e) {
            failure = new SoakFailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private void happen(Fault fault, Crowd crowd) throws SoakFailedException {
        if (fault.row() == Fault.Row.NODE_KILLED) {
            Node node = nodes.get(fault.node());
            progress.at("node " + node.name() + " is killed");
            node.kill();
            pauseUntil(System.nanoTime() + fault.lasts().toNanos());
            progress.at("node " + node.name() + " starts again");
            node.start();
        } else if (engine != null) {
            progress.at(fault.row().words());
            engine.end(fault.row());
            pauseUntil(System.nanoTime() + fault.lasts().toNanos());
            progress.at("engine starts again");
            engine.startAgain();
            crowd.engineIsBack(fault.row());
        }
    }

    private static void pauseUntil(long time) {
        while (System.nanoTime() - time < 0) {
            LockSupport.parkNanos(time - System.nanoTime());
        }
    }

    /**
     * Where the nodes' logs are.
     *
     * @return the folder; it is deleted with {@link #deleteLogs}
     */
    public Path logs() {
        return folder;
    }

    /** Deletes the nodes' logs, when all was well. */
    public void deleteLogs() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** Ends nodes and engine. Idempotent. */
    @Override
    public void close() {
        progress.close();
        nodes.forEach(Node::close);
        if (engine != null) {
            engine.close();
        }
        if (memory != null) {
            memory.close();
        }
    }
}
