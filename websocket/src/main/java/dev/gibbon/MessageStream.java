package dev.gibbon;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;

/**
 * One incoming message, read while it arrives. For one thread at a time. A read waits for bytes; it fails with an {@link
 * IOException} if the connection ends within the message.
 */
public abstract class MessageStream extends InputStream {
    /** For the library. */
    protected MessageStream() {}

    /**
     * Whether it is a text message.
     *
     * @return true for text, false for binary
     */
    public abstract boolean isText();

    /**
     * The same message as characters; use either this or the bytes.
     *
     * @return a reader that decodes UTF-8
     */
    public abstract Reader reader();

    /**
     * Skips what has not been read.
     *
     * @throws IOException if the connection ended within the message
     */
    @Override
    public abstract void close() throws IOException;
}
