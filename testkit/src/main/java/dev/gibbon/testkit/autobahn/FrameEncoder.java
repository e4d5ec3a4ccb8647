package dev.gibbon.testkit.autobahn;

import java.util.SplittableRandom;

/**
 * Turns frames into octets, without judging them, and with masking keys that are the same in every run. Written apart from
 * the library, and as plainly as can be: it is what the library is measured against. For one thread.
 */
final class FrameEncoder {
    private final SplittableRandom keys;
    private final boolean masked;
    private int key;

    FrameEncoder(boolean masked, long seed) {
        this.masked = masked;
        this.keys = new SplittableRandom(seed);
    }

    /** Writes the frame and returns the index behind it. */
    int encode(Frame frame, byte[] out, int start) {
        int at = start;
        if (frame.from() == 0) {
            key = keys.nextInt();
            at = header(frame, out, at);
        }
        for (int i = frame.from(); i < frame.to(); i++) {
            out[at++] = (byte) (frame.payload().at(i) ^ keyOctet(i));
        }
        return at;
    }

    private int header(Frame frame, byte[] out, int start) {
        int at = start;
        int length = frame.payload().length();
        int mask = masked ? 0x80 : 0;
        out[at++] = (byte) ((frame.fin() ? 0x80 : 0) | frame.rsv() << 4 | frame.opcode());
        if (length <= 125) {
            out[at++] = (byte) (mask | length);
        } else if (length <= 0xFFFF) {
            out[at++] = (byte) (mask | 126);
            at = number(length, 2, out, at);
        } else {
            out[at++] = (byte) (mask | 127);
            at = number(length, 8, out, at);
        }
        return masked ? number(key, 4, out, at) : at;
    }

    private static int number(int value, int octets, byte[] out, int at) {
        for (int i = 0; i < octets; i++) {
            int shift = 8 * (octets - 1 - i);
            out[at + i] = (byte) (shift > 24 ? 0 : value >>> shift);
        }
        return at + octets;
    }

    private int keyOctet(int index) {
        return masked ? key >>> (24 - 8 * (index & 3)) : 0;
    }
}
