package dev.gibbon.benchmarks.bench;

import dev.gibbon.benchmarks.load.Scenarios;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What is asked of a comparison.
 *
 * @param only names of contenders, or of their variants; empty for all
 * @param measures the scenarios
 * @param rounds how often each is measured
 * @param timing how long everything takes
 * @param loops event loops of each server
 * @param jdks that the contenders run on
 * @param programs others that stand beside, by name; whether they echo bare bytes
 * @param reference the server that ratios refer to; null for the usual one
 * @param json file for the whole report; null for none
 * @param html file for the page; null for none
 * @param histogram whether classes are shown with the memory
 */
record BenchOptions(
        List<String> only,
        List<Measure> measures,
        int rounds,
        Timing timing,
        int loops,
        List<Jdk> jdks,
        Map<String, Program> programs,
        @Nullable String reference,
        @Nullable Path json,
        @Nullable Path html,
        boolean histogram) {

    private static final int ROUNDS = 3;
    private static final int MOST_ROUNDS = 99;
    private static final int MOST_LOOPS = 64;
    private static final double SHORTEST = 0.05;
    private static final double LONGEST = 600;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,15}");

    /** One of each kind. */
    private static final List<String> QUICK = List.of(
            "echo-125",
            "echo-16k",
            "echo-125-p16",
            "text-1k-p16",
            "handshake",
            "broadcast-125",
            "deflate-1k",
            "idle-10000");

    /**
     * A program that stands beside the contenders.
     *
     * @param command words for a shell, with <code>{port}</code> in them
     * @param raw whether it echoes bare bytes
     */
    record Program(String command, boolean raw) {}

    /** Adds the options to a command. */
    static void addTo(CommandSpec spec) {
        spec.addOption(Arguments.repeated(
                "--only", "NAMES", "These servers, comma-separated: netty for all its variants, netty/epoll for one."));
        spec.addOption(Arguments.repeated("--scenario", "NAMES", "These scenarios, comma-separated (all)."));
        spec.addOption(Arguments.option("--rounds", "N", "Measure each N times, in turn (3)."));
        spec.addOption(Arguments.option("--seconds", "S", "Length of a measurement (1.5)."));
        spec.addOption(Arguments.flag("--quick", "Some scenarios, short warm-ups and measurements: a first look."));
        spec.addOption(Arguments.option("--reference", "NAME", "Show ratios beside this one."));
        spec.addOption(Arguments.repeated(
                "--with",
                "NAME='COMMAND'",
                "Another server beside them; {port} in COMMAND is where it has to listen."));
        spec.addOption(Arguments.repeated(
                "--with-tcp", "NAME='COMMAND'", "The same that echoes bare bytes, without a handshake or frames."));
        spec.addOption(Arguments.repeated(
                "--jdk", "HOME", "Run the contenders on this JDK (the one that runs gibbon); may be repeated."));
        spec.addOption(Arguments.option("--loops", "N", "Event loops, and cores, of each server (1)."));
        spec.addOption(Arguments.option("--connections", "N", "At most N connections in any scenario."));
        spec.addOption(Arguments.flag("--histogram", "Show which classes idle connections are made of."));
        spec.addOption(Arguments.option("--json", "FILE", "Write everything that was measured."));
        spec.addOption(Arguments.option("--html", "FILE", "Write a page with charts."));
        spec.addOption(Arguments.flag("--list", "List servers and scenarios, and end."));
    }

    /** Reads them. */
    static BenchOptions of(Arguments given) throws BadArgumentException {
        boolean quick = given.has("--quick");
        Timing timing = quick ? Timing.quick() : Timing.thorough();
        if (given.text("--seconds") != null) {
            timing = timing.withWindow(given.decimal("--seconds", 1, SHORTEST, LONGEST));
        }
        return new BenchOptions(
                given.words("--only"),
                measures(given, quick),
                (int) given.number("--rounds", ROUNDS, 1, MOST_ROUNDS),
                timing,
                (int) given.number("--loops", 1, 1, MOST_LOOPS),
                jdks(given),
                programs(given),
                given.text("--reference"),
                given.path("--json"),
                given.path("--html"),
                given.has("--histogram"));
    }

    private static List<Measure> measures(Arguments given, boolean quick) throws BadArgumentException {
        int most = (int) given.number("--connections", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        List<String> names = given.words("--scenario");
        if (names.isEmpty()) {
            names = quick ? QUICK : List.copyOf(Scenarios.all().keySet());
        }
        List<Measure> measures = new ArrayList<>();
        for (String name : names.stream().distinct().toList()) {
            if (!Scenarios.all().containsKey(name)) {
                throw Arguments.bad(
                        "--scenario", name, String.join(", ", Scenarios.all().keySet()));
            }
            measures.add(new Measure(Scenarios.named(name)).onAtMost(most));
        }
        return measures;
    }

    private static List<Jdk> jdks(Arguments given) throws BadArgumentException {
        List<Jdk> jdks = new ArrayList<>();
        for (String home : given.texts("--jdk")) {
            Jdk jdk = Jdk.at(Arguments.pathOf("--jdk", home));
            if (jdks.stream().anyMatch(other -> other.feature() == jdk.feature())) {
                throw new BadArgumentException("--jdk " + home + ": two of version " + jdk.feature()
                        + " could not be told apart in the report");
            }
            jdks.add(jdk);
        }
        return jdks.isEmpty() ? List.of(Jdk.running()) : jdks;
    }

    private static Map<String, Program> programs(Arguments given) throws BadArgumentException {
        Map<String, Program> programs = new LinkedHashMap<>();
        addPrograms(programs, given, "--with", false);
        addPrograms(programs, given, "--with-tcp", true);
        return programs;
    }

    private static void addPrograms(Map<String, Program> programs, Arguments given, String option, boolean raw)
            throws BadArgumentException {
        for (String text : given.texts(option)) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? "" : text.substring(0, equals);
            String command = text.substring(equals + 1);
            if (!NAME.matcher(name).matches() || !command.contains("{port}")) {
                throw Arguments.bad(
                        option, text, "NAME='COMMAND' with {port} in COMMAND, NAME of up to 16 letters and digits");
            }
            if (programs.put(name, new Program(command, raw)) != null) {
                throw new BadArgumentException(option + ": " + name + " is given more than once");
            }
        }
    }
}
