package dev.gibbon.benchmarks.micro;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an echo costs that knows nothing but one masked, unfragmented frame: no rule, no limit, no state, no text. The engine is
 * compared with it.
 */
final class BareLoop {
    private int from;
    private int length;

    /** Parses the next frame, unmasks it where it lies, and writes it without a mask. False when there is none. */
    boolean echo(ByteBuffer in, ByteBuffer out) {
        if (!next(in)) {
            return false;
        }
        int at = out.position();
        if (length < 126) {
            out.putShort((short) (in.get(from - 6) << 8 | length));
            at += 2;
        } else {
            out.put(in.get(from - 8)).put((byte) 126).putShort((short) length);
            at += 4;
        }
        out.put(at, in, from, length).position(at + length);
        return true;
    }

    private boolean next(ByteBuffer in) {
        int position = in.position();
        if (in.limit() - position < 6) {
            return false;
        }
        int declared = in.get(position + 1) & 0x7F;
        int start = position + 6;
        if (declared == 126) {
            declared = in.getShort(position + 2) & 0xFFFF;
            start += 2;
        }
        if (in.limit() - start < declared) {
            return false;
        }
        long key = Integer.reverseBytes(in.getInt(start - 4)) & 0xFFFFFFFFL;
        unmask(in, start, start + declared, key << 32 | key);
        from = start;
        length = declared;
        in.position(start + declared);
        return true;
    }

    private static void unmask(ByteBuffer in, int start, int to, long wide) {
        in.order(ByteOrder.LITTLE_ENDIAN);
        int end = start + (to - start & ~7);
        for (int i = start & Integer.MAX_VALUE; i < end; i += 8) {
            in.putLong(i, in.getLong(i) ^ wide);
        }
        long mask = wide;
        for (int i = end; i < to; i++) {
            in.put(i, (byte) (in.get(i) ^ mask));
            mask >>>= 8;
        }
        in.order(ByteOrder.BIG_ENDIAN);
    }
}
