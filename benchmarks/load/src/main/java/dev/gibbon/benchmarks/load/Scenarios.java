package dev.gibbon.benchmarks.load;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scenarios that have a name. Sizes are in bytes, k is 1,024; p16 means 16 in flight, c1000 means 1,000 connections. */
public final class Scenarios {

    private static final int KI = 1024;
    private static final Map<String, Scenario> ALL = make();

    private Scenarios() {}

    /**
     * All of them.
     *
     * @return by name, in the order in which they are reported; unmodifiable
     */
    public static Map<String, Scenario> all() {
        return ALL;
    }

    /**
     * One of them.
     *
     * @param name such as {@code echo-125}
     * @return the scenario
     * @throws IllegalArgumentException if there is none of that name; the message lists those there are
     */
    public static Scenario named(String name) {
        Scenario scenario = ALL.get(name);
        if (scenario == null) {
            throw new IllegalArgumentException(
                    "there is no scenario '" + name + "'; there are " + String.join(", ", ALL.keySet()));
        }
        return scenario;
    }

    private static Map<String, Scenario> make() {
        Map<String, Scenario> all = new LinkedHashMap<>();
        add(all, "echo-16", Scenario.echo(16));
        add(all, "echo-125", Scenario.echo(125));
        add(all, "echo-1k", Scenario.echo(KI));
        add(all, "echo-16k", Scenario.echo(16 * KI));
        add(all, "echo-64k", Scenario.echo(64 * KI));
        add(all, "echo-1m", Scenario.echo(KI * KI).connections(4));
        add(all, "echo-16-p16", Scenario.echo(16).inFlight(16));
        add(all, "echo-125-p16", Scenario.echo(125).inFlight(16));
        add(all, "echo-1k-p16", Scenario.echo(KI).inFlight(16));
        add(all, "text-1k-p16", Scenario.echo(KI).inFlight(16).payload(Payload.TEXT));
        add(all, "mixed-1k-p16", Scenario.echo(KI).inFlight(16).payload(Payload.MIXED));
        add(all, "echo-16k-p16", Scenario.echo(16 * KI).inFlight(16));
        add(all, "echo-64k-p16", Scenario.echo(64 * KI).inFlight(16));
        for (int connections : List.of(10, 1_000, 10_000)) {
            add(all, "echo-125-c" + connections, Scenario.echo(125).connections(connections));
        }
        add(all, "handshake", Scenario.echo(0).mode(Mode.HANDSHAKE));
        Scenario broadcast = Scenario.echo(125).mode(Mode.BROADCAST).inFlight(4).connections(1_000);
        add(all, "broadcast-125", broadcast);
        add(
                all,
                "broadcast-1k",
                Scenario.echo(KI).mode(Mode.BROADCAST).inFlight(4).connections(1_000));
        add(all, "deflate-1k", Scenario.echo(KI).payload(Payload.TEXT).deflated());
        add(all, "latency-125", Scenario.echo(125).mode(Mode.LATENCY).connections(1));
        add(all, "idle-10000", Scenario.echo(125).mode(Mode.IDLE).connections(10_000));
        return Collections.unmodifiableMap(all);
    }

    private static void add(Map<String, Scenario> all, String name, Scenario scenario) {
        all.put(name, scenario.named(name));
    }
}
