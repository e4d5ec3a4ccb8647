package dev.gibbon;

import org.jspecify.annotations.Nullable;

/** The connection is closing or has ended, so nothing more can be sent or received. */
public final class WebSocketClosedException extends WebSocketException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable CloseInfo info;

    /**
     * Makes the exception.
     *
     * @param message what could not be done
     * @param info how the connection ended, or null while it is closing
     */
    public WebSocketClosedException(String message, @Nullable CloseInfo info) {
        super(message);
        this.info = info;
        if (info != null && info.cause() != null) {
            initCause(info.cause());
        }
    }

    /**
     * How the connection ended.
     *
     * @return the terminal record, or null while the connection is closing
     */
    public @Nullable CloseInfo info() {
        return info;
    }
}
