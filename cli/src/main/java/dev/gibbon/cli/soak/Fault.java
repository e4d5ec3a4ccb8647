package dev.gibbon.cli.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * One thing that goes wrong, and is mended.
 *
 * @param at after which time of the run
 * @param row what it is
 * @param node which one, from 0 on; 0 where it is no node
 * @param lasts how long before it is mended
 */
record Fault(Duration at, Row row, int node, Duration lasts) {
    /** Faults that are told apart in the figures. */
    enum Row {
        CONNECTION_CUT("connections cut"),
        NODE_KILLED("nodes killed"),
        ENGINE_STOPPED("engine stopped"),
        ENGINE_KILLED("engine killed");

        private final String words;

        Row(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** A round of a node, the engine, another node and the engine again takes about so long, or the whole of a shorter run. */
    private static final double ROUND_SECONDS = 60;

    private static final double LONGEST_SECONDS = 3;

    /**
     * The faults of nodes and engine in a run, in their order. All are mended before it ends, if starting does not take long. Connections are
     * cut all the time, see {@link Crowd#cutSome}.
     */
    static List<Fault> plan(
            int seconds, int nodes, Set<FaultKind> kinds, boolean engineCanFail, SplittableRandom random) {
        var plan = new ArrayList<Fault>();
        int rounds = (int) Math.max(1, seconds / ROUND_SECONDS);
        double length = (double) seconds / rounds;
        for (int round = 0; round < rounds; round++) {
            double begin = round * length;
            if (kinds.contains(FaultKind.NODE)) {
                plan.add(of(begin, length, 0.08, Row.NODE_KILLED, random.nextInt(nodes), random));
                plan.add(of(begin, length, 0.52, Row.NODE_KILLED, random.nextInt(nodes), random));
            }
            if (kinds.contains(FaultKind.ENGINE) && engineCanFail) {
                plan.add(of(begin, length, 0.30, Row.ENGINE_STOPPED, 0, random));
                plan.add(of(begin, length, 0.74, Row.ENGINE_KILLED, 0, random));
            }
        }
        plan.sort(Comparator.comparing(Fault::at));
        return plan;
    }

    private static Fault of(double begin, double length, double part, Row row, int node, SplittableRandom random) {
        double at = begin + length * (part + random.nextDouble(0.04));
        double lasts = Math.min(LONGEST_SECONDS, length / 10) * random.nextDouble(0.5, 1);
        return new Fault(seconds(at), row, node, seconds(lasts));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }
}
