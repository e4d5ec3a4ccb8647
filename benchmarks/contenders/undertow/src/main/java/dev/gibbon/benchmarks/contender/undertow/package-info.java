/** Undertow as a contender. */
@NullMarked
package dev.gibbon.benchmarks.contender.undertow;

import org.jspecify.annotations.NullMarked;
