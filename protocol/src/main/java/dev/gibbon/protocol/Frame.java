package dev.gibbon.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One frame as {@link FrameReader} found it, with all fields of RFC 6455, 5.2, for tools that show or compare frames. Immutable,
 * safe on any thread. The engine has no such object.
 */
public final class Frame {
    private final long offset;
    private final boolean fin;
    private final int rsv;
    private final Opcode opcode;
    private final boolean masked;
    private final int key;
    private final int lengthBits;
    private final int headerLength;
    private final long payloadLength;
    private final byte[] wire;
    private final byte[] payload;
    private final byte @Nullable [] inflated;
    private final long inflatedLength;

    Frame(
            long offset,
            FrameHeader header,
            Opcode opcode,
            byte[] wire,
            byte[] payload,
            byte @Nullable [] inflated,
            long inflatedLength) {
        this.offset = offset;
        this.fin = header.fin();
        this.rsv = header.rsv();
        this.opcode = opcode;
        this.masked = header.masked();
        this.key = header.key();
        this.lengthBits = header.lengthBits();
        this.headerLength = header.headerLength();
        this.payloadLength = header.payloadLength();
        this.wire = wire;
        this.payload = payload;
        this.inflated = inflated;
        this.inflatedLength = inflatedLength;
    }

    /**
     * Where the frame begins.
     *
     * @return bytes of the stream before its first one
     */
    public long offset() {
        return offset;
    }

    /**
     * The FIN bit.
     *
     * @return true for the last or only frame of a message, and for every control frame
     */
    public boolean fin() {
        return fin;
    }

    /**
     * The three RSV bits.
     *
     * @return 0 to 7; RSV1 is 4, RSV2 is 2, RSV3 is 1
     */
    public int rsv() {
        return rsv;
    }

    /**
     * The opcode.
     *
     * @return one of the six that are defined
     */
    public Opcode opcode() {
        return opcode;
    }

    /**
     * The mask bit.
     *
     * @return true when the payload is masked on the wire
     */
    public boolean masked() {
        return masked;
    }

    /**
     * The masking key.
     *
     * @return the key, most significant byte first on the wire; 0 without a mask
     */
    public int key() {
        return key;
    }

    /**
     * Which form of length the frame uses.
     *
     * @return 7, 16 or 64 bits
     */
    public int lengthBits() {
        return lengthBits;
    }

    /**
     * The size of the header.
     *
     * @return 2 to 14 bytes
     */
    public int headerLength() {
        return headerLength;
    }

    /**
     * The size of the payload on the wire, whether all of it was kept or not.
     *
     * @return bytes, 0 or more
     */
    public long payloadLength() {
        return payloadLength;
    }

    /**
     * Whether the payload was longer than the reader keeps.
     *
     * @return true when {@link #wirePayload()} and {@link #payload()} are only its beginning
     */
    public boolean isCut() {
        return payload.length < payloadLength;
    }

    /**
     * The payload as it is on the wire, masked if the frame is.
     *
     * @return a new array
     */
    public byte[] wirePayload() {
        return wire.clone();
    }

    /**
     * The payload without its mask.
     *
     * @return a new array
     */
    public byte[] payload() {
        return payload.clone();
    }

    /**
     * Whether the frame belongs to a compressed message, which {@link FrameReader#inflating} takes.
     *
     * @return true for the first frame, which has RSV1, and for the others, which have not
     */
    public boolean isCompressed() {
        return inflated != null;
    }

    /**
     * The payload of a compressed frame, inflated: what comes of it behind the frames before.
     *
     * @return a new array, the beginning when it is longer than the reader keeps; empty for a frame that is not compressed
     */
    public byte[] inflated() {
        return inflated == null ? new byte[0] : inflated.clone();
    }

    /**
     * What a compressed frame inflates to, whether all of it was kept or not.
     *
     * @return bytes; 0 for a frame that is not compressed
     */
    public long inflatedLength() {
        return inflatedLength;
    }

    /**
     * A short form for logs and failed tests.
     *
     * @return the opcode, FIN and the lengths
     */
    @Override
    public String toString() {
        return opcode + (fin ? " fin" : "") + " at " + offset + ", " + payloadLength + " bytes"
                + (masked ? " masked" : "");
    }
}
