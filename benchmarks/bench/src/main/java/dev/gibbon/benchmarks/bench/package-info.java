/**
 * {@code ./gibbon bench}: starts servers and a load generator in processes of their own, measures them in turn, and reports
 * medians with their spread, as ratios to a reference in the same run.
 */
@NullMarked
package dev.gibbon.benchmarks.bench;

import org.jspecify.annotations.NullMarked;
