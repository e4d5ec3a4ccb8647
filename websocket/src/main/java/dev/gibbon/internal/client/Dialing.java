package dev.gibbon.internal.client;

/** Something under way on a loop that can be given up. Only for the loop's thread. */
public interface Dialing {
    /** Gives up: nothing is left of it, and nobody is called any more. Idempotent. */
    void cancel();
}
