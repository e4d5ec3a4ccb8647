/** The hub's backplane on NATS 2.9 or newer with JetStream. */
@NullMarked
package dev.gibbon.hub.nats;

import org.jspecify.annotations.NullMarked;
