/** a bare TCP echo as a contender. */
@NullMarked
package dev.gibbon.benchmarks.contender.tcp;

import org.jspecify.annotations.NullMarked;
