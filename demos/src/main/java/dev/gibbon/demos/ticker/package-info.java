/** The ticker: events and timers. */
@NullMarked
package dev.gibbon.demos.ticker;

import org.jspecify.annotations.NullMarked;
