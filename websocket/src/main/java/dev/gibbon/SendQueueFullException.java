package dev.gibbon;

/** The outgoing queue had no room for a message; the message was not taken. */
public final class SendQueueFullException extends WebSocketException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message the bound, what is queued, and the setting to change
     */
    public SendQueueFullException(String message) {
        super(message);
    }
}
