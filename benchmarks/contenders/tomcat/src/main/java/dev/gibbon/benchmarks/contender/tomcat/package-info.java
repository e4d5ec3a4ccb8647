/** Tomcat as a contender. */
@NullMarked
package dev.gibbon.benchmarks.contender.tomcat;

import org.jspecify.annotations.NullMarked;
