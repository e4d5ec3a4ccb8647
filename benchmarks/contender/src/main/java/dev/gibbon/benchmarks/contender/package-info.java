/** A server that is measured: the interface, and the program that starts one in a process of its own. */
@NullMarked
package dev.gibbon.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
