package dev.gibbon.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The header of one frame (RFC 6455, 5.2): syntax only, no rule is judged here. Mutable and reused: {@link #parse} fills it
 * from any number of pieces and begins anew after a complete header. Belongs to one thread at a time; never keeps a
 * buffer.
 */
public final class FrameHeader {
    /** The longest header: two bytes, eight of length, four of mask. */
    public static final int MAX_LENGTH = 14;

    private static final int FIN = 0x80;
    private static final int MASK = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private long payloadLength;
    private int key;
    private byte first;
    private byte second;
    /** Header bytes taken so far, and how many there are in all (2 until the second one is known). */
    private byte taken;

    private byte needed;

    /** An empty header, ready to parse. */
    public FrameHeader() {}

    /**
     * Takes header bytes, as many as are there and belong to this header. After a complete header the next call begins a
     * new one.
     *
     * @param in its position is advanced behind what was taken; any byte order
     * @return true when the header is complete; false when more bytes are needed and all of {@code in} was taken
     */
    public boolean parse(ByteBuffer in) {
        int position = in.position();
        int available = in.limit() - position;
        if (isEmpty()) {
            taken = 0;
            if (available >= 2) {
                byte second = in.get(position + 1);
                int length = lengthFor(second);
                if (available >= length) {
                    parseWhole(in, position, second, length);
                    return true;
                }
            }
            needed = 2;
        }
        return parsePieces(in);
    }

    private void parseWhole(ByteBuffer in, int position, byte second, int length) {
        this.first = in.get(position);
        this.second = second;
        this.taken = (byte) length;
        this.needed = (byte) length;
        boolean swap = in.order() == ByteOrder.LITTLE_ENDIAN;
        int declared = second & 0x7F;
        if (declared < LENGTH_16) {
            payloadLength = declared;
        } else if (declared == LENGTH_16) {
            short raw = in.getShort(position + 2);
            payloadLength = (swap ? Short.reverseBytes(raw) : raw) & 0xFFFF;
        } else {
            long raw = in.getLong(position + 2);
            payloadLength = swap ? Long.reverseBytes(raw) : raw;
        }
        if (second < 0) {
            int raw = in.getInt(position + length - 4);
            key = swap ? Integer.reverseBytes(raw) : raw;
        } else {
            key = 0;
        }
        in.position(position + length);
    }

    private boolean parsePieces(ByteBuffer in) {
        while (taken < needed) {
            if (!in.hasRemaining()) {
                return false;
            }
            take(in.get());
        }
        return true;
    }

    private void take(byte next) {
        int index = taken++;
        if (index == 0) {
            first = next;
        } else if (index == 1) {
            second = next;
            needed = (byte) lengthFor(next);
            int declared = next & 0x7F;
            payloadLength = declared < LENGTH_16 ? declared : 0;
            key = 0;
        } else if (masked() && index >= needed - 4) {
            key = (key << 8) | (next & 0xFF);
        } else {
            payloadLength = (payloadLength << 8) | (next & 0xFF);
        }
    }

    private static int lengthFor(byte second) {
        int declared = second & 0x7F;
        int length = declared < LENGTH_16 ? 2 : declared == LENGTH_16 ? 4 : 10;
        return second < 0 ? length + 4 : length;
    }

    /** Whether nothing was taken of the next header. */
    boolean isEmpty() {
        return taken == needed || taken == 0;
    }

    /** Whether both fixed bytes of a header that is not complete yet are known. */
    boolean hasOpening() {
        return taken >= 2;
    }

    /** Fills this header with a frame to be sent, so that a tap can be shown it. */
    FrameHeader set(boolean fin, int rsv, Opcode opcode, boolean masked, int key, long payloadLength) {
        this.first = firstByte(fin, rsv, opcode);
        this.second = (byte) (shortLength(payloadLength) | (masked ? MASK : 0));
        this.key = key;
        this.payloadLength = payloadLength;
        this.needed = (byte) lengthFor(second);
        this.taken = needed;
        return this;
    }

    /**
     * The FIN bit.
     *
     * @return true for the last or only frame of a message
     */
    public boolean fin() {
        return first < 0;
    }

    /**
     * The three RSV bits.
     *
     * @return 0 to 7; RSV1 is 4, RSV2 is 2, RSV3 is 1
     */
    public int rsv() {
        return first >> 4 & 0x7;
    }

    /**
     * The first reserved bit.
     *
     * @return true when it is set
     */
    public boolean rsv1() {
        return (first & 0x40) != 0;
    }

    /**
     * The second reserved bit.
     *
     * @return true when it is set
     */
    public boolean rsv2() {
        return (first & 0x20) != 0;
    }

    /**
     * The third reserved bit.
     *
     * @return true when it is set
     */
    public boolean rsv3() {
        return (first & 0x10) != 0;
    }

    /**
     * The opcode as it stands in the frame, reserved or not.
     *
     * @return 0 to 15
     */
    public int opcodeBits() {
        return first & 0xF;
    }

    /**
     * The opcode.
     *
     * @return null when it is a reserved one
     */
    public @Nullable Opcode opcode() {
        return Opcode.of(first & 0xF);
    }

    /**
     * Whether the opcode, reserved or not, is one of a control frame.
     *
     * @return true for 8 to 15
     */
    public boolean isControl() {
        return (first & 0x8) != 0;
    }

    /**
     * The mask bit.
     *
     * @return true when the payload is masked
     */
    public boolean masked() {
        return second < 0;
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
     * The payload length.
     *
     * @return bytes; negative when a 64-bit length had its top bit set
     */
    public long payloadLength() {
        return payloadLength;
    }

    /**
     * The seven bits of length in the second byte.
     *
     * @return 0 to 127; 126 and 127 announce the 16- and the 64-bit form
     */
    public int shortLength() {
        return second & 0x7F;
    }

    /**
     * Which of the three forms of length the frame uses.
     *
     * @return 7, 16 or 64 bits
     */
    public int lengthBits() {
        int declared = shortLength();
        return declared < LENGTH_16 ? 7 : declared == LENGTH_16 ? 16 : 64;
    }

    /**
     * The size of the header itself.
     *
     * @return 2 to 14 bytes
     */
    public int headerLength() {
        return lengthFor(second);
    }

    /**
     * The size of the header of a frame to be sent.
     *
     * @param payloadLength bytes, 0 or more
     * @param masked whether the frame carries a mask
     * @return 2 to 14 bytes
     */
    public static int lengthOf(long payloadLength, boolean masked) {
        int length = payloadLength < LENGTH_16 ? 2 : payloadLength <= 0xFFFF ? 4 : 10;
        return masked ? length + 4 : length;
    }

    /**
     * Writes a header with the shortest form of length. It is the caller's duty that the frame obeys the rules.
     *
     * @param out gets 2 to 14 bytes at its position; any byte order
     * @param fin the FIN bit
     * @param rsv the RSV bits, 0 to 7; RSV1 is 4
     * @param opcode the opcode
     * @param masked whether the frame carries a mask
     * @param key the masking key, most significant byte first; without a mask it is not looked at
     * @param payloadLength bytes, 0 or more
     * @throws java.nio.BufferOverflowException when {@code out} has no room for it
     */
    public static void encode(
            ByteBuffer out, boolean fin, int rsv, Opcode opcode, boolean masked, int key, long payloadLength) {
        boolean swap = out.order() == ByteOrder.LITTLE_ENDIAN;
        int mask = masked ? MASK : 0;
        int declared = shortLength(payloadLength);
        int opening = (firstByte(fin, rsv, opcode) & 0xFF) << 8 | declared | mask;
        out.putShort((short) (swap ? Short.reverseBytes((short) opening) : opening));
        if (declared == LENGTH_16) {
            short length = (short) payloadLength;
            out.putShort(swap ? Short.reverseBytes(length) : length);
        } else if (declared == LENGTH_64) {
            out.putLong(swap ? Long.reverseBytes(payloadLength) : payloadLength);
        }
        if (masked) {
            out.putInt(swap ? Integer.reverseBytes(key) : key);
        }
    }

    private static byte firstByte(boolean fin, int rsv, Opcode opcode) {
        return (byte) ((fin ? FIN : 0) | rsv << 4 | opcode.code());
    }

    private static int shortLength(long payloadLength) {
        return payloadLength < LENGTH_16 ? (int) payloadLength : payloadLength <= 0xFFFF ? LENGTH_16 : LENGTH_64;
    }
}
