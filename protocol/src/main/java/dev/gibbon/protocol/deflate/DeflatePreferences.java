package dev.gibbon.protocol.deflate;

/**
 * What an endpoint wants of permessage-deflate before it knows its peer: the same four parameters for a server and for a
 * client. They are wishes about the peer's side and promises about the own one. Immutable, safe on any thread.
 *
 * @param serverNoContextTakeover whether the server shall do without context takeover
 * @param clientNoContextTakeover whether the client shall do without context takeover
 * @param serverMaxWindowBits the largest window wanted of the server, 8 to 15
 * @param clientMaxWindowBits the largest window wanted of the client, 8 to 15
 */
public record DeflatePreferences(
        boolean serverNoContextTakeover,
        boolean clientNoContextTakeover,
        int serverMaxWindowBits,
        int clientMaxWindowBits) {
    /** No context takeover in either direction, full windows: a quiet connection holds no native memory. */
    public static final DeflatePreferences NO_TAKEOVER = new DeflatePreferences(true, true, 15, 15);

    /** Context takeover in both directions, full windows: smaller messages for some 300 KiB a connection. */
    public static final DeflatePreferences TAKEOVER = new DeflatePreferences(false, false, 15, 15);

    /**
     * Checks the ranges.
     *
     * @param serverNoContextTakeover as the component says
     * @param clientNoContextTakeover as the component says
     * @param serverMaxWindowBits 8 to 15
     * @param clientMaxWindowBits 8 to 15
     * @throws IllegalArgumentException when window bits are out of range
     */
    public DeflatePreferences {
        DeflateParameters.requireWindowBits("serverMaxWindowBits", serverMaxWindowBits);
        DeflateParameters.requireWindowBits("clientMaxWindowBits", clientMaxWindowBits);
    }
}
