/** The client: reaching the server, directly or through a proxy, and the opening handshake. */
@NullMarked
package dev.gibbon.internal.client;

import org.jspecify.annotations.NullMarked;
