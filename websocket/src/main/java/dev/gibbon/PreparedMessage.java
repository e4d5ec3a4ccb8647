package dev.gibbon;

import dev.gibbon.internal.message.OwnedMessage;
import dev.gibbon.internal.message.SharedFrame;

/**
 * A message framed once, to be sent to many connections (RFC 6455, 5.2): a server's frames carry no mask, so the same
 * bytes serve all. It is compressed once for all connections that agreed on the same, too, so it refers to no earlier
 * message; with context takeover the next message of such a connection begins anew. Immutable, for any thread.
 */
public sealed interface PreparedMessage permits SharedFrame {
    /**
     * Prepares a text message.
     *
     * @param text the text
     * @return the prepared message
     * @throws IllegalArgumentException if the text holds an unpaired surrogate
     */
    static PreparedMessage text(String text) {
        return of(Message.text(text));
    }

    /**
     * Prepares a binary message from a copy of these bytes.
     *
     * @param bytes the payload
     * @return the prepared message
     */
    static PreparedMessage binary(byte[] bytes) {
        return of(Message.binary(bytes));
    }

    /**
     * Prepares a message; a borrowed one is copied.
     *
     * @param message the message
     * @return the prepared message
     */
    static PreparedMessage of(Message message) {
        return new SharedFrame((OwnedMessage) message.copy());
    }

    /**
     * The message that was prepared.
     *
     * @return an owned message
     */
    Message message();
}
