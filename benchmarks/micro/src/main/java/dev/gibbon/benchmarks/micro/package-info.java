/** JMH benchmarks: {@link dev.gibbon.benchmarks.micro.MicroBenchmarks} runs them. */
@NullMarked
package dev.gibbon.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
