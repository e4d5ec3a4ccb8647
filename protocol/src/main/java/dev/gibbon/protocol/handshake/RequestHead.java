package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request head that the parser found in order: request line, host and fields are checked. It keeps the bytes that
 * came and makes a {@code String} when it is asked for. Immutable; safe from any thread.
 */
public final class RequestHead {

    private final byte[] bytes;
    private final int methodStart;
    private final int methodEnd;
    private final boolean http11;
    private final RequestTarget target;
    private final HeaderFields fields;
    private final @Nullable Authority authority;

    RequestHead(
            byte[] bytes, RequestLine line, RequestTarget target, HeaderFields fields, @Nullable Authority authority) {
        this.bytes = bytes;
        this.methodStart = line.methodStart();
        this.methodEnd = line.methodEnd();
        this.http11 = line.isHttp11();
        this.target = target;
        this.fields = fields;
        this.authority = authority;
    }

    /**
     * The method as it was sent; methods are case-sensitive (RFC 9110, 9.1).
     *
     * @return a token
     */
    public String method() {
        return new String(bytes, methodStart, methodEnd - methodStart, StandardCharsets.US_ASCII);
    }

    /**
     * Whether this is the method, without making a {@code String} of it.
     *
     * @param method a method name, in its own case
     * @return true if it is equal
     */
    public boolean isMethod(String method) {
        return Octets.equal(bytes, methodStart, methodEnd, method);
    }

    /**
     * The request target as it was sent.
     *
     * @return visible ASCII: a path and perhaps a query, or the same behind {@code http://} (https, ws, wss) and a host
     */
    public String target() {
        return target.raw();
    }

    /**
     * The path, percent-decoded.
     *
     * @return begins with a slash; no control characters, no backslash, no segment {@code .} or {@code ..}, and no slash
     *     that was hidden in an escape. Empty segments ({@code //}) are left as they are
     */
    public String path() {
        return target.path();
    }

    /**
     * The query as it was sent, without its question mark.
     *
     * @return visible ASCII, perhaps empty; null if the target has no question mark
     */
    public @Nullable String query() {
        return target.query();
    }

    /**
     * The query as decoded names and values.
     *
     * @return the parameters, read anew at each call
     */
    public QueryParameters queryParameters() {
        return QueryParameters.parse(target.query());
    }

    /**
     * The cookies of the request.
     *
     * @return names and values, read anew at each call; see {@link Cookies}
     */
    public Map<String, String> cookies() {
        return Cookies.parse(fields);
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
     * The host that was asked for, without its port, as it was written.
     *
     * @return a name or address, an IPv6 address in brackets; null only with HTTP/1.0, when none was named
     */
    public @Nullable String host() {
        return authority == null ? null : authority.host();
    }

    /**
     * The fields.
     *
     * @return all fields in their order
     */
    public HeaderFields fields() {
        return fields;
    }

    /** The host and port that were asked for; null only with HTTP/1.0. */
    @Nullable
    Authority authority() {
        return authority;
    }

    /** The request line; no fields, which may hold secrets. */
    @Override
    public String toString() {
        return method() + ' ' + target() + (http11 ? " HTTP/1.1" : " HTTP/1.0");
    }
}
