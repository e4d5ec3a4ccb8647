package dev.gibbon;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes one message in fragments. For one thread at a time. Bytes gather into fragments of up to 16 KiB; {@link #flush()}
 * sends what has gathered. Waits for room in the outgoing queue under the same bound as {@link WebSocket#send(Message)}.
 */
public abstract class MessageWriter extends OutputStream {
    /** For the library. */
    protected MessageWriter() {}

    /**
     * Writes text as UTF-8.
     *
     * @param text the text; a surrogate pair may be cut between two calls
     * @throws IOException if the connection is closing or closed, or the queue stays full
     */
    public abstract void write(String text) throws IOException;

    /**
     * Gives the message up, which cannot be done without failing the connection: closes it with 1011.
     */
    public abstract void abandon();
}
