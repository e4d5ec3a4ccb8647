package dev.gibbon;

/** What became of a message given to {@link WebSocket#trySend(Message)}. */
public enum SendResult {
    /** It was taken, and goes out in order unless the connection ends first. */
    ACCEPTED,
    /** The outgoing queue has no room; nothing was taken. */
    FULL,
    /** The connection is closing or closed; nothing was taken. */
    CLOSED
}
