package dev.gibbon.benchmarks.bench;

import dev.gibbon.benchmarks.load.Scenario;
import dev.gibbon.benchmarks.load.Scenarios;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The command {@code gibbon bench}. Exit codes: 0 done, 1 something went wrong in some window or altogether, 2 a command
 * line that cannot be understood. What went wrong is one line on standard error, never a stack trace.
 */
public final class BenchMain {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int MISUSED = 2;

    /** The folder that {@code ./gibbon} laid out. */
    private static final String HOME = "gibbon.bench.home";
    /** Columns of the terminal that standard error is; not set, or 0, if it is none. */
    private static final String COLUMNS = "gibbon.bench.columns";
    /** As for every command: where a fault in Gibbon itself came from. */
    private static final String TRACE = "gibbon.trace";

    private BenchMain() {}

    /**
     * Runs the command and ends the process.
     *
     * @param arguments its options
     */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        int code = run(List.of(arguments), Path.of(System.getProperty(HOME, ".")), out, System.err);
        out.flush();
        System.exit(code);
    }

    /** Runs the command and returns its exit code. */
    static int run(List<String> arguments, Path home, PrintStream out, PrintStream err) {
        try {
            return run(arguments, home, out, err, Integer.getInteger(COLUMNS, 0));
        } catch (BadArgumentException fault) {
            err.println("gibbon bench: " + fault.getMessage());
            return MISUSED;
        } catch (InterruptedException stop) {
            err.println("gibbon bench: interrupted");
            return FAILED;
        } catch (IOException | RuntimeException fault) {
            if (Boolean.getBoolean(TRACE)) {
                fault.printStackTrace();
            }
            String message = fault.getMessage();
            boolean plain = fault instanceof IOException && message != null;
            err.println("gibbon bench: " + (plain ? message : "unexpected " + fault));
            return FAILED;
        }
    }

    private static int run(List<String> arguments, Path home, PrintStream out, PrintStream err, int columns)
            throws BadArgumentException, IOException, InterruptedException {
        CommandSpec spec = CommandSpec.create().name("gibbon bench");
        spec.usageMessage()
                .description(
                        "Measures Gibbon and other servers side by side: each in a process of its own, in turn, as ratios in"
                                + " the same run.",
                        "With a URL: loads the server there, whatever it is.");
        spec.addPositional(Arguments.positional("URL", "A running server: ws://HOST:PORT/PATH"));
        BenchOptions.addTo(spec);
        UrlLoad.addOptionsTo(spec);
        Arguments given = Arguments.parse(spec, arguments);
        if (given.wantsHelp()) {
            out.print(spec.commandLine().getUsageMessage());
            return DONE;
        }
        String url = given.positional();
        if (url != null) {
            return new UrlLoad(url, given, err, columns).run(out);
        }
        UrlLoad.refuse(given);
        BenchOptions options = BenchOptions.of(given);
        Bench bench = new Bench(home, options, arguments, err, columns);
        if (given.has("--list")) {
            list(bench, out);
            return DONE;
        }
        Report report = bench.run();
        // First the table, which is there even if the disk is full.
        out.print(TableReport.of(report, options.histogram()));
        out.flush();
        bench.write(report);
        if (report.windows().isEmpty()) {
            err.println(
                    "gibbon bench: nothing was measured: none of these servers can run any of these scenarios here");
            return FAILED;
        }
        return report.problems().isEmpty() ? DONE : FAILED;
    }

    private static void list(Bench bench, PrintStream out) throws BadArgumentException, IOException {
        List<Entrant> entrants = bench.entrants();
        out.println("Servers:");
        for (Entrant entrant : entrants) {
            String version = entrant.version() == null ? "" : entrant.version();
            String absent = entrant.absent() == null ? "" : "  (not here: " + entrant.absent() + ")";
            out.println(
                    "  %-22s %s%s".formatted(entrant.label(), version, absent).stripTrailing());
        }
        out.println("Scenarios:");
        for (Scenario scenario : Scenarios.all().values()) {
            out.println("  %-22s %s".formatted(scenario.name(), new Measure(scenario).title()));
        }
    }
}
