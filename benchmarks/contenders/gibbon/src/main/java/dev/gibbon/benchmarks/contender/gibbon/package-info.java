/** Gibbon as a contender. */
@NullMarked
package dev.gibbon.benchmarks.contender.gibbon;

import org.jspecify.annotations.NullMarked;
