package dev.gibbon.benchmarks.bench;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What the generator measured in one window.
 *
 * @param messages that came back whole and right; handshakes, or deliveries
 * @param seconds the window's length
 * @param payloadBytes of these messages, one direction
 * @param serverCpuSeconds user and system time of the server's process; null where there is none to read
 * @param generatorCpuSeconds the same of the generator's
 * @param othersCpuSeconds processor time of everybody else on the machine; null where there is none to read
 * @param stolenSeconds processor time that the hypervisor took; null likewise
 * @param p50Micros of the round trips; null where none were taken
 * @param p99Micros likewise
 * @param p999Micros likewise
 * @param errors connections that broke, and replies that broke a rule
 * @param mismatches replies that were not what was sent
 * @param firstError the first of them in words; null without one
 */
record Figures(
        long messages,
        double seconds,
        long payloadBytes,
        @Nullable Double serverCpuSeconds,
        double generatorCpuSeconds,
        @Nullable Double othersCpuSeconds,
        @Nullable Double stolenSeconds,
        @Nullable Double p50Micros,
        @Nullable Double p99Micros,
        @Nullable Double p999Micros,
        long errors,
        long mismatches,
        @Nullable String firstError) {
    private static final double MICROS = 1e6;
    private static final double MEGABYTE = 1e6;

    /** Processor time of the server for one message; null if it cannot be told, or was less than the kernel counts. */
    @JsonProperty("serverMicros")
    @Nullable
    Double serverMicrosPerMessage() {
        return serverCpuSeconds == null || serverCpuSeconds <= 0 || messages == 0
                ? null
                : serverCpuSeconds * MICROS / messages;
    }

    /** Messages a second. */
    @JsonProperty("perSecond")
    Double messagesPerSecond() {
        return seconds > 0 ? messages / seconds : 0.0;
    }

    /** Payload a second, one direction; null where there was none. */
    @JsonProperty("megabytesPerSecond")
    @Nullable
    Double megabytesPerSecond() {
        return payloadBytes > 0 && seconds > 0 ? payloadBytes / MEGABYTE / seconds : null;
    }

    /** How much of one processor others used meanwhile, 1 being all of it; null if it cannot be told. */
    @JsonProperty("othersShare")
    @Nullable
    Double othersShare() {
        return othersCpuSeconds == null || seconds <= 0 ? null : Math.max(0, othersCpuSeconds / seconds);
    }

    /** Whether nothing came, and nothing was wrong: a server or a generator that was not let run. */
    @JsonIgnore
    boolean isEmpty() {
        return messages == 0 && errors == 0 && mismatches == 0;
    }

    /** How many replies were wrong or missing, and the first of them. */
    String wrong() {
        return errors + " errors and " + mismatches + " mismatches"
                + (firstError == null ? "" : ", first: " + firstError);
    }
}
