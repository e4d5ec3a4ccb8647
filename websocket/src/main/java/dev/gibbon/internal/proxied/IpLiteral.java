package dev.gibbon.internal.proxied;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Reads IP addresses as text, exactly: four decimal numbers without leading zeros, or RFC 4291, 2.2, without a zone. Nothing
 * here looks a name up. Stateless and safe from any thread.
 */
final class IpLiteral {
    private static final int GROUPS = 8;
    private static final int NO_GAP = -1;

    private IpLiteral() {}

    /** The address, null if the text is none. An IPv4 address in IPv6 form (RFC 4291, 2.5.5.2) is the IPv4 address. */
    static @Nullable InetAddress parse(String text) {
        byte[] bytes = text.indexOf(':') >= 0 ? ipv6(text) : ipv4(text, 0);
        return bytes == null ? null : address(bytes);
    }

    /** The same for bytes of the right number. */
    static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length, e);
        }
    }

    private static byte @Nullable [] ipv4(String text, int start) {
        byte[] bytes = new byte[4];
        int at = start;
        for (int part = 0; part < 4; part++) {
            if (part > 0 && (at == text.length() || text.charAt(at++) != '.')) {
                return null;
            }
            int first = at;
            int value = 0;
            while (at < text.length() && isDigit(text.charAt(at)) && at - first < 3) {
                value = 10 * value + text.charAt(at++) - '0';
            }
            // A leading zero means octal to some and decimal to others.
            boolean leadingZero = at - first > 1 && text.charAt(first) == '0';
            if (at == first || leadingZero || value > 255) {
                return null;
            }
            bytes[part] = (byte) value;
        }
        return at == text.length() ? bytes : null;
    }

    private static byte @Nullable [] ipv6(String text) {
        byte[] bytes = new byte[2 * GROUPS];
        int groups = 0;
        int gap = NO_GAP;
        int at = 0;
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < text.length()) {
            if (groups == GROUPS) {
                return null;
            }
            int end = at;
            int value = 0;
            while (end < text.length() && end - at < 4 && hexValue(text.charAt(end)) >= 0) {
                value = 16 * value + hexValue(text.charAt(end++));
            }
            if (end < text.length() && text.charAt(end) == '.') {
                byte[] last = ipv4(text, at);
                if (last == null || groups > GROUPS - 2) {
                    return null;
                }
                System.arraycopy(last, 0, bytes, 2 * groups, last.length);
                groups += 2;
                break;
            }
            if (end == at) {
                return null;
            }
            bytes[2 * groups] = (byte) (value >> 8);
            bytes[2 * groups + 1] = (byte) value;
            groups++;
            at = end;
            if (at == text.length()) {
                break;
            }
            boolean pair = text.startsWith("::", at);
            if (pair && gap != NO_GAP) {
                return null;
            }
            if (pair) {
                gap = groups;
                at += 2;
            } else if (text.charAt(at) == ':' && at + 1 < text.length()) {
                at++;
            } else {
                return null;
            }
        }
        return spread(bytes, groups, gap);
    }

    /** Puts zeros where the two colons stand: for one group at least. */
    private static byte @Nullable [] spread(byte[] bytes, int groups, int gap) {
        if (gap == NO_GAP) {
            return groups == GROUPS ? bytes : null;
        }
        if (groups == GROUPS) {
            return null;
        }
        byte[] whole = new byte[bytes.length];
        System.arraycopy(bytes, 0, whole, 0, 2 * gap);
        int behind = 2 * (groups - gap);
        System.arraycopy(bytes, 2 * gap, whole, whole.length - behind, behind);
        return whole;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int hexValue(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }
}
