/**
 * The load generator of the benchmarks. It opens connections to one WebSocket server, keeps messages in flight, checks what
 * comes back and counts. {@link dev.gibbon.benchmarks.load.Scenario} says what to do,
 * {@link dev.gibbon.benchmarks.load.Order} adds to whom and for how long,
 * {@link dev.gibbon.benchmarks.load.Generator} does it and answers with a {@link dev.gibbon.benchmarks.load.Result};
 * {@link dev.gibbon.benchmarks.load.LoadMain} is the same as a process.
 */
@NullMarked
package dev.gibbon.benchmarks.load;

import org.jspecify.annotations.NullMarked;
