package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;

/**
 * One response head that a client received and {@link ResponseHeadParser} found in order. It keeps the bytes that came and
 * makes a {@code String} when it is asked for. Immutable; safe from any thread.
 */
public final class ReceivedResponse {

    private final byte[] bytes;
    private final int status;
    private final boolean http11;
    private final int reasonStart;
    private final int reasonEnd;
    private final HeaderFields fields;

    ReceivedResponse(byte[] bytes, StatusLine line, HeaderFields fields) {
        this.bytes = bytes;
        this.status = line.status();
        this.http11 = line.isHttp11();
        this.reasonStart = line.reasonStart();
        this.reasonEnd = line.reasonEnd();
        this.fields = fields;
    }

    /**
     * The status.
     *
     * @return 100 to 999; a server has no reason to send more than 599
     */
    public int status() {
        return status;
    }

    /**
     * The reason phrase as it was sent. A client should not go by it (RFC 9112, 4).
     *
     * @return no control character but the tab; bytes beyond ASCII appear as Latin-1; may be empty
     */
    public String reason() {
        return new String(bytes, reasonStart, reasonEnd - reasonStart, StandardCharsets.ISO_8859_1);
    }

    /**
     * Whether the version is 1.1.
     *
     * @return true for HTTP/1.1, false for HTTP/1.0; there is no third
     */
    public boolean isHttp11() {
        return http11;
    }

    /**
     * The fields.
     *
     * @return all fields in their order
     */
    public HeaderFields fields() {
        return fields;
    }

    /** The version and status; no fields, which may hold secrets, and no text of the peer. */
    @Override
    public String toString() {
        return (http11 ? "HTTP/1.1 " : "HTTP/1.0 ") + status;
    }
}
