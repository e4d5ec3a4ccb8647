package dev.gibbon.benchmarks.load;

/**
 * How long replies took, in microseconds, from just before a message was written until its reply had been read.
 *
 * @param p50 half of them took at most this
 * @param p90 nine of ten
 * @param p99 99 of 100
 * @param p999 999 of 1,000
 * @param max the longest
 */
public record Latency(double p50, double p90, double p99, double p999, double max) {}
