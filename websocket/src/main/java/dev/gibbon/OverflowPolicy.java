package dev.gibbon;

/** What {@code send} does when the outgoing queue is at {@link WebSocketOptions#maxQueuedBytes()}. */
public enum OverflowPolicy {
    /** Waits for room, at most the write timeout; the blocking style's default. Fails at once on an event loop's thread. */
    BLOCK,
    /** Throws {@link SendQueueFullException}. */
    FAIL,
    /** Drops the message, counts it and logs it once. */
    DROP,
    /** Closes the connection with 1013; the listener style's default. */
    CLOSE
}
