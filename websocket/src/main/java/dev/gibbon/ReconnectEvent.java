package dev.gibbon;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A change in the life of a {@link ReconnectingWebSocket}. In order they are: for each attempt {@link Connecting}, then {@link
 * Failed} or {@link Connected}; after {@code Connected}, at its end, {@link Disconnected}; {@link Waiting} before each further
 * attempt; and at last {@link GaveUp} or {@link Stopped}, once, and nothing after it.
 */
public sealed interface ReconnectEvent {
    /**
     * An attempt begins.
     *
     * @param attempt 1 for the first one, and for the first one after a stable connection
     */
    record Connecting(int attempt) implements ReconnectEvent {}

    /**
     * A connection is open.
     *
     * @param socket the connection
     * @param attempt the attempt that made it
     */
    record Connected(WebSocket socket, int attempt) implements ReconnectEvent {}

    /**
     * An attempt has failed.
     *
     * @param attempt its number
     * @param cause as {@link WebSocketClient} has it, such as a {@link HandshakeException}; or what the application threw
     */
    record Failed(int attempt, Throwable cause) implements ReconnectEvent {}

    /**
     * A connection has ended.
     *
     * @param info how
     */
    record Disconnected(CloseInfo info) implements ReconnectEvent {}

    /**
     * The next attempt comes after a while.
     *
     * @param delay until it begins
     * @param attempt its number
     */
    record Waiting(Duration delay, int attempt) implements ReconnectEvent {}

    /**
     * There will be no further attempt.
     *
     * @param reason why
     * @param failure what the last attempt failed with, null if the last event was the end of a connection
     * @param info how the last connection ended, null if the last event was a failed attempt
     * @param unsent messages in the outbox, which are dropped
     */
    record GaveUp(
            Reason reason,
            @Nullable Throwable failure,
            @Nullable CloseInfo info,
            int unsent) implements ReconnectEvent {}

    /**
     * The application has stopped it.
     *
     * @param unsent messages in the outbox, which are dropped
     */
    record Stopped(int unsent) implements ReconnectEvent {}

    /** Why it gave up. */
    enum Reason {
        /** The server, or a proxy, answered with a status that another attempt would not change. */
        STATUS,
        /** The server closed with a code that says not to come back. */
        CLOSE_CODE,
        /**
         * A supplier or test of the application threw an unchecked exception other than {@link java.io.UncheckedIOException}, or an
         * error: a mistake that another attempt would repeat.
         */
        FAULT,
        /** As many attempts one after the other have failed as the policy allows. */
        ATTEMPTS,
        /** The time that the policy allows without a stable connection would be over before the next attempt. */
        TIME,
        /** Its event loops were closed. */
        LOOPS_CLOSED
    }
}
