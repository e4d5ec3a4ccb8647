package dev.gibbon.testkit.autobahn;

/** Judges text octet by octet by the table of RFC 3629, section 4. For one thread. */
final class Utf8Octets {
    private int missing;
    private int lowest = 0x80;
    private int highest = 0xbf;

    /** Takes one octet, 0 to 255; false when nothing that follows could make it text. */
    boolean take(int octet) {
        if (missing > 0) {
            boolean right = octet >= lowest && octet <= highest;
            missing--;
            lowest = 0x80;
            highest = 0xbf;
            return right;
        }
        if (octet < 0x80) {
            return true;
        }
        missing = octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;
        lowest = octet == 0xe0 ? 0xa0 : octet == 0xf0 ? 0x90 : 0x80;
        highest = octet == 0xed ? 0x9f : octet == 0xf4 ? 0x8f : 0xbf;
        return octet >= 0xc2 && octet <= 0xf4;
    }

    boolean isComplete() {
        return missing == 0;
    }
}
