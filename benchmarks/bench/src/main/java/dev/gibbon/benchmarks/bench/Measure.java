package dev.gibbon.benchmarks.bench;

import dev.gibbon.benchmarks.bench.Entrant.Purpose;
import dev.gibbon.benchmarks.load.Mode;
import dev.gibbon.benchmarks.load.Payload;
import dev.gibbon.benchmarks.load.Scenario;
import java.util.EnumSet;
import java.util.Set;

/**
 * A scenario, and what it means for the servers.
 *
 * @param scenario what the generator does
 */
record Measure(Scenario scenario) {
    private static final int KIBIBYTE = 1024;

    /** The scenario's name. */
    String name() {
        return scenario.name();
    }

    /** The kind of process it needs. */
    Purpose purpose() {
        if (scenario.mode() == Mode.IDLE) {
            return Purpose.MEMORY;
        }
        return scenario.deflate() ? Purpose.DEFLATE : Purpose.LOAD;
    }

    /** What a server must be able to do. */
    Set<Ability> needs() {
        Set<Ability> needs = EnumSet.of(
                switch (scenario.mode()) {
                    case ECHO -> Ability.ECHO;
                    case LATENCY -> Ability.LATENCY;
                    case HANDSHAKE -> Ability.HANDSHAKE;
                    case IDLE -> Ability.IDLE;
                    case BROADCAST -> Ability.BROADCAST;
                });
        if (scenario.payload() != Payload.BINARY) {
            needs.add(Ability.TEXT);
        }
        if (scenario.deflate()) {
            needs.add(Ability.DEFLATE);
        }
        return needs;
    }

    /** Whether it runs code that echoing does not: then a warm-up by echoes is none. */
    boolean needsLongWarmUp() {
        return scenario.mode() == Mode.HANDSHAKE || scenario.mode() == Mode.BROADCAST || scenario.deflate();
    }

    /** What is counted. */
    String unit() {
        return switch (scenario.mode()) {
            case HANDSHAKE -> "handshakes";
            case BROADCAST -> "deliveries";
            default -> "messages";
        };
    }

    /** The path of a contender; programs have one of their own for compression. */
    String path(boolean program) {
        if (scenario.mode() == Mode.BROADCAST) {
            return "/broadcast";
        }
        return program && scenario.deflate() ? "/deflate" : "/";
    }

    /** In words. */
    String title() {
        String connections = scenario.connections() == 1 ? "1 connection" : scenario.connections() + " connections";
        return switch (scenario.mode()) {
            case ECHO, LATENCY -> message() + " echoed, " + connections + ", " + scenario.inFlight() + " in flight";
            case HANDSHAKE -> "connect, upgrade and close, " + scenario.connections() + " at a time";
            case IDLE -> connections + " at rest, after one echo of " + message();
            case BROADCAST -> message() + " to " + scenario.connections() + " subscribers";
        };
    }

    private String message() {
        String kind = switch (scenario.payload()) {
            case BINARY -> "binary";
            case TEXT -> "ASCII text";
            case MIXED -> "multi-byte text";
        };
        return size(scenario.size()) + " " + kind + (scenario.deflate() ? ", compressed," : "");
    }

    private static String size(int bytes) {
        if (bytes >= KIBIBYTE * KIBIBYTE && bytes % (KIBIBYTE * KIBIBYTE) == 0) {
            return bytes / KIBIBYTE / KIBIBYTE + " MiB";
        }
        return bytes >= KIBIBYTE && bytes % KIBIBYTE == 0 ? bytes / KIBIBYTE + " KiB" : bytes + " B";
    }

    /** The same on at most so many connections. */
    Measure onAtMost(int connections) {
        return scenario.connections() <= connections ? this : new Measure(scenario.connections(connections));
    }
}
