package dev.gibbon.benchmarks.load;

/** What the connections of a scenario do. */
public enum Mode {
    /** A number of messages in flight on each connection; a new one is sent for each reply. */
    ECHO,
    /** As {@link #ECHO} with one message in flight, for the time that a reply takes. */
    LATENCY,
    /** Connect, opening handshake, closing handshake, and again. */
    HANDSHAKE,
    /** All connections are opened, each echoes one message if asked to, and then they are held. */
    IDLE,
    /** The first connection sends, all of them get it. */
    BROADCAST
}
