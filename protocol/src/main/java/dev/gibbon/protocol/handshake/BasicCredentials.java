package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A user and a password for HTTP's Basic authentication (RFC 7617), of a server or a proxy. Immutable; safe from any thread.
 * {@link #toString} shows neither.
 *
 * @param user no colon, which would begin the password, and no control characters; may be empty
 * @param password no control characters; may be empty
 */
public record BasicCredentials(String user, String password) {

    /**
     * Checks both parts.
     *
     * @param user no colon, no control characters
     * @param password no control characters
     * @throws IllegalArgumentException if a part holds what it may not; the message does not repeat it
     */
    public BasicCredentials {
        // RFC 7617, 2: "a user-id containing a colon character is invalid"
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("the user of Basic authentication may not hold a colon (RFC 7617, 2)");
        }
        requireText("user", user);
        requireText("password", password);
    }

    private static void requireText(String what, String text) {
        // RFC 7617, 2: "The user-id and password MUST NOT contain any control characters"
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new IllegalArgumentException("the " + what + " of Basic authentication may not hold control"
                        + " characters (RFC 7617, 2); one stands at index " + i);
            }
        }
    }

    /**
     * The value for {@code Authorization} or {@code Proxy-Authorization}.
     *
     * @return {@code Basic} and the base64 of both parts in UTF-8
     */
    public String fieldValue() {
        byte[] pair = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    /** Shows neither user nor password. */
    @Override
    public String toString() {
        return "BasicCredentials[hidden]";
    }
}
