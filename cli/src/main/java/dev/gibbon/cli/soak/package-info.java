/** A load test of the chat over several nodes that can fail: who has seen what, compared with what was published. */
@NullMarked
package dev.gibbon.cli.soak;

import org.jspecify.annotations.NullMarked;
