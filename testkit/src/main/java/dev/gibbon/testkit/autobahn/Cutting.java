package dev.gibbon.testkit.autobahn;

/** Into which pieces what lies between two waits is cut; the outcome must never depend on it. */
public enum Cutting {
    /** As the case wants it. */
    OWN,
    /** Not at all. */
    WHOLE,
    /** Into two halves. */
    HALVED,
    /** Octet by octet. */
    OCTETS;

    /** Up to how many octets of payload a case is worth cutting octet by octet. */
    private static final int OCTETS_AT_MOST = 100_000;

    /** Whether a case is to be cut this way: any, but the large ones not octet by octet. */
    public boolean suits(Case one) {
        return this != OCTETS || one.payloadOctets() < OCTETS_AT_MOST;
    }
}
