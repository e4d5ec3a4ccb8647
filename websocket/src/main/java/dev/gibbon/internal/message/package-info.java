/** The two kinds of messages behind {@link dev.gibbon.Message}. */
@NullMarked
package dev.gibbon.internal.message;

import org.jspecify.annotations.NullMarked;
