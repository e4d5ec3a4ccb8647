package dev.gibbon;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An opening handshake that did not make a WebSocket: the server refused it with another status than 101, or its answer broke
 * a rule (RFC 6455, 4.1). The message says which, with the server's text escaped and cut.
 */
public final class HandshakeException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable HandshakeResponse response;

    /**
     * Makes the exception.
     *
     * @param message what went wrong
     * @param response the server's answer, or null if there was none that could be read
     */
    public HandshakeException(String message, @Nullable HandshakeResponse response) {
        super(message);
        this.response = response;
    }

    /**
     * The status of the server's answer.
     *
     * @return three digits, or 0 if there was no answer that could be read
     */
    public int status() {
        HandshakeResponse present = response;
        return present == null ? 0 : present.status();
    }

    /**
     * The server's answer: status, header fields and the beginning of the body.
     *
     * @return the answer, or empty if there was none that could be read
     */
    public Optional<HandshakeResponse> response() {
        return Optional.ofNullable(response);
    }
}
