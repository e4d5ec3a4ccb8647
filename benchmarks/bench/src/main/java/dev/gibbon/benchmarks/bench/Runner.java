package dev.gibbon.benchmarks.bench;

import dev.gibbon.benchmarks.bench.Entrant.Launch;
import dev.gibbon.benchmarks.bench.Entrant.Purpose;
import dev.gibbon.benchmarks.bench.Plan.Step;
import dev.gibbon.benchmarks.load.Order;
import dev.gibbon.benchmarks.load.Result;
import dev.gibbon.benchmarks.load.Scenario;
import dev.gibbon.benchmarks.load.Scenarios;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a plan: starts servers when they are first needed, ends them when they are not needed any more, and keeps every
 * window. A server that fails loses the scenario and begins the next one anew. For one thread.
 */
final class Runner implements AutoCloseable {
    /** Above this share of one processor, what others do shows in the figures. */
    static final double DISTURBED = 0.10;

    private static final int MOST_ATTEMPTS = 3;

    /** Above this share of one processor, the compiler's work would show in the figures. */
    private static final double COMPILING = 0.05;

    private static final double PROLONGATION = 1;

    private final Proc proc = Proc.ofMachine();
    private final Fleet fleet;
    private final Load load;
    private final Timing timing;
    private final Progress progress;
    private final MemoryMeter memoryMeter;

    private final List<Window> windows = new ArrayList<>();
    private final Set<Key> broken = new HashSet<>();
    private final Map<Entrant, Integer> failedStarts = new HashMap<>();

    private record Key(Entrant entrant, Measure measure) {}

    /** A runner of a fleet, which it closes. */
    Runner(Fleet fleet, Load load, Timing timing, Progress progress, MemoryMeter memoryMeter) {
        this.fleet = fleet;
        this.load = load;
        this.timing = timing;
        this.progress = progress;
        this.memoryMeter = memoryMeter;
    }

    /** Does all of it; returns every window, in order. */
    List<Window> run(Plan plan) throws IOException, InterruptedException {
        for (int i = 0; i < plan.steps().size(); i++) {
            Step step = plan.steps().get(i);
            progress.at(step);
            if (!broken.contains(new Key(step.entrant(), step.measure()))) {
                attempt(step);
            }
            if (plan.isLastUse(i)) {
                fleet.end(step.entrant(), step.measure().purpose());
            }
            progress.passed(step.seconds(timing));
        }
        return List.copyOf(windows);
    }

    private void attempt(Step step) throws IOException, InterruptedException {
        try {
            if (step.measure().purpose() == Purpose.MEMORY) {
                memory(step);
            } else if (step.warmsUp()) {
                warmUp(step);
            } else {
                window(step);
            }
        } catch (ServerFailedException failure) {
            fail(step, String.valueOf(failure.getMessage()));
        }
    }

    private void fail(Step step, String what) throws InterruptedException {
        String told = what;
        ServerProcess server = fleet.find(step.entrant(), step.measure().purpose());
        if (server != null) {
            String fate = server.fate();
            if (fate != null && !told.contains(fate)) {
                told = told + "; " + step.entrant().label() + " " + fate;
            }
        }
        windows.add(new Window(
                step.entrant().label(), step.measure().name(), step.round(), 1, false, false, told, null, null));
        progress.note(step.measure().name() + ", " + step.entrant().label() + ": " + told);
        broken.add(new Key(step.entrant(), step.measure()));
        fleet.end(step.entrant(), step.measure().purpose());
    }

    private ServerProcess server(Step step) throws IOException, InterruptedException {
        Entrant entrant = step.entrant();
        Purpose purpose = step.measure().purpose();
        ServerProcess running = fleet.find(entrant, purpose);
        if (running != null) {
            return running;
        }
        if (failedStarts.getOrDefault(entrant, 0) > 1) {
            throw new ServerFailedException(entrant.label() + " failed to start twice, and was left out since");
        }
        ServerProcess started;
        try {
            started = fleet.start(entrant, purpose);
        } catch (ServerFailedException failure) {
            failedStarts.merge(entrant, 1, Integer::sum);
            throw failure;
        }
        firstWarmUp(step, started);
        return started;
    }

    /** Small, pipelined and large messages, so that no scenario finds a server that knows only another one. */
    private void firstWarmUp(Step step, ServerProcess server) throws IOException, InterruptedException {
        if (step.measure().purpose() == Purpose.DEFLATE) {
            warm(step, server, step.measure().scenario(), timing.firstWarmUp());
            return;
        }
        warm(step, server, Scenarios.named("echo-125"), timing.firstWarmUp() / 2);
        warm(step, server, Scenarios.named("echo-1k-p16"), timing.firstWarmUp() / 4);
        warm(step, server, Scenarios.named("echo-16k"), timing.firstWarmUp() / 4);
    }

    private void warm(Step step, ServerProcess server, Scenario scenario, double seconds)
            throws IOException, InterruptedException {
        Order order = order(step.entrant(), server, new Measure(scenario)).lasting(0, seconds);
        Figures figures = Readings.figures(load.run(order, Load.Holding.NOTHING), scenario.size());
        // That nothing came back yet is no fault of a server that is still cold.
        if (figures.errors() > 0 || figures.mismatches() > 0) {
            throw new ServerFailedException("warm-up with " + scenario.name() + ": " + figures.wrong());
        }
    }

    private void warmUp(Step step) throws IOException, InterruptedException {
        settle(step, server(step), step.measure().scenario(), timing.warmUp(step.measure()));
    }

    /** Warms up until the JIT compiler has little left to do, within bounds. */
    private void settle(Step step, ServerProcess server, Scenario scenario, double least)
            throws IOException, InterruptedException {
        double seconds = least;
        double prolonged = 0;
        while (isCompiling(step, server, scenario, seconds) && prolonged < timing.mostWarmUp()) {
            seconds = PROLONGATION;
            prolonged += seconds;
        }
    }

    /** Warms up, and tells whether the JIT compiler had much to do meanwhile: else it would be measured with the server. */
    private boolean isCompiling(Step step, ServerProcess server, Scenario scenario, double seconds)
            throws IOException, InterruptedException {
        boolean isJvm = step.entrant().jdk() != null && proc.isThere() && server.isAlive();
        double before = isJvm ? proc.compilerSeconds(server.pid()) : 0;
        warm(step, server, scenario, seconds);
        return isJvm && server.isAlive() && proc.compilerSeconds(server.pid()) - before > COMPILING * seconds;
    }

    private void window(Step step) throws IOException, InterruptedException {
        ServerProcess server = server(step);
        Measure measure = step.measure();
        Order order = order(step.entrant(), server, measure)
                .lasting(timing.leadIn(), timing.window())
                .metering(server.pid());
        List<Window> attempts = new ArrayList<>();
        Window best = null;
        while (attempts.size() < MOST_ATTEMPTS) {
            Result result = load.run(order, Load.Holding.NOTHING);
            Figures figures = Readings.figures(result, measure.scenario().size());
            Double others = figures.othersShare();
            // In a short one only that nothing came tells.
            boolean disturbed =
                    others != null && others > DISTURBED && (timing.canTellDisturbance() || figures.messages() == 0);
            Window window = new Window(
                    step.entrant().label(),
                    measure.name(),
                    step.round(),
                    attempts.size() + 1,
                    false,
                    disturbed,
                    null,
                    figures,
                    null);
            attempts.add(window);
            best = best == null || isBetter(window, best) ? window : best;
            boolean starved = disturbed && figures.isEmpty();
            if (!disturbed || (window.fault() != null && !starved)) {
                best = window;
                break;
            }
        }
        keep(step, attempts, best);
    }

    /** The least disturbed attempt counts, unless something was wrong. */
    private void keep(Step step, List<Window> attempts, @Nullable Window best) throws InterruptedException {
        boolean isGood = best != null && best.fault() == null;
        for (Window window : attempts) {
            if (isGood && window.fault() != null) {
                // It was starved, which says nothing of the server, and its repetition was not.
                continue;
            }
            windows.add(window == best && window.fault() == null ? window.counting() : window);
        }
        String fault = best == null ? null : best.fault();
        if (fault != null) {
            progress.note(step.measure().name() + ", " + step.entrant().label() + ": " + fault);
            ServerProcess server = fleet.find(step.entrant(), step.measure().purpose());
            String fate = server == null ? null : server.fate();
            if (fate != null) {
                fail(step, step.entrant().label() + " " + fate);
            }
        }
    }

    private void memory(Step step) throws IOException, InterruptedException {
        fleet.end(step.entrant(), Purpose.MEMORY);
        ServerProcess server = server(step);
        // Opening connections has code of its own, and the compiler's memory must not be counted as the connections'.
        settle(step, server, Scenarios.named("handshake"), timing.longWarmUp());
        Measure measure = step.measure();
        Order order = order(step.entrant(), server, measure).lasting(0, MemoryMeter.MOST_SECONDS);
        int connections = measure.scenario().connections();
        MemoryMeter.Reading reading = memoryMeter.measure(
                step.entrant(), server.pid(), connections, look -> Readings.figures(load.run(order, look), 0));
        Window window = new Window(
                step.entrant().label(),
                measure.name(),
                step.round(),
                1,
                false,
                false,
                null,
                reading.figures(),
                reading.memory());
        keep(step, List.of(window), window);
        fleet.end(step.entrant(), Purpose.MEMORY);
    }

    private static boolean isBetter(Window window, Window other) {
        boolean faulty = window.fault() != null;
        return faulty == (other.fault() != null) ? share(window) < share(other) : !faulty;
    }

    private static double share(Window window) {
        Figures figures = window.figures();
        Double share = figures == null ? null : figures.othersShare();
        return share == null ? 0 : share;
    }

    private static Order order(Entrant entrant, ServerProcess server, Measure measure) {
        String path = measure.path(entrant.launch() instanceof Launch.Program);
        Order order = Order.of(measure.scenario(), "ws://127.0.0.1:" + server.port() + path);
        return entrant.raw() ? order.plain() : order;
    }

    @Override
    public void close() {
        fleet.close();
        load.close();
    }
}
