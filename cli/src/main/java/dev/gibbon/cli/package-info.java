/** The command line. */
@NullMarked
package dev.gibbon.cli;

import org.jspecify.annotations.NullMarked;
