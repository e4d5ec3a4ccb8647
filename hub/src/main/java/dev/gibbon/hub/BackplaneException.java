package dev.gibbon.hub;

import org.jspecify.annotations.Nullable;

/** The engine did not do what was asked. {@link #isRetryable} tells whether it may when asked again. */
public final class BackplaneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean retryable;

    private BackplaneException(String message, @Nullable Throwable cause, boolean retryable) {
        super(message, cause);
        this.retryable = retryable;
    }

    /**
     * The engine is away, and as much waits for it as may.
     *
     * @param message what waits, and which setting bounds it
     * @return the exception
     */
    public static BackplaneException full(String message) {
        return new BackplaneException(message, null, true);
    }

    /**
     * The engine failed, and nobody knows whether it has done what was asked. Asking again, with the same id, finds out.
     *
     * @param message what failed
     * @param cause what was thrown; null if nothing was
     * @return the exception
     */
    public static BackplaneException failed(String message, @Nullable Throwable cause) {
        return new BackplaneException(message, cause, true);
    }

    /**
     * The engine refuses it, and will again: it is too large, or not allowed.
     *
     * @param message what was refused, and which setting would change that
     * @return the exception
     */
    public static BackplaneException refused(String message) {
        return new BackplaneException(message, null, false);
    }

    /**
     * The sequence of a message is below that of one that was stored of its producer, and it is not known to have been stored.
     *
     * @param id of the message
     * @param last the greatest sequence that was stored of this producer
     * @return the exception
     */
    public static BackplaneException outOfSequence(MessageId id, long last) {
        return new BackplaneException(
                "sequence " + id.sequence() + " of producer " + id.producer() + " comes behind " + last
                        + ", and is not known to have been stored: a producer publishes upwards, one after the other",
                null,
                false);
    }

    /**
     * The backplane was closed.
     *
     * @return the exception
     */
    public static BackplaneException closed() {
        return new BackplaneException("the backplane is closed", null, false);
    }

    /**
     * Whether the same may succeed later.
     *
     * @return false if it never will
     */
    public boolean isRetryable() {
        return retryable;
    }
}
