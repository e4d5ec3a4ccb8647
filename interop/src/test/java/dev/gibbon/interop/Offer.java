package dev.gibbon.interop;

/**
 * What a peer is told to make of permessage-deflate (RFC 7692), offering or answering. How a peer says it is in its own class or
 * script; where one cannot say a thing, its tests leave it out.
 */
enum Offer {
    /** No extension. */
    NONE,
    /** What the peer does by itself. */
    USUAL,
    /** Context takeover both ways, and no limit on the windows. */
    TAKEOVER,
    /** No context takeover, neither way. */
    NO_TAKEOVER,
    /** Windows of 512 bytes both ways, and no context takeover. */
    SMALL_WINDOWS,
    /** Windows of 512 bytes both ways, with context takeover: what was flushed away must not come back. */
    SMALL_WINDOWS_TAKEOVER
}
