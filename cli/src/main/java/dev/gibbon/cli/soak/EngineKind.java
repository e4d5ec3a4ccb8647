package dev.gibbon.cli.soak;

/** What keeps the topics. */
public enum EngineKind {
    /** The memory of this process, in which all nodes then are. */
    MEMORY,
    /** A Redis server that is started for it, and writes each change to its disk before it answers. */
    REDIS,
    /** A NATS server with JetStream that is started for it, with file storage. */
    NATS
}
