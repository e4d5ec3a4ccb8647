package dev.gibbon.benchmarks.load;

import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What a run has counted so far. Confined to the generator's thread. */
final class Tally {

    // One hour: what takes longer counts as an hour. Three digits are right.
    private static final long LONGEST_NANOS = 3_600_000_000_000L;
    private static final double NANOS_A_MICRO = 1000.0;

    private final Histogram latencies = new Histogram(LONGEST_NANOS, 3);
    private long messages;
    private long errors;
    private long mismatches;
    private long compressedReplies;
    private long plainReplies;
    private long replyBytes;
    private @Nullable String firstError;

    void replies(int count) {
        messages += count;
    }

    void plain(int count, long bytes) {
        plainReplies += count;
        replyBytes += bytes;
    }

    void compressed(long bytes) {
        compressedReplies++;
        replyBytes += bytes;
    }

    void took(long nanos) {
        latencies.recordValue(Math.min(nanos, LONGEST_NANOS));
    }

    /** What came before was the warm-up. */
    void forgetLatencies() {
        latencies.reset();
    }

    void error(String words) {
        errors(1, words);
    }

    void errors(long count, String words) {
        errors += count;
        note(words);
    }

    void mismatch(Supplier<String> words) {
        mismatches++;
        if (firstError == null) {
            note(words.get());
        }
    }

    private void note(String words) {
        if (firstError == null) {
            firstError = words;
        }
    }

    long messages() {
        return messages;
    }

    long errors() {
        return errors;
    }

    long mismatches() {
        return mismatches;
    }

    long compressedReplies() {
        return compressedReplies;
    }

    long plainReplies() {
        return plainReplies;
    }

    long replyBytes() {
        return replyBytes;
    }

    @Nullable
    String firstError() {
        return firstError;
    }

    @Nullable
    Latency latency() {
        return latencies.getTotalCount() == 0
                ? null
                : new Latency(micros(50), micros(90), micros(99), micros(99.9), micros(100));
    }

    private double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / NANOS_A_MICRO;
    }
}
