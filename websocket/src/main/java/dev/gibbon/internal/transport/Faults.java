package dev.gibbon.internal.transport;

/**
 * What goes wrong on an in-memory link, as its owner sees it.
 *
 * @param mostRead a read brings at most this many bytes
 * @param mostWritten a write takes at most this many bytes
 * @param failAfterCalls the call with this number (reads and writes together, from 1) fails; 0 for none
 * @param delayPolls bytes become readable only at the n-th poll after they came; 0 for at once
 */
public record Faults(int mostRead, int mostWritten, int failAfterCalls, int delayPolls) {
    /** Nothing goes wrong. */
    public static final Faults NONE = new Faults(Integer.MAX_VALUE, Integer.MAX_VALUE, 0, 0);

    /** Checks the ranges. */
    public Faults {
        if (mostRead < 1 || mostWritten < 1 || failAfterCalls < 0 || delayPolls < 0) {
            throw new IllegalArgumentException("expected at least one byte a call, and no negative counts");
        }
    }

    /** Short reads and short writes. */
    public static Faults shortCalls(int mostBytes) {
        return new Faults(mostBytes, mostBytes, 0, 0);
    }

    /** The n-th read or write fails. */
    public static Faults failing(int call) {
        return new Faults(Integer.MAX_VALUE, Integer.MAX_VALUE, call, 0);
    }

    /** Bytes come late. */
    public static Faults delayed(int polls) {
        return new Faults(Integer.MAX_VALUE, Integer.MAX_VALUE, 0, polls);
    }
}
