package dev.gibbon.benchmarks.bench;

import java.util.Locale;

/** Something a scenario asks of a server, which some cannot do. */
enum Ability {
    /** Messages that come back as they were sent. */
    ECHO,
    /** The same, as text, which the server has to check. */
    TEXT,
    /** One message at a time on one connection. */
    LATENCY,
    /** Opening and closing connections. */
    HANDSHAKE,
    /** Many connections at rest. */
    IDLE,
    /** One message to everybody. */
    BROADCAST,
    /** permessage-deflate. */
    DEFLATE;

    /** The word in a contender's description. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
