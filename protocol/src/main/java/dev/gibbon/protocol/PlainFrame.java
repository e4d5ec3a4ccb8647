package dev.gibbon.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The shape that nearly all frames have, recognised at once: a whole text or binary message without an extension, below 64 KiB, all
 * of it in the caller's buffer. Such a frame obeys every rule of {@link FrameRules} but the limits, where no message is open. Of every
 * other one nothing is said here: its header is parsed and judged. Functions of what they are given, small enough to be
 * inlined.
 */
final class PlainFrame {
    /** No such frame. */
    static final long NONE = -1;

    private static final int FIN_TEXT = (byte) 0x81;
    private static final int FIN_BINARY = (byte) 0x82;
    private static final int LENGTH_16 = 126;

    private PlainFrame() {}

    /**
     * Looks at the position of the buffer, which stays.
     *
     * @param masked whether the peer has to mask
     * @return {@link #NONE}, or what {@link #offset} and {@link #length} take apart
     */
    static long find(ByteBuffer in, boolean masked) {
        int position = in.position();
        int left = in.limit() - position - (masked ? 6 : 2);
        if (left < 0) {
            return NONE;
        }
        int first = in.get(position);
        int second = in.get(position + 1);
        if ((first != FIN_TEXT && first != FIN_BINARY) || second < 0 != masked) {
            return NONE;
        }
        int length = second & 0x7F;
        int offset = in.limit() - left;
        if (length >= LENGTH_16) {
            left -= 2;
            offset += 2;
            length = length == LENGTH_16 && left >= 0 ? length16(in, position + 2) : 0;
            if (length < LENGTH_16) {
                return NONE;
            }
        }
        return length > left ? NONE : (long) offset << 32 | length;
    }

    private static int length16(ByteBuffer in, int at) {
        short raw = in.getShort(at);
        return (in.order() == ByteOrder.LITTLE_ENDIAN ? Short.reverseBytes(raw) : raw) & 0xFFFF;
    }

    /** Where the payload begins. */
    static int offset(long found) {
        return (int) (found >> 32);
    }

    /** The size of the payload. */
    static int length(long found) {
        return (int) found;
    }

    /** Whether the frame at this position is text. */
    static boolean isText(ByteBuffer in, int position) {
        return in.get(position) == FIN_TEXT;
    }

    /** The masking key in front of the payload. */
    static int key(ByteBuffer in, int offset) {
        int raw = in.getInt(offset - 4);
        return in.order() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(raw) : raw;
    }
}
