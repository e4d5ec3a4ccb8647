package dev.gibbon;

import dev.gibbon.internal.message.BorrowedMessage;
import dev.gibbon.internal.message.OwnedMessage;
import java.nio.ByteBuffer;

/**
 * A data message (RFC 6455, 5.6): text or binary, and its payload.
 *
 * <p>A listener gets a <em>borrowed</em> message, which is valid only during the callback: its payload lies in the event
 * loop's read buffer. A use afterwards, or on another thread, throws {@link IllegalStateException}, but in a later
 * callback of the same connection it would see the later message, and a view from {@link #bytes()} does not know; {@link #copy()}
 * keeps it. Messages from {@code receive} and from the factories here are <em>owned</em>: immutable, for any thread, for ever.
 */
public sealed interface Message permits OwnedMessage, BorrowedMessage {
    /**
     * Makes an owned text message.
     *
     * @param text the text
     * @return the message
     * @throws IllegalArgumentException if the text holds an unpaired surrogate
     */
    static Message text(String text) {
        return OwnedMessage.ofText(text);
    }

    /**
     * Makes an owned binary message from a copy of these bytes.
     *
     * @param bytes the payload
     * @return the message
     */
    static Message binary(byte[] bytes) {
        return new OwnedMessage(false, bytes.clone());
    }

    /**
     * Makes an owned binary message from a copy of these bytes.
     *
     * @param bytes the payload, from its position to its limit, which stay as they are
     * @return the message
     */
    static Message binary(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return new OwnedMessage(false, copy);
    }

    /**
     * Whether it is a text message; otherwise it is binary.
     *
     * @return true for text
     */
    boolean isText();

    /**
     * The payload's size.
     *
     * @return bytes
     */
    int size();

    /**
     * The payload of either type, without a copy. Of a borrowed message it must not be used after the callback.
     *
     * @return a read-only view
     */
    ByteBuffer bytes();

    /**
     * The payload of a text message as UTF-8, without a copy; like {@link #bytes()}.
     *
     * @return a read-only view
     * @throws IllegalStateException if the message is binary
     */
    default ByteBuffer utf8() {
        if (!isText()) {
            throw new IllegalStateException("this message is binary: expected text; use bytes()");
        }
        return bytes();
    }

    /**
     * The text, decoded.
     *
     * @return a string of its own
     * @throws IllegalStateException if the message is binary
     */
    String text();

    /**
     * A copy of the payload.
     *
     * @return an array of its own
     */
    byte[] toByteArray();

    /**
     * Whether sending it compresses it.
     *
     * @return {@link Compression#AUTO} unless {@link #compression(Compression)} was called; so for every message that came
     */
    Compression compression();

    /**
     * The same message with another choice of compression, for {@code send}, {@code trySend} and {@link PreparedMessage}:
     *
     * <pre>{@code
     * socket.send(Message.text(token).compression(Compression.NEVER));
     * }</pre>
     *
     * @param choice the choice
     * @return an owned message; a borrowed one's payload is copied for it
     */
    Message compression(Compression choice);

    /**
     * The message to keep: a copy of a borrowed one, an owned one itself.
     *
     * @return an owned message
     */
    Message copy();
}
