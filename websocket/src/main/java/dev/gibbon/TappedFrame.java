package dev.gibbon;

import java.time.Instant;

/**
 * One frame as it was on the wire (RFC 6455, 5.2).
 *
 * @param incoming true if the peer sent it
 * @param time when it passed
 * @param fin the FIN bit
 * @param rsv the three RSV bits, RSV1 as 4, RSV2 as 2, RSV3 as 1. RSV1 on the first frame of a message says that it is
 *     compressed (RFC 7692, 6)
 * @param opcode 0 to 15
 * @param masked the MASK bit
 * @param key the masking key, most significant byte first on the wire; 0 when not masked
 * @param lengthBits how the length was written: 7, 16 or 64 bits
 * @param payloadLength bytes of payload
 * @param header the header's bytes
 * @param wire the first bytes of the payload as on the wire, at most {@value #PREVIEW}
 * @param plain the same bytes, unmasked; those of a compressed message are still compressed
 */
public record TappedFrame(
        boolean incoming,
        Instant time,
        boolean fin,
        int rsv,
        int opcode,
        boolean masked,
        int key,
        int lengthBits,
        long payloadLength,
        byte[] header,
        byte[] wire,
        byte[] plain) {
    /** The most payload bytes that are kept of a frame. */
    public static final int PREVIEW = 64;
}
