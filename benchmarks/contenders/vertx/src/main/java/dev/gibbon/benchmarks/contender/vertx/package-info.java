/** Vert.x as a contender. */
@NullMarked
package dev.gibbon.benchmarks.contender.vertx;

import org.jspecify.annotations.NullMarked;
