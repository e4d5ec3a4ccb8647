package dev.gibbon;

/** The family of this library's exceptions. */
public abstract sealed class WebSocketException extends RuntimeException
        permits WebSocketClosedException, SendQueueFullException {
    private static final long serialVersionUID = 1L;

    WebSocketException(String message) {
        super(message);
    }
}
