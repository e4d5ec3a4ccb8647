package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;
import java.nio.ByteBuffer;

/**
 * Hands what comes on a connection to the application, in one of two styles. Called on the connection's loop, never after {@link
 * #closed}. What it throws closes the connection with 1011. It may serve many connections, each of which says which one it is.
 */
public interface Receiver {
    /** Whether it takes messages as they arrive, in parts, rather than assembled. */
    boolean wantsParts();

    /** The handshake is complete. */
    void opened(Connection connection) throws Exception;

    /** A whole message. */
    void message(Connection connection, ByteBuffer buffer, int offset, int length, boolean text) throws Exception;

    /** A part of a message. */
    void part(
            Connection connection, ByteBuffer buffer, int offset, int length, boolean text, boolean first, boolean last)
            throws Exception;

    /** A ping. */
    void ping(Connection connection, ByteBuffer buffer, int offset, int length) throws Exception;

    /** A pong. */
    void pong(Connection connection, ByteBuffer buffer, int offset, int length) throws Exception;

    /** The outgoing queue is empty again. */
    void drained(Connection connection) throws Exception;

    /**
     * No more messages will come. Before our Close goes out, the application may answer those that did.
     *
     * @param connection whose
     * @param closing writes our Close; run at once, or later on the loop when the application has taken everything
     */
    void inputEnded(Connection connection, Runnable closing);

    /** How long our Close may wait for that, nanoseconds; no longer than the closing handshake anyway. */
    default long answerNanos() {
        return Long.MAX_VALUE;
    }

    /** The application has not taken anything for a while, and its own end of the connection waits behind that: forget what comes. */
    default void takesNoMore(Connection connection) {}

    /** The connection has ended. */
    void closed(Connection connection, CloseInfo info) throws Exception;

    /** The application, for logs. */
    String describe();
}
