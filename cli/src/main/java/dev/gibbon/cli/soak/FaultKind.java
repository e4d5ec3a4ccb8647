package dev.gibbon.cli.soak;

/** What may happen. */
public enum FaultKind {
    /** A node is killed (SIGKILL), or in memory closed abruptly, and started again. */
    NODE("node"),
    /** The engine is stopped (SIGTERM) and started again, and later killed (SIGKILL) and started again; never with memory. */
    ENGINE("engine"),
    /** Connections are cut at random, and may connect again after a while. */
    CONNECTION("connection");

    private final String word;

    FaultKind(String word) {
        this.word = word;
    }

    /** Its name in the option. */
    public String word() {
        return word;
    }
}
