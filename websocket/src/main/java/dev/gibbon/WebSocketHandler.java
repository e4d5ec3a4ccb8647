package dev.gibbon;

/**
 * An application in the blocking style: called once for each connection, in a thread of its own (a virtual thread where
 * the JDK has them, else a platform thread). When it returns, the connection is closed with 1000; when it throws, with
 * 1011, and the exception is logged once. A {@link WebSocketClosedException} that escapes is not an error. When the connection or the server
 * closes, the thread is not interrupted: it learns of it by its next call. On JDK 17 to 20 each connection costs a platform
 * thread: prefer listeners for thousands.
 */
@FunctionalInterface
public interface WebSocketHandler {
    /**
     * Runs the conversation.
     *
     * @param socket the connection
     * @throws Exception closes the connection with 1011
     */
    void handle(WebSocket socket) throws Exception;
}
