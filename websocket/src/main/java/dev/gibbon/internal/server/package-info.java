/** The running server: listening, counting, closing. */
@NullMarked
package dev.gibbon.internal.server;

import org.jspecify.annotations.NullMarked;
