package dev.gibbon;

/** What a {@link ReconnectingWebSocket} does with a message for which its outbox has no room. */
public enum OutboxPolicy {
    /** The message is not taken: {@link SendResult#FULL}. */
    REFUSE,
    /** The oldest messages make room for it. For states, of which only the newest counts. */
    DROP_OLDEST,
    /** The message is dropped as if it had been taken. For measurements, of which some may be missing. */
    DROP_NEWEST
}
