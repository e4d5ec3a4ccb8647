package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request head that the parser found in order: request line, host and fields are checked. It keeps the bytes that
 * came and makes a {@code String} when it is asked for. What it says never changes; safe from any thread.
 */
public final class RequestHead {

    private final byte[] bytes;

    /** Where everything is; null after {@link #pack}. It may be seen late by another thread, which then reads for itself. */
    private @Nullable Reading reading;

    /** What the parser made out in the bytes. Immutable. */
    record Reading(
            int methodStart,
            int methodEnd,
            boolean http11,
            RequestTarget target,
            HeaderFields fields,
            @Nullable Authority authority) {}

    RequestHead(byte[] bytes, Reading reading) {
        this.bytes = bytes;
        this.reading = reading;
    }

    /**
     * Keeps the bytes only, for a head that is to be kept long and asked seldom: from now on each question reads them again, which
     * takes about a microsecond. It saves some 250 bytes.
     */
    public void pack() {
        reading = null;
    }

    /** What the parser made out, read again if it was let go. */
    Reading reading() {
        Reading present = reading;
        return present != null ? present : RequestHeadParser.readAgain(bytes);
    }

    /**
     * The method as it was sent; methods are case-sensitive (RFC 9110, 9.1).
     *
     * @return a token
     */
    public String method() {
        Reading read = reading();
        return new String(bytes, read.methodStart, read.methodEnd - read.methodStart, StandardCharsets.US_ASCII);
    }

    /**
     * Whether this is the method, without making a {@code String} of it.
     *
     * @param method a method name, in its own case
     * @return true if it is equal
     */
    public boolean isMethod(String method) {
        Reading read = reading();
        return Octets.equal(bytes, read.methodStart, read.methodEnd, method);
    }

    /**
     * The request target as it was sent.
     *
     * @return visible ASCII: a path and perhaps a query, or the same behind {@code http://} (https, ws, wss) and a host
     */
    public String target() {
        return reading().target.raw();
    }

    /**
     * The path, percent-decoded.
     *
     * @return begins with a slash; no control characters, no backslash, no segment {@code .} or {@code ..}, and no slash
     *     that was hidden in an escape. Empty segments ({@code //}) are left as they are
     */
    public String path() {
        return reading().target.path();
    }

    /**
     * The query as it was sent, without its question mark.
     *
     * @return visible ASCII, perhaps empty; null if the target has no question mark
     */
    public @Nullable String query() {
        return reading().target.query();
    }

    /**
     * The query as decoded names and values.
     *
     * @return the parameters, read anew at each call
     */
    public QueryParameters queryParameters() {
        return QueryParameters.parse(reading().target.query());
    }

    /**
     * The cookies of the request.
     *
     * @return names and values, read anew at each call; see {@link Cookies}
     */
    public Map<String, String> cookies() {
        return Cookies.parse(reading().fields);
    }

    /**
     * Whether the version is 1.1.
     *
     * @return true for HTTP/1.1, false for HTTP/1.0; there is no third
     */
    public boolean isHttp11() {
        return reading().http11;
    }

    /**
     * The host that was asked for, without its port, as it was written.
     *
     * @return a name or address, an IPv6 address in brackets; null only with HTTP/1.0, when none was named
     */
    public @Nullable String host() {
        Authority named = reading().authority;
        return named == null ? null : named.host();
    }

    /**
     * The fields.
     *
     * @return all fields in their order
     */
    public HeaderFields fields() {
        return reading().fields;
    }

    /** The host and port that were asked for; null only with HTTP/1.0. */
    @Nullable
    Authority authority() {
        return reading().authority;
    }

    /** The request line; no fields, which may hold secrets. */
    @Override
    public String toString() {
        return method() + ' ' + target() + (isHttp11() ? " HTTP/1.1" : " HTTP/1.0");
    }
}
