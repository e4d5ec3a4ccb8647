/** Real engines as processes on free ports, for tests and for the soak. */
@NullMarked
package dev.gibbon.engines;

import org.jspecify.annotations.NullMarked;
