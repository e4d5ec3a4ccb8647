/** Echo, and the wire: every frame of a connection, drawn. */
@NullMarked
package dev.gibbon.demos.echo;

import org.jspecify.annotations.NullMarked;
