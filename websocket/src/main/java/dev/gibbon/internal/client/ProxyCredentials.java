package dev.gibbon.internal.client;

import dev.gibbon.protocol.handshake.BasicCredentials;
import java.nio.charset.StandardCharsets;

/**
 * User and password for a proxy. {@link #toString} shows neither.
 *
 * @param user for SOCKS 1 to 255 bytes of UTF-8; for HTTP without a colon
 * @param password for SOCKS 1 to 255 bytes of UTF-8
 */
public record ProxyCredentials(String user, String password) {
    /**
     * Checks that they can be sent to a proxy.
     *
     * @throws IllegalArgumentException if they cannot
     */
    void requireFor(ProxyServer.Kind kind) {
        if (kind.isSocks()) {
            // RFC 1929, 2: both lengths are one byte, 1 to 255.
            requireLength("user", user);
            requireLength("password", password);
        } else if (kind != ProxyServer.Kind.DIRECT) {
            basic();
        }
    }

    private static void requireLength(String what, String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > 255) {
            throw new IllegalArgumentException("the " + what + " for a SOCKS proxy has " + length
                    + " bytes in UTF-8: expected 1 to 255 (RFC 1929, 2)");
        }
    }

    /** For Basic authentication. */
    BasicCredentials basic() {
        return new BasicCredentials(user, password);
    }

    @Override
    public String toString() {
        return "ProxyCredentials[hidden]";
    }
}
