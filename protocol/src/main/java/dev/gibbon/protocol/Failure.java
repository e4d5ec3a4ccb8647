package dev.gibbon.protocol;

import java.nio.charset.StandardCharsets;

/**
 * A fault of the peer, as a value: what to say in the Close frame that fails the connection (RFC 6455, 7.1.7).
 * Immutable, safe on any thread.
 *
 * @param code a close code that may be sent, such as 1002
 * @param reason which rule was broken or which setting was exceeded; at most 123 bytes of UTF-8, never text of the peer
 */
public record Failure(int code, String reason) {
    /** What RFC 6455, 5.5.1, leaves for a reason: 125 bytes of control payload less two for the code. */
    static final int MAX_REASON_BYTES = 123;

    /**
     * Checks that the failure fits a Close frame.
     *
     * @param code a close code that may be sent
     * @param reason at most 123 bytes of UTF-8
     * @throws IllegalArgumentException when the code may not be sent or the reason is too long
     */
    public Failure {
        if (!CloseCode.mayBeSent(code)) {
            throw new IllegalArgumentException("close code " + code + " must not be sent");
        }
        int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_REASON_BYTES) {
            throw new IllegalArgumentException("a close reason has at most 123 bytes of UTF-8, not " + bytes);
        }
    }
}
