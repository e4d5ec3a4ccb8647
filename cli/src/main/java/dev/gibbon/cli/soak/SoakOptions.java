package dev.gibbon.cli.soak;

import java.util.Set;

/**
 * What is to be tried.
 *
 * @param engine what keeps the topics
 * @param nodes how many, 1 or more
 * @param connections how many clients, all together
 * @param rooms how many; clients are dealt out to them in turn
 * @param seconds how long messages are published, and faults happen
 * @param rate messages a second, all together
 * @param faults what happens to nodes, engine and connections
 * @param seed of everything that is drawn by chance
 */
public record SoakOptions(
        EngineKind engine,
        int nodes,
        int connections,
        int rooms,
        int seconds,
        int rate,
        Set<FaultKind> faults,
        long seed) {
    /** Keeps a copy of the set. */
    public SoakOptions {
        faults = Set.copyOf(faults);
    }
}
