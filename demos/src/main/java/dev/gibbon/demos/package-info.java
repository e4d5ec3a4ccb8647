/** The demos and their pages. */
@NullMarked
package dev.gibbon.demos;

import org.jspecify.annotations.NullMarked;
