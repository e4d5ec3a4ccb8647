package dev.gibbon;

import java.io.IOException;

/**
 * A proxy was reached, but there is no tunnel: it refused, or its answer was none. The message names the proxy and what it said,
 * never the credentials.
 */
public final class ProxyException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int statusCode;
    private final byte[] body;

    /**
     * Makes the exception.
     *
     * @param message which proxy, and what is wrong
     * @param statusCode of an HTTP proxy's answer, or 0
     * @param body the beginning of that answer's body
     */
    public ProxyException(String message, int statusCode, byte[] body) {
        super(message);
        this.statusCode = statusCode;
        this.body = body.clone();
    }

    /**
     * The status of an HTTP proxy's answer to CONNECT, for example 407 where it wants (other) credentials.
     *
     * @return 100 to 999, or 0 where there is none: the answer was no HTTP, or the proxy speaks SOCKS
     */
    public int statusCode() {
        return statusCode;
    }

    /**
     * The beginning of the answer's body, at most 8 KiB. Text of the proxy: not to be trusted.
     *
     * @return a copy, empty where there is none
     */
    public byte[] body() {
        return body.clone();
    }
}
