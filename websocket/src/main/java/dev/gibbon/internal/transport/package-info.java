/**
 * The seam between the event loop and the operating system. Above it nobody sees a channel, a key or a selector; a transport
 * is a {@link dev.gibbon.internal.transport.Poller} per loop, and {@link dev.gibbon.internal.transport.Link}s that belong to it.
 */
@NullMarked
package dev.gibbon.internal.transport;

import org.jspecify.annotations.NullMarked;
