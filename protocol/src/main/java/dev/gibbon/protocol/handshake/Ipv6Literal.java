package dev.gibbon.protocol.handshake;

/**
 * The grammar of an IPv6 address (RFC 3986, 3.2.2, IPv6address), without brackets: eight groups of one to four hexadecimal
 * digits, one run of groups perhaps written as {@code ::}, the last two groups perhaps as an IPv4 address. No zone, no
 * future forms. Stateless and safe from any thread.
 */
final class Ipv6Literal {

    private static final int GROUPS = 8;
    private static final int GROUP_DIGITS = 4;

    private Ipv6Literal() {}

    static boolean isValid(byte[] bytes, int start, int end) {
        int groups = 0;
        boolean gap = false;
        int at = start;
        if (startsWithGap(bytes, at, end)) {
            gap = true;
            at += 2;
        }
        while (at < end) {
            int groupEnd = at;
            while (groupEnd < end && Octets.hexValue(bytes[groupEnd]) >= 0) {
                groupEnd++;
            }
            if (groupEnd < end && bytes[groupEnd] == '.') {
                return isIpv4(bytes, at, end) && isComplete(groups + 2, gap);
            }
            if (groupEnd == at || groupEnd - at > GROUP_DIGITS) {
                return false;
            }
            groups++;
            at = groupEnd;
            if (at == end) {
                break;
            }
            if (startsWithGap(bytes, at, end)) {
                if (gap) {
                    return false;
                }
                gap = true;
                at += 2;
            } else if (bytes[at] == ':' && at + 1 < end) {
                at++;
            } else {
                return false;
            }
        }
        return isComplete(groups, gap);
    }

    /** Eight groups, or fewer where {@code ::} stands for one or more. */
    private static boolean isComplete(int groups, boolean gap) {
        return gap ? groups < GROUPS : groups == GROUPS;
    }

    private static boolean startsWithGap(byte[] bytes, int at, int end) {
        return at + 1 < end && bytes[at] == ':' && bytes[at + 1] == ':';
    }

    private static boolean isIpv4(byte[] bytes, int start, int end) {
        int at = start;
        for (int part = 0; part < 4; part++) {
            if (part > 0) {
                if (at == end || bytes[at] != '.') {
                    return false;
                }
                at++;
            }
            int first = at;
            int value = 0;
            while (at < end && Octets.isDigit(bytes[at]) && at - first < 3) {
                value = 10 * value + bytes[at] - '0';
                at++;
            }
            boolean leadingZero = at - first > 1 && bytes[first] == '0';
            if (at == first || leadingZero || value > 255) {
                return false;
            }
        }
        return at == end;
    }
}
