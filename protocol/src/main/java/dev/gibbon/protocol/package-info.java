/** The WebSocket protocol of RFC 6455 as bytes in, events out. */
@NullMarked
package dev.gibbon.protocol;

import org.jspecify.annotations.NullMarked;
