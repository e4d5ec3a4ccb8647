package dev.gibbon.hub;

import dev.gibbon.PreparedMessage;
import dev.gibbon.SendResult;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A connection as the hub sees it: all that it needs of one, so that it works without a network, too. {@link Hub#join(dev.gibbon.WebSocket)}
 * makes one of a WebSocket.
 */
public interface Outlet {
    /**
     * Runs tasks one at a time, in their order; the other methods but {@link #close} are called there.
     *
     * @return the same object for all connections that share a loop, so that a message is one task for all of them
     */
    Executor executor();

    /**
     * Takes a message if there is room.
     *
     * @param message the message
     * @return what became of it; a message that finds nothing waiting is never {@link SendResult#FULL}
     */
    SendResult trySend(PreparedMessage message);

    /**
     * What waits to be written.
     *
     * @return bytes, 0 if nothing waits
     */
    long bufferedBytes();

    /**
     * Tells when nothing waits.
     *
     * @return completes on the executor when {@link #bufferedBytes} is 0 or the connection has ended
     */
    CompletionStage<?> drained();

    /**
     * Begins to close the connection; nothing is taken any more. Any thread.
     *
     * @param code the close code (RFC 6455, 7.4)
     * @param reason at most 123 bytes of UTF-8
     */
    void close(int code, String reason);

    /**
     * Tells when the connection has ended.
     *
     * @return completes then, on any thread
     */
    CompletionStage<?> closed();
}
