/** Tyrus as a contender. */
@NullMarked
package dev.gibbon.benchmarks.contender.tyrus;

import org.jspecify.annotations.NullMarked;
