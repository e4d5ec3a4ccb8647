/**
 * One WebSocket connection: its loop-side half ({@link dev.gibbon.internal.connection.Connection}), its face for any thread
 * ({@link dev.gibbon.internal.connection.ConnectedSocket}), its outgoing queue, and the two ways to hand over what comes.
 */
@NullMarked
package dev.gibbon.internal.connection;

import org.jspecify.annotations.NullMarked;
