package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The request target, read once its line is whole: a path and a query in origin-form, or the same behind {@code http://}
 * and a host in absolute-form (RFC 9112, 3.2). Confined to one thread until {@link #read} has returned, then immutable.
 */
final class RequestTarget {

    private static final String[] SCHEMES = {"http://", "https://", "ws://", "wss://"};

    private final byte[] bytes;
    private final int start;
    private final int end;
    private int pathStart;
    private int pathEnd;
    private @Nullable String decodedPath;
    private @Nullable Authority authority;
    private int schemePort = Authority.NO_PORT;

    RequestTarget(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
    }

    /** Reads and checks the target; null if it is in order. Called once, before anything else. */
    @Nullable
    Refusal read() {
        pathStart = start;
        if (bytes[start] != '/' && !readAuthority()) {
            return Refusals.TARGET_FORM;
        }
        boolean suspicious = false;
        int at = pathStart;
        for (; at < end && bytes[at] != '?'; at++) {
            byte octet = bytes[at];
            if (octet == '%' || octet == '.') {
                suspicious = true;
            } else if (!Octets.is(Octets.PATH, octet)) {
                return Refusals.PATH_CHARACTER;
            }
        }
        pathEnd = at;
        for (; at < end; at++) {
            if (!Octets.is(Octets.QUERY, bytes[at])) {
                return Refusals.QUERY_CHARACTER;
            }
        }
        return suspicious ? readSuspiciousPath() : null;
    }

    private boolean readAuthority() {
        for (String scheme : SCHEMES) {
            int hostStart = start + scheme.length();
            if (hostStart < end && Octets.equalsIgnoreCase(bytes, start, hostStart, scheme)) {
                int at = hostStart;
                while (at < end && bytes[at] != '/' && bytes[at] != '?') {
                    at++;
                }
                pathStart = at;
                schemePort = Origin.defaultPort(scheme.substring(0, scheme.length() - 3));
                authority = Authority.parse(bytes, hostStart, at);
                return authority != null;
            }
        }
        return false;
    }

    private @Nullable Refusal readSuspiciousPath() {
        String path = PercentEncoding.decodePath(bytes, pathStart, pathEnd);
        if (path == null) {
            return Refusals.PATH_ENCODING;
        }
        decodedPath = path;
        for (int slash = 0; slash >= 0; slash = path.indexOf('/', slash + 1)) {
            int next = path.indexOf('/', slash + 1);
            int segmentEnd = next < 0 ? path.length() : next;
            int length = segmentEnd - slash - 1;
            if ((length == 1 && path.charAt(slash + 1) == '.') || (length == 2 && path.startsWith("..", slash + 1))) {
                return Refusals.DOT_SEGMENT;
            }
        }
        return null;
    }

    /** The target as it was sent. */
    String raw() {
        return ascii(start, end);
    }

    /** The decoded path; a slash for an absolute-form without one. */
    String path() {
        if (decodedPath != null) {
            return decodedPath;
        }
        return pathStart == pathEnd ? "/" : ascii(pathStart, pathEnd);
    }

    /** The query without its question mark, not decoded; null if there is none. */
    @Nullable
    String query() {
        return pathEnd == end ? null : ascii(pathEnd + 1, end);
    }

    /** The host of an absolute-form, null for an origin-form. */
    @Nullable
    Authority authority() {
        return authority;
    }

    /** Whether a {@code Host} field names the host and port of this absolute-form. */
    boolean agreesWith(Authority host) {
        Authority own = authority;
        return own == null || (own.hasSameHost(host) && own.portOr(schemePort) == host.portOr(schemePort));
    }

    private String ascii(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    }
}
