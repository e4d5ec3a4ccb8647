package dev.gibbon.benchmarks.bench;

/**
 * How long everything takes, in seconds.
 *
 * @param window one measurement
 * @param leadIn the same load just before it, not measured
 * @param firstWarmUp mixed load after a server's start
 * @param warmUp before the rounds of most scenarios
 * @param longWarmUp before those that run code of their own: handshakes, broadcast, compression
 * @param mostWarmUp how long such a warm-up is prolonged at most, while the JIT compiler is still at work
 */
record Timing(double window, double leadIn, double firstWarmUp, double warmUp, double longWarmUp, double mostWarmUp) {
    private static final double IDLE_SECONDS = 8;
    private static final double SHORTEST_TOLD = 0.5;

    /** For figures that count. On a core that the JIT compiler shares, half a second is far too short a warm-up. */
    static Timing thorough() {
        return new Timing(1.5, 0.3, 5, 1, 4, 30);
    }

    /** For a first look. */
    static Timing quick() {
        return new Timing(0.5, 0.2, 2, 0.5, 1.5, 5);
    }

    /** The same with windows of another length; very short ones shorten everything. */
    Timing withWindow(double seconds) {
        double most = Math.max(seconds, 0.1) * 2;
        return new Timing(
                seconds,
                Math.min(leadIn, seconds),
                Math.min(firstWarmUp, most),
                Math.min(warmUp, most),
                Math.min(longWarmUp, most),
                seconds < SHORTEST_TOLD ? 0 : mostWarmUp);
    }

    /** Whether a window is long enough to tell whether others disturbed it: the kernel counts in steps of 10 ms. */
    boolean canTellDisturbance() {
        return window >= SHORTEST_TOLD;
    }

    /** What comes before the rounds of a scenario. */
    double warmUp(Measure measure) {
        return measure.needsLongWarmUp() ? longWarmUp : warmUp;
    }

    /** About how long a measurement of memory takes. */
    double memorySeconds() {
        return firstWarmUp + longWarmUp + IDLE_SECONDS;
    }
}
