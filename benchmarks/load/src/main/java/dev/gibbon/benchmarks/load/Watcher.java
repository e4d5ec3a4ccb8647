package dev.gibbon.benchmarks.load;

/**
 * Who is told how a run goes, and may end it. Called on the generator's thread, between its turns: what takes long here is
 * taken from the load.
 */
public interface Watcher {

    /** Tells nobody and ends nothing. */
    Watcher NONE = new Watcher() {};

    /**
     * Connections are being opened. Called about ten times a second.
     *
     * @param opened so many are open
     * @param of so many shall be
     */
    default void opening(int opened, int of) {}

    /** All are open, and the warm-up begins. */
    default void warming() {}

    /** The window begins; the process metered has just been read. */
    default void windowBegins() {}

    /**
     * Load is running. Called about ten times a second.
     *
     * @param fraction of warm-up and window together, 0 to 1
     * @param messages so far, the warm-up's included
     */
    default void progress(double fraction, long messages) {}

    /** The window has ended; the process metered has just been read. */
    default void windowEnds() {}

    /** {@link Mode#IDLE}: all connections are open, and touched, and held from now on. */
    default void holding() {}

    /**
     * {@link Mode#IDLE}: whether the connections need not be held any longer. Asked about ten times a second.
     *
     * @return true to let them go
     */
    default boolean released() {
        return false;
    }

    /**
     * Whether to give up. Asked about a hundred times a second.
     *
     * @return true to end the run at once; what was counted is in the result
     */
    default boolean cancelled() {
        return false;
    }
}
