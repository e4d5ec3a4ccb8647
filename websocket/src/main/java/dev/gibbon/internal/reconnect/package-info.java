/** Connecting again: when, how often, and what is kept meanwhile. */
@NullMarked
package dev.gibbon.internal.reconnect;

import org.jspecify.annotations.NullMarked;
