package dev.gibbon.benchmarks.bench;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.gibbon.benchmarks.bench.Entrant.Purpose;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares servers: chooses them, runs them, and tells what came of it. */
final class Bench {
    private static final Duration START_DEADLINE = Duration.ofSeconds(30);
    /** A heap of 1 GiB that was used, and what a JVM needs beside it. */
    private static final long BYTES_A_SERVER = 1400L << 20;

    private final Path home;
    private final BenchOptions options;
    private final List<String> arguments;
    private final PrintStream err;
    private final int columns;

    /**
     * A comparison.
     *
     * @param home the folder with the folders {@code contenders} and {@code bench}
     * @param arguments as they were given, for the report
     * @param columns of the terminal that progress is shown on; 0 if it is none
     */
    Bench(Path home, BenchOptions options, List<String> arguments, PrintStream err, int columns) {
        this.home = home;
        this.options = options;
        this.arguments = arguments;
        this.err = err;
        this.columns = columns;
    }

    /** Runs it. */
    Report run() throws BadArgumentException, IOException, InterruptedException {
        List<Entrant> entrants = entrants();
        String reference = reference(entrants);
        checkWritable(options.json(), "--json");
        checkWritable(options.html(), "--html");
        Plan plan = Plan.of(entrants, options.measures(), options.rounds());
        Placement placement = Placement.ofMachine(options.loops());
        Environment environment =
                Environment.now(arguments, placement, options.rounds(), options.timing(), options.loops());
        List<Window> windows;
        try (Children children = new Children();
                Progress progress = new Progress(err, plan.seconds(options.timing()), columns)) {
            warnOfMemory(environment, entrants, progress);
            Jdk jdk = Jdk.running();
            String classPath = home.resolve("bench").resolve("*").toString();
            Load load = new GeneratorProcess(children, GeneratorProcess.command(placement.generator(), jdk, classPath));
            Fleet fleet = new Fleet(children, placement.server(), options.loops(), START_DEADLINE);
            MemoryMeter memory = new MemoryMeter(children, Proc.ofMachine());
            try (Runner runner = new Runner(fleet, load, options.timing(), progress, memory)) {
                windows = runner.run(plan);
            }
        }
        return report(environment, reference, entrants, plan, windows);
    }

    /** Everybody who was asked for. */
    List<Entrant> entrants() throws BadArgumentException, IOException {
        List<Entrant> all = new ArrayList<>();
        boolean several = options.jdks().size() > 1;
        for (Contender contender : Contender.in(home.resolve("contenders"))) {
            for (Jdk jdk : options.jdks()) {
                if (contender.variants().isEmpty()) {
                    all.add(contender.entrant(null, jdk, several));
                }
                for (String variant : contender.variants()) {
                    all.add(contender.entrant(variant, jdk, several));
                }
            }
        }
        List<Entrant> chosen = options.only().isEmpty() ? new ArrayList<>(all) : chosen(all);
        for (String name : options.programs().keySet()) {
            if (all.stream().anyMatch(entrant -> matches(entrant, name))) {
                throw new BadArgumentException("--with: there is a contender " + name + " already");
            }
        }
        options.programs()
                .forEach((name, program) -> chosen.add(Entrant.program(name, program.command(), program.raw())));
        return List.copyOf(chosen);
    }

    private List<Entrant> chosen(List<Entrant> all) throws BadArgumentException {
        List<Entrant> chosen = new ArrayList<>();
        for (String name : options.only()) {
            if (options.programs().containsKey(name)) {
                continue;
            }
            List<Entrant> matching =
                    all.stream().filter(entrant -> matches(entrant, name)).toList();
            if (matching.isEmpty()) {
                String known =
                        String.join(", ", all.stream().map(Entrant::label).toList());
                throw Arguments.bad("--only", name, known.isEmpty() ? "the name of a program in --with" : known);
            }
            matching.stream().filter(entrant -> !chosen.contains(entrant)).forEach(chosen::add);
        }
        return chosen;
    }

    /** A label is NAME, NAME/VARIANT, either with @JDK; a name stands for all that goes on from it. */
    private static boolean matches(Entrant entrant, String name) {
        String label = entrant.label();
        String plain = label.replaceAll("@.*", "");
        return label.equals(name) || plain.equals(name) || plain.startsWith(name + "/");
    }

    private @Nullable String reference(List<Entrant> entrants) throws BadArgumentException {
        List<String> present = entrants.stream()
                .filter(entrant -> entrant.absent() == null)
                .map(Entrant::label)
                .toList();
        String asked = options.reference();
        if (asked != null) {
            return entrants.stream()
                    .filter(entrant -> entrant.absent() == null && matches(entrant, asked))
                    .map(Entrant::label)
                    .findFirst()
                    .orElseThrow(() -> Arguments.bad("--reference", asked, "one of " + String.join(", ", present)));
        }
        for (String usual : List.of("uws", "raw", "gibbon")) {
            for (Entrant entrant : entrants) {
                if (entrant.absent() == null && matches(entrant, usual)) {
                    return entrant.label();
                }
            }
        }
        return present.isEmpty() ? null : present.get(0);
    }

    private static void checkWritable(@Nullable Path file, String option) throws BadArgumentException {
        if (file == null) {
            return;
        }
        // Better now than after half an hour.
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw Arguments.bad(option, file.toString(), "a file in a folder that can be written to");
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw Arguments.bad(option, file.toString(), "a file that can be written to");
        }
    }

    private static void warnOfMemory(Environment environment, List<Entrant> entrants, Progress progress) {
        long servers =
                entrants.stream().filter(entrant -> entrant.jdk() != null).count();
        if (environment.memoryBytes() > 0 && environment.memoryBytes() < servers * BYTES_A_SERVER) {
            progress.note(servers + " servers run at the same time, and " + Numbers.mebibytes(environment.memoryBytes())
                    + " MiB of memory may not be enough for them: name fewer with --only");
        }
    }

    private Report report(
            Environment environment,
            @Nullable String reference,
            List<Entrant> entrants,
            Plan plan,
            List<Window> windows) {
        List<Report.Server> servers = entrants.stream()
                .map(entrant -> new Report.Server(
                        entrant.label(),
                        entrant.version(),
                        entrant.jdk() == null ? null : entrant.jdk().version(),
                        ServerProcess.command(entrant.launch(), Purpose.LOAD, options.loops(), 0),
                        entrant.absent()))
                .toList();
        List<Summary> summaries = new ArrayList<>();
        for (Measure measure : options.measures()) {
            Map<String, String> absent = new LinkedHashMap<>();
            plan.excuses().getOrDefault(measure, Map.of()).forEach((entrant, why) -> absent.put(entrant.label(), why));
            summaries.add(Summary.of(measure, windows, reference, absent));
        }
        List<String> problems = windows.stream()
                .filter(window -> window.fault() != null)
                .map(window -> window.scenario() + ", " + window.server() + ": " + window.fault())
                .distinct()
                .toList();
        return new Report(environment, reference, servers, summaries, problems, windows);
    }

    /** Writes the files that were asked for. */
    void write(Report report) throws IOException {
        if (options.json() != null) {
            JsonMapper mapper = JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();
            Files.writeString(options.json(), mapper.writeValueAsString(report) + "\n", StandardCharsets.UTF_8);
        }
        if (options.html() != null) {
            Files.writeString(options.html(), HtmlReport.of(report), StandardCharsets.UTF_8);
        }
    }
}
