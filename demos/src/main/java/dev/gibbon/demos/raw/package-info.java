/** Echo on the protocol engine and a server socket. */
@NullMarked
package dev.gibbon.demos.raw;

import org.jspecify.annotations.NullMarked;
