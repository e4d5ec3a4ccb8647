package dev.gibbon.cli;

import dev.gibbon.cli.soak.EngineKind;
import dev.gibbon.cli.soak.FaultKind;
import dev.gibbon.cli.soak.Soak;
import dev.gibbon.cli.soak.SoakFailedException;
import dev.gibbon.cli.soak.SoakOptions;
import dev.gibbon.cli.soak.SoakReport;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Model.CommandSpec;

/** {@code gibbon soak}: the chat over several nodes under load and faults, with each client's record compared at the end. */
final class SoakCommand implements Command {
    /** Columns of the terminal that standard error is; not set, or 0, if it is none. */
    private static final String COLUMNS = "gibbon.columns";

    private static final int NODES = 3;
    private static final int CONNECTIONS = 2_000;
    private static final int ROOMS = 50;
    private static final int SECONDS = 180;
    /** With 40 clients in a room these are 2,000 deliveries a second, which two cores manage with nodes and clients on them. */
    private static final int RATE = 50;

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("gibbon soak");
        spec.usageMessage()
                .description(
                        "Starts an engine and nodes of the chat, lets clients talk while things fail, and compares what each has seen"
                                + " with what was published.",
                        "Prints one line of JSON. The exit code is 0 if everybody has seen everything, once and in order.");
        spec.addOption(Arguments.option("--engine", "NAME", "What keeps the topics: memory, redis or nats (memory)."));
        spec.addOption(Arguments.option("--nodes", "N", "Nodes of the chat (3)."));
        spec.addOption(Arguments.option("--connections", "N", "Clients, all together (2000)."));
        spec.addOption(Arguments.option("--rooms", "N", "Rooms, to which clients are dealt out (50)."));
        spec.addOption(Arguments.option("--seconds", "S", "How long they talk (180)."));
        spec.addOption(Arguments.option("--rate", "N", "Messages a second, all together (50)."));
        spec.addOption(Arguments.option(
                "--faults", "KINDS", "What fails, comma-separated: node, engine, connection, or none (all three)."));
        spec.addOption(Arguments.option("--seed", "N", "Repeats what was drawn by chance (a new one each time)."));
        return spec;
    }

    @Override
    public void run(Arguments given, Console console) throws BadArgumentException, CommandFailedException, IOException {
        SoakOptions options = options(given);
        if (options.engine() == EngineKind.MEMORY && given.text("--faults", "").contains(FaultKind.ENGINE.word())) {
            console.err().println("soak: memory is no process: nothing happens to the engine");
        }
        SoakReport report;
        try (Soak soak = new Soak(options, console.err(), Integer.getInteger(COLUMNS, 0))) {
            // Whatever ends this process, none of those that it has started stays.
            var ending = new Thread(soak::close, "gibbon-soak-end");
            Runtime.getRuntime().addShutdownHook(ending);
            try {
                report = soak.run();
            } catch (SoakFailedException e) {
                throw new CommandFailedException(e.getMessage() + logs(soak), e);
            }
            Runtime.getRuntime().removeShutdownHook(ending);
            if (report.good()) {
                soak.deleteLogs();
            } else {
                console.err().println("soak: not every client has seen every message once and in order" + logs(soak));
            }
        }
        console.err().print(report.table());
        var output = new TextOutput(console.out());
        output.line(report.json());
        output.flush();
        if (!report.good()) {
            throw new CommandFailedException(
                    "lost, repeated, out_of_order and announced_lost must be 0, and published more (seed "
                            + options.seed() + ")");
        }
    }

    private static String logs(Soak soak) {
        return "; the nodes' logs are in " + soak.logs();
    }

    /** The options that were asked for. */
    static SoakOptions options(Arguments given) throws BadArgumentException {
        String engine = given.oneOf("--engine", List.of("memory", "redis", "nats"));
        int nodes = (int) given.number("--nodes", NODES, 1, 16);
        int connections = (int) given.number("--connections", CONNECTIONS, 1, 100_000);
        int rooms = (int) given.number("--rooms", ROOMS, 1, 10_000);
        int seconds = (int) given.number("--seconds", SECONDS, 1, 86_400);
        int rate = (int) given.number("--rate", RATE, 1, 10_000);
        long seed = given.number("--seed", ThreadLocalRandom.current().nextInt(1_000_000), 0, Long.MAX_VALUE);
        return new SoakOptions(
                EngineKind.valueOf(engine.toUpperCase(Locale.ROOT)),
                nodes,
                connections,
                rooms,
                seconds,
                rate,
                faults(given.text("--faults", "node,engine,connection")),
                seed);
    }

    private static Set<FaultKind> faults(String text) throws BadArgumentException {
        var kinds = EnumSet.noneOf(FaultKind.class);
        if (text.equals("none")) {
            return kinds;
        }
        for (String word : text.split(",", -1)) {
            boolean known = false;
            for (FaultKind kind : FaultKind.values()) {
                if (kind.word().equals(word)) {
                    kinds.add(kind);
                    known = true;
                }
            }
            if (!known) {
                throw Arguments.bad("--faults", text, "node, engine, connection, comma-separated, or none");
            }
        }
        return kinds;
    }
}
