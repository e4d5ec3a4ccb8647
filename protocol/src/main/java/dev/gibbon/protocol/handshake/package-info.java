/** The opening handshake of RFC 6455, section 4, over HTTP/1.1. */
@NullMarked
package dev.gibbon.protocol.handshake;

import org.jspecify.annotations.NullMarked;
