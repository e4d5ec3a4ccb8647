/** Tests of the server through its public API, over real sockets, against peers that share no code with it. */
@NullMarked
package dev.gibbon.endtoend;

import org.jspecify.annotations.NullMarked;
