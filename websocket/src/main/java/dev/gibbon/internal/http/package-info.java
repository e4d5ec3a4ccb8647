/** The HTTP part of a connection: opening handshakes, pages, paths. */
@NullMarked
package dev.gibbon.internal.http;

import org.jspecify.annotations.NullMarked;
