/** Event loops: one thread, one poller, one read buffer, one cork, a task queue and a timer wheel each. */
@NullMarked
package dev.gibbon.internal.loop;

import org.jspecify.annotations.NullMarked;
