/**
 * WebSockets for Java: the server, the client, their connections, and the two ways to write an application.
 *
 * <p>Start at {@link dev.gibbon.WebSocketServer} or {@link dev.gibbon.WebSocketClient}. An application is a {@link dev.gibbon.WebSocketHandler}, which blocks in
 * a thread of its own, or a {@link dev.gibbon.WebSocketListener}, which is called on the event loop. Both get a {@link
 * dev.gibbon.WebSocket}.
 */
@NullMarked
package dev.gibbon;

import org.jspecify.annotations.NullMarked;
