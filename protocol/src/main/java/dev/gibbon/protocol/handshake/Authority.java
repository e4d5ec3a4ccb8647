package dev.gibbon.protocol.handshake;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * {@code host[:port]}, as it stands in {@code Host}, in {@code Origin} and in an absolute request target: offsets into
 * bytes, checked. Immutable; safe from any thread.
 *
 * <p>It is stricter than RFC 3986: a host is a name of letters, digits and {@code - . _ ~} of at most 255 bytes, an IPv4
 * address, or an IPv6 address in brackets; no user, no percent-encoding, no empty port, no port 0. Hosts are compared as
 * text without regard to case, so two spellings of one IPv6 address are two hosts, which can only refuse too much.
 */
final class Authority {

    /** RFC 1035, 2.3.4: "names 255 octets or less". */
    static final int MAX_HOST_BYTES = 255;

    private static final int MAX_PORT_DIGITS = 5;
    private static final int MAX_PORT = 65_535;

    /** What {@link #port()} says when no port was written. */
    static final int NO_PORT = -1;

    private final byte[] bytes;
    private final int start;
    private final int hostEnd;
    private final int port;

    private Authority(byte[] bytes, int start, int hostEnd, int port) {
        this.bytes = bytes;
        this.start = start;
        this.hostEnd = hostEnd;
        this.port = port;
    }

    /** Reads all the bytes from {@code start} to {@code end}; null if they are not {@code host[:port]}. */
    static @Nullable Authority parse(byte[] bytes, int start, int end) {
        int hostEnd = hostEnd(bytes, start, end);
        if (hostEnd == start || hostEnd - start > MAX_HOST_BYTES) {
            return null;
        }
        if (hostEnd == end) {
            return new Authority(bytes, start, hostEnd, NO_PORT);
        }
        int port = port(bytes, hostEnd, end);
        return port == NO_PORT ? null : new Authority(bytes, start, hostEnd, port);
    }

    /** The end of the host, {@code start} if there is none. */
    private static int hostEnd(byte[] bytes, int start, int end) {
        if (start < end && bytes[start] == '[') {
            int close = start + 1;
            while (close < end && bytes[close] != ']') {
                close++;
            }
            return close < end && Ipv6Literal.isValid(bytes, start + 1, close) ? close + 1 : start;
        }
        return Octets.skip(Octets.HOST, bytes, start, end);
    }

    private static int port(byte[] bytes, int colon, int end) {
        int digits = end - colon - 1;
        if (bytes[colon] != ':' || digits < 1 || digits > MAX_PORT_DIGITS || bytes[colon + 1] == '0') {
            return NO_PORT;
        }
        int port = 0;
        for (int i = colon + 1; i < end; i++) {
            if (!Octets.isDigit(bytes[i])) {
                return NO_PORT;
            }
            port = 10 * port + bytes[i] - '0';
        }
        return port <= MAX_PORT ? port : NO_PORT;
    }

    /** The host as it was written, brackets of an IPv6 address included. */
    String host() {
        return new String(bytes, start, hostEnd - start, StandardCharsets.US_ASCII);
    }

    /** The port, {@link #NO_PORT} if none was written. */
    int port() {
        return port;
    }

    int portOr(int defaultPort) {
        return port == NO_PORT ? defaultPort : port;
    }

    boolean hasHost(String other) {
        return Octets.equalsIgnoreCase(bytes, start, hostEnd, other);
    }

    boolean hasSameHost(Authority other) {
        int length = hostEnd - start;
        if (other.hostEnd - other.start != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Octets.toLower(bytes[start + i]) != Octets.toLower(other.bytes[other.start + i])) {
                return false;
            }
        }
        return true;
    }

    /** Host and port as they were written. */
    @Override
    public String toString() {
        return port == NO_PORT ? host() : host() + ':' + port;
    }
}
