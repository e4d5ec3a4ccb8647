/** TLS: a link over a link, server certificates from files, and engines for clients that verify whom they talk to. */
@NullMarked
package dev.gibbon.internal.tls;

import org.jspecify.annotations.NullMarked;
