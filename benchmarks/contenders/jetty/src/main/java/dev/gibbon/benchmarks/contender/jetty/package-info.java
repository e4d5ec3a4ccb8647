/** Jetty as a contender. */
@NullMarked
package dev.gibbon.benchmarks.contender.jetty;

import org.jspecify.annotations.NullMarked;
