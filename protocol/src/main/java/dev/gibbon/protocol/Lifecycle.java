package dev.gibbon.protocol;

/**
 * All transitions of {@link CloseState}, as functions from one state to the next. An impossible one throws: it would be
 * a mistake of this library or its caller, never of the peer. No state of its own, safe on any thread.
 */
final class Lifecycle {
    private Lifecycle() {}

    /** Our Close frame goes out. */
    static CloseState closeSent(CloseState state) {
        return switch (state) {
            case OPEN -> CloseState.CLOSE_SENT;
            case CLOSE_RECEIVED, FAILED -> CloseState.CLOSED;
            case CLOSE_SENT, CLOSED -> throw impossible("Close was already sent", state);
        };
    }

    /** The peer's Close frame came in, and was valid. */
    static CloseState closeReceived(CloseState state) {
        return switch (state) {
            case OPEN -> CloseState.CLOSE_RECEIVED;
            case CLOSE_SENT -> CloseState.CLOSED;
            case CLOSE_RECEIVED, CLOSED, FAILED -> throw impossible("nothing is received any more", state);
        };
    }

    /** The peer broke a rule. With our Close sent before, nothing is left to say. */
    static CloseState failed(CloseState state) {
        return switch (state) {
            case OPEN -> CloseState.FAILED;
            case CLOSE_SENT -> CloseState.CLOSED;
            case CLOSE_RECEIVED, CLOSED, FAILED -> throw impossible("nothing is received any more", state);
        };
    }

    /** The peer's stream ended; it may do so in every state, and may be told twice. */
    static CloseState streamEnded(CloseState state) {
        return switch (state) {
            case OPEN -> CloseState.FAILED;
            case CLOSE_SENT -> CloseState.CLOSED;
            case CLOSE_RECEIVED, CLOSED, FAILED -> state;
        };
    }

    private static IllegalStateException impossible(String why, CloseState state) {
        return new IllegalStateException(why + " (state " + state + ")");
    }
}
