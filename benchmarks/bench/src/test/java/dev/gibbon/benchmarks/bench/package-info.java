/** Tests of the harness, without load on the machine: servers are shell commands, and the generator is played. */
@NullMarked
package dev.gibbon.benchmarks.bench;

import org.jspecify.annotations.NullMarked;
