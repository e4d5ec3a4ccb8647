package dev.gibbon.benchmarks.load;

import org.jspecify.annotations.Nullable;

/**
 * What a run came to. Counts and times are of the window only; errors, mismatches and kinds of replies of the whole run. A run
 * is good if {@code errors} and {@code mismatches} are 0.
 *
 * @param scenario the scenario's name
 * @param mode its mode
 * @param messages replies, deliveries (broadcast), closed connections (handshake) or touched connections (idle)
 * @param seconds of the window as it was
 * @param messagesPerSecond messages by seconds
 * @param payloadBytesPerSecond in one direction, before compression
 * @param latency with one message in flight, else null
 * @param opened connections that were open at the same time; for handshakes all that were made in the run
 * @param openSeconds the time to open them
 * @param errors connections refused, lost or broken, replies that never came
 * @param mismatches replies that were not what had been sent
 * @param firstError the first of either in words, null if there was none
 * @param compressedReplies replies that came compressed
 * @param plainReplies replies that came as they are
 * @param replyBytes payload on the wire of all replies of the run
 * @param ownCpuSeconds CPU time of the generator's process
 * @param serverCpuSeconds CPU time of the server's process, null without a pid
 * @param busySeconds CPU time of all processes, over all cores, null where it cannot be told
 * @param stealSeconds time that the machine's host took, null where it cannot be told
 */
public record Result(
        String scenario,
        Mode mode,
        long messages,
        double seconds,
        double messagesPerSecond,
        double payloadBytesPerSecond,
        @Nullable Latency latency,
        int opened,
        double openSeconds,
        long errors,
        long mismatches,
        @Nullable String firstError,
        long compressedReplies,
        long plainReplies,
        long replyBytes,
        double ownCpuSeconds,
        @Nullable Double serverCpuSeconds,
        @Nullable Double busySeconds,
        @Nullable Double stealSeconds) {}
