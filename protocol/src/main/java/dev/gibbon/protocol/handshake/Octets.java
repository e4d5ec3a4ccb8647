package dev.gibbon.protocol.handshake;

/**
 * Classes of octets as RFC 9110 and RFC 3986 define them, as one table lookup each. Stateless and safe from any thread.
 */
final class Octets {

    static final byte HTAB = '\t';
    static final byte LF = '\n';
    static final byte CR = '\r';
    static final byte SP = ' ';

    /** RFC 9110, 5.6.2: an octet of a token. */
    static final int TOKEN = 1;

    /** RFC 9110, 5.5: an octet inside a field value: VCHAR, obs-text, SP or HTAB. */
    static final int VALUE = 1 << 1;

    /** A visible ASCII octet: all that may stand in a request target before it is read more closely. */
    static final int VISIBLE = 1 << 2;

    /** An octet that may stand in a path as it is. */
    static final int PATH = 1 << 3;

    /** An octet that may stand in a query as it is. */
    static final int QUERY = 1 << 4;

    /** An octet of a host name: what DNS names are made of, and {@code _} and {@code ~}. */
    static final int HOST = 1 << 5;

    private static final byte[] CLASSES = new byte[256];

    static {
        for (int octet = 0; octet < 256; octet++) {
            int classes = 0;
            boolean visible = octet > SP && octet < 0x7F;
            boolean letterOrDigit =
                    (octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
            if (visible && (letterOrDigit || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0)) {
                classes |= TOKEN;
            }
            if (visible || octet >= 0x80 || octet == SP || octet == HTAB) {
                classes |= VALUE;
            }
            if (visible) {
                classes |= VISIBLE;
            }
            // RFC 3986 allows less; browsers also send ^ | [ ] in a path, and more in a query, without encoding them.
            if (visible && "\"#%<>?\\`{}".indexOf(octet) < 0) {
                classes |= PATH;
            }
            if (visible && "\"#<>".indexOf(octet) < 0) {
                classes |= QUERY;
            }
            if (letterOrDigit || octet == '-' || octet == '.' || octet == '_' || octet == '~') {
                classes |= HOST;
            }
            CLASSES[octet] = (byte) classes;
        }
    }

    private Octets() {}

    static boolean is(int octetClass, byte octet) {
        return (CLASSES[octet & 0xFF] & octetClass) != 0;
    }

    /** The offset of the first octet that is not of the class, {@code end} if all are. */
    static int skip(int octetClass, byte[] bytes, int start, int end) {
        byte[] classes = CLASSES;
        int at = start;
        while (at < end && (classes[bytes[at] & 0xFF] & octetClass) != 0) {
            at++;
        }
        return at;
    }

    /** Whether the text is not empty and all of its characters are octets of the class. */
    static boolean all(int octetClass, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 0x7F || (CLASSES[c] & octetClass) == 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    static boolean isBlank(byte octet) {
        return octet == SP || octet == HTAB;
    }

    static boolean isDigit(int octet) {
        return octet >= '0' && octet <= '9';
    }

    /** The value of a hexadecimal digit, -1 for anything else. */
    static int hexValue(int octet) {
        if (isDigit(octet)) {
            return octet - '0';
        }
        int lower = octet | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    static int toLower(int octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + 0x20 : octet;
    }

    /** Whether the octets from {@code start} to {@code end} are {@code ascii}, in any case. */
    static boolean equalsIgnoreCase(byte[] bytes, int start, int end, String ascii) {
        if (end - start != ascii.length()) {
            return false;
        }
        for (int i = start; i < end; i++) {
            int octet = bytes[i];
            int expected = ascii.charAt(i - start);
            if (octet != expected && toLower(octet) != toLower(expected)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the octets from {@code start} to {@code end} are exactly {@code ascii}. */
    static boolean equal(byte[] bytes, int start, int end, String ascii) {
        if (end - start != ascii.length()) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (bytes[i] != ascii.charAt(i - start)) {
                return false;
            }
        }
        return true;
    }
}
