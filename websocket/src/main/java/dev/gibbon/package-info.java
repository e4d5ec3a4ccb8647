/** WebSocket server and client. */
@NullMarked
package dev.gibbon;

import org.jspecify.annotations.NullMarked;
