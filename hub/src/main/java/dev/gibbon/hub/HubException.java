package dev.gibbon.hub;

import java.util.Objects;

/** The hub did not do what a connection asked for. The message is fit to be shown to the one who asked. */
public final class HubException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        /** The topic's name is empty, too long, or no text. */
        BAD_TOPIC,
        /** The {@link HubAuthorizer} does not allow it. */
        REFUSED,
        /** The connection has subscribed to this topic already. */
        ALREADY_SUBSCRIBED,
        /** A limit of {@link HubLimits} is reached; the message names it. */
        LIMIT,
        /** The connection has left, or the hub is closed. */
        CLOSED
    }

    private final Reason reason;

    HubException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason);
    }

    /**
     * Why the hub did not do it.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
