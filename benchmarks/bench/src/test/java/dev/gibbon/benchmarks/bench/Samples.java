package dev.gibbon.benchmarks.bench;

import dev.gibbon.benchmarks.load.Scenarios;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entrants, windows and the like that are made up. */
final class Samples {
    static final Timing TIMING = new Timing(1.5, 0.3, 5, 1, 4, 30);

    private Samples() {}

    static Measure measure(String scenario) {
        return new Measure(Scenarios.named(scenario));
    }

    static Entrant program(String label, String command) {
        return Entrant.program(label, command, false);
    }

    static Entrant entrant(String label) {
        return program(label, "sleep 600 # {port}");
    }

    static Entrant absent(String label, String why) {
        Entrant there = entrant(label);
        return new Entrant(label, null, null, false, there.cannot(), why, there.launch());
    }

    static Entrant unable(String label, Ability ability) {
        Map<Ability, String> cannot = new EnumMap<>(Ability.class);
        cannot.put(ability, "has no " + ability.word());
        Entrant there = entrant(label);
        return new Entrant(label, null, null, false, cannot, null, there.launch());
    }

    /** A million messages of 125 B in a second, at so many microseconds each. */
    static Figures figures(double micros) {
        return figures(micros, 0, 0, null, 0.01);
    }

    static Figures figures(double micros, long errors, long mismatches, @Nullable String first, double others) {
        long messages = 200_000;
        return new Figures(
                messages,
                1,
                messages * 125,
                micros * messages / 1e6,
                0.9,
                others,
                0.0,
                210.0,
                420.0,
                1234.5,
                errors,
                mismatches,
                first);
    }

    static Window window(String server, String scenario, int round, double micros) {
        return new Window(server, scenario, round, 1, true, false, null, figures(micros), null);
    }

    static Window memory(String server, int round, long before, long with, @Nullable Long live) {
        Long liveBefore = live == null ? null : Long.valueOf(1_000_000);
        Long liveWith = live == null ? null : Long.valueOf(1_000_000 + live);
        Memory memory = new Memory(
                10_000,
                before,
                with,
                liveBefore,
                liveWith,
                live == null ? List.of() : List.of(new ClassHistogram.Growth("[B", 20_000, live / 2)));
        return new Window(server, "idle-10000", round, 1, true, false, null, figures(5), memory);
    }

    static Environment environment() {
        return new Environment(
                "1.2.3",
                "2026-01-02T03:04:05Z",
                List.of("--quick"),
                "Linux 6.1 amd64",
                "A Fast One @ 3 GHz",
                2,
                8L << 30,
                "25.0.3",
                "servers on core 0, load on core 1, raised priority",
                3,
                TIMING,
                1);
    }
}
