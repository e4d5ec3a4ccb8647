/**
 * A transport that owns its descriptors: sockets, epoll and eventfd through {@code java.lang.foreign}, without a channel of
 * {@code java.nio} in between. Where it cannot work it says so before anything is called.
 */
@NullMarked
package dev.gibbon.internal.epoll;

import org.jspecify.annotations.NullMarked;
