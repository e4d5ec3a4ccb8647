/** A backplane for many nodes on Redis Streams. */
@NullMarked
package dev.gibbon.hub.redis;

import org.jspecify.annotations.NullMarked;
