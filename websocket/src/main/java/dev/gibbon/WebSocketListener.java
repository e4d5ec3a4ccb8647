package dev.gibbon;

import java.nio.ByteBuffer;

/**
 * An application in the listener style: called on the connection's event loop, one call at a time per connection, in
 * order. It must not block; a call that holds the loop for more than 100 ms is logged.
 *
 * <p>{@link #onMessage} gets a borrowed {@link Message}, valid only during the call; by default it hands text to {@link
 * #onText} and binary to {@link #onBinary}. Anything thrown closes the connection with 1011 and is logged once. {@link
 * #onClose} is the one terminal event, and is called exactly once for each {@link #onOpen}.
 */
public interface WebSocketListener {

    /**
     * The opening handshake is complete.
     *
     * @param socket the connection
     * @throws Exception closes the connection with 1011
     */
    default void onOpen(WebSocket socket) throws Exception {}

    /**
     * A whole message has come.
     *
     * @param socket the connection
     * @param message borrowed: valid only during this call
     * @throws Exception closes the connection with 1011
     */
    default void onMessage(WebSocket socket, Message message) throws Exception {
        if (message.isText()) {
            onText(socket, message.text());
        } else {
            onBinary(socket, message.bytes());
        }
    }

    /**
     * A whole text message has come, decoded.
     *
     * @param socket the connection
     * @param text the text
     * @throws Exception closes the connection with 1011
     */
    default void onText(WebSocket socket, String text) throws Exception {}

    /**
     * A whole binary message has come.
     *
     * @param socket the connection
     * @param bytes the payload, read-only, valid only during this call
     * @throws Exception closes the connection with 1011
     */
    default void onBinary(WebSocket socket, ByteBuffer bytes) throws Exception {}

    /**
     * A part of a message has come; only called, instead of {@link #onMessage}, when the endpoint has {@link
     * Endpoint#inParts()}. The parts of a text message are checked UTF-8, but may cut a character in two.
     *
     * @param socket the connection
     * @param part the bytes, borrowed: valid only during this call
     * @param last whether the message ends here
     * @throws Exception closes the connection with 1011
     */
    default void onPart(WebSocket socket, Message part, boolean last) throws Exception {}

    /**
     * A ping has come; its pong is sent without the listener's help.
     *
     * @param socket the connection
     * @param payload at most 125 bytes, read-only, valid only during this call
     * @throws Exception closes the connection with 1011
     */
    default void onPing(WebSocket socket, ByteBuffer payload) throws Exception {}

    /**
     * A pong has come, asked for or not.
     *
     * @param socket the connection
     * @param payload at most 125 bytes, read-only, valid only during this call
     * @throws Exception closes the connection with 1011
     */
    default void onPong(WebSocket socket, ByteBuffer payload) throws Exception {}

    /**
     * The outgoing queue, which had been above the high-water mark, is empty again.
     *
     * @param socket the connection
     * @throws Exception closes the connection with 1011
     */
    default void onDrain(WebSocket socket) throws Exception {}

    /**
     * The connection has ended. Nothing is called after this.
     *
     * @param socket the connection; sending fails
     * @param info who ended it, and why
     * @throws Exception is logged
     */
    default void onClose(WebSocket socket, CloseInfo info) throws Exception {}

    /**
     * A listener for text; binary messages are ignored.
     *
     * @param handler called with each text message
     * @return the listener
     */
    static WebSocketListener onText(TextHandler handler) {
        return new WebSocketListener() {
            @Override
            public void onText(WebSocket socket, String text) throws Exception {
                handler.accept(socket, text);
            }
        };
    }

    /**
     * A listener for messages of both types.
     *
     * @param handler called with each message, which is borrowed
     * @return the listener
     */
    static WebSocketListener onMessage(MessageHandler handler) {
        return new WebSocketListener() {
            @Override
            public void onMessage(WebSocket socket, Message message) throws Exception {
                handler.accept(socket, message);
            }
        };
    }

    /** Takes the text messages of a connection. */
    @FunctionalInterface
    interface TextHandler {
        /**
         * Takes one text message.
         *
         * @param socket the connection
         * @param text the text
         * @throws Exception closes the connection with 1011
         */
        void accept(WebSocket socket, String text) throws Exception;
    }

    /** Takes the messages of a connection. */
    @FunctionalInterface
    interface MessageHandler {
        /**
         * Takes one message.
         *
         * @param socket the connection
         * @param message borrowed: valid only during this call
         * @throws Exception closes the connection with 1011
         */
        void accept(WebSocket socket, Message message) throws Exception;
    }
}
