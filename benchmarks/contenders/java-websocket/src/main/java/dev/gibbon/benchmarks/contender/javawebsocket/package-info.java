/** Java-WebSocket as a contender. */
@NullMarked
package dev.gibbon.benchmarks.contender.javawebsocket;

import org.jspecify.annotations.NullMarked;
