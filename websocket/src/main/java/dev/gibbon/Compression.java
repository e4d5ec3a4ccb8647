package dev.gibbon;

/**
 * Whether one message is compressed, where permessage-deflate is agreed on (RFC 7692, 7.2: a sender may leave any message
 * uncompressed). Where it is not, every choice means the same: nothing is compressed.
 *
 * <p>A message that holds a secret and text that somebody else chose should be sent with {@link #NEVER}: its compressed
 * length tells a listener on the wire how much the two have in common, also through TLS (RFC 7692, 8; the attacks CRIME and
 * BREACH on HTTP). With context takeover that holds for a secret and foreign text in different messages, too.
 */
public enum Compression {
    /**
     * Compressed from {@link Deflate#threshold()} bytes on, if that makes it smaller. The default. A message is also sent
     * compressed if it did not get smaller where that is known too late: with {@link Deflate#outgoingTakeover()}, unless it was
     * {@link PreparedMessage prepared}, and from a {@link WebSocket#writer(boolean, Compression) writer}.
     */
    AUTO,
    /** Compressed whatever its size. */
    ALWAYS,
    /** Sent as it is, for secrets and for what is compressed already, such as pictures. */
    NEVER
}
