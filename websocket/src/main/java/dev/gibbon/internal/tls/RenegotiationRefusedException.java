package dev.gibbon.internal.tls;

import javax.net.ssl.SSLException;

/** The peer wanted a second handshake on the same connection, which TLS 1.3 has abolished. */
final class RenegotiationRefusedException extends SSLException {
    private static final long serialVersionUID = 1L;

    RenegotiationRefusedException() {
        super("the peer wanted to renegotiate TLS, which is refused");
    }
}
