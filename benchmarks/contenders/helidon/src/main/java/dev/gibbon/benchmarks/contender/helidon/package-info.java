/** Helidon as a contender. */
@NullMarked
package dev.gibbon.benchmarks.contender.helidon;

import org.jspecify.annotations.NullMarked;
