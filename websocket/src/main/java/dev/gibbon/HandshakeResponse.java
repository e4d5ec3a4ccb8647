package dev.gibbon;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server's answer to an opening handshake (RFC 6455, 4.2.2), as a client's application sees it: of a connection that stands
 * by {@link WebSocket#response()}, of a refusal by {@link HandshakeException#response()}. Immutable. All of it is the server's
 * text: escape it before it goes to a log or a page.
 */
public interface HandshakeResponse {
    /** How much of a refusal's body is kept, bytes. */
    int MAX_BODY_BYTES = 8 << 10;

    /**
     * The status.
     *
     * @return three digits; 101 when the connection stands
     */
    int status();

    /**
     * The first value of a header field.
     *
     * @param name the field's name, in any case
     * @return the value without white space around it, or empty
     */
    Optional<String> header(String name);

    /**
     * All values of a header field, in order.
     *
     * @param name the field's name, in any case
     * @return the values, perhaps none
     */
    List<String> headers(String name);

    /**
     * All header fields.
     *
     * @return values by name; the names compare in any case
     */
    Map<String, List<String>> headers();

    /**
     * The beginning of a refusal's body.
     *
     * @return at most {@link #MAX_BODY_BYTES} bytes, a copy; empty for 101
     */
    byte[] body();

    /**
     * The beginning of a refusal's body as text.
     *
     * @return decoded as UTF-8, with U+FFFD for what is not
     */
    default String bodyText() {
        return new String(body(), StandardCharsets.UTF_8);
    }
}
