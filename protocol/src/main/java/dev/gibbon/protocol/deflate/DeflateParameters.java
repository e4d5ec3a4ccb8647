package dev.gibbon.protocol.deflate;

/**
 * What both ends agreed on for permessage-deflate (RFC 7692, 7.1). Window bits are a promise about the sender's
 * back-references, at most 2^bits bytes far. Immutable, safe on any thread.
 *
 * @param serverNoContextTakeover the server's messages never refer to earlier ones
 * @param clientNoContextTakeover the client's messages never refer to earlier ones
 * @param serverMaxWindowBits the server's window, 8 to 15
 * @param clientMaxWindowBits the client's window, 8 to 15
 */
public record DeflateParameters(
        boolean serverNoContextTakeover,
        boolean clientNoContextTakeover,
        int serverMaxWindowBits,
        int clientMaxWindowBits) {
    /** The smallest window, 256 bytes. */
    public static final int MIN_WINDOW_BITS = 8;

    /** The largest window, 32 KiB, and the one without any parameter. */
    public static final int MAX_WINDOW_BITS = 15;

    /** No context takeover in either direction, full windows. */
    public static final DeflateParameters NO_TAKEOVER =
            new DeflateParameters(true, true, MAX_WINDOW_BITS, MAX_WINDOW_BITS);

    /** Context takeover in both directions, full windows: an offer and an answer without parameters. */
    public static final DeflateParameters TAKEOVER =
            new DeflateParameters(false, false, MAX_WINDOW_BITS, MAX_WINDOW_BITS);

    /**
     * Checks the ranges.
     *
     * @param serverNoContextTakeover as the component says
     * @param clientNoContextTakeover as the component says
     * @param serverMaxWindowBits 8 to 15
     * @param clientMaxWindowBits 8 to 15
     * @throws IllegalArgumentException when window bits are out of range
     */
    public DeflateParameters {
        requireWindowBits("serverMaxWindowBits", serverMaxWindowBits);
        requireWindowBits("clientMaxWindowBits", clientMaxWindowBits);
    }

    static void requireWindowBits(String name, int bits) {
        if (bits < MIN_WINDOW_BITS || bits > MAX_WINDOW_BITS) {
            throw new IllegalArgumentException(name + " must be 8 to 15, not " + bits);
        }
    }
}
