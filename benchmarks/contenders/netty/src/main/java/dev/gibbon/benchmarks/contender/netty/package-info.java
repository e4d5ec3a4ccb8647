/** Netty as a contender. */
@NullMarked
package dev.gibbon.benchmarks.contender.netty;

import org.jspecify.annotations.NullMarked;
