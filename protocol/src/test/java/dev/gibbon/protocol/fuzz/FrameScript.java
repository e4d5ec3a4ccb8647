package dev.gibbon.protocol.fuzz;

import java.io.ByteArrayOutputStream;

/**
 * A script of frames, five bytes each: the first byte of the header, two of length, how it is written, and what fills the payload.
 * So few bytes make long streams that are mostly in order.
 */
final class FrameScript {
    static final int COMMAND = 5;
    private static final int MAX_WIRE = 150_000;
    private static final byte[][] FILLS = {
        {'a'},
        {(byte) 0xC3, (byte) 0xA9},
        {(byte) 0xE2, (byte) 0x82, (byte) 0xAC},
        {(byte) 0xF0, (byte) 0x9F, (byte) 0x98, (byte) 0x80},
        {0},
        {'t', 'e', 'x', 't', ' ', 'o', 'f', ' ', 'w', 'o', 'r', 'd', 's', ' ', (byte) 0xC3, (byte) 0xBC, '.'},
        {0x03, (byte) 0xE8, 'b', 'y', 'e'},
        {(byte) 0xFF, 0x00, 0x7F, (byte) 0x80, 0x31}
    };

    private FrameScript() {}

    /** The stream that the script stands for. */
    static byte[] wire(byte[] script, boolean masked) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (int at = 0; at + COMMAND <= script.length && wire.size() < MAX_WIRE; at += COMMAND) {
            int first = script[at] & 0xFF;
            int how = script[at + 3] & 0xFF;
            int scale = 1 << (how & 3);
            int length = (((script[at + 1] & 0xFF) << 8) | (script[at + 2] & 0xFF)) * scale;
            boolean control = (first & 8) != 0;
            if (control) {
                length &= 0x7F;
            }
            length = Math.min(length, MAX_WIRE - wire.size());
            frame(wire, first, length, how, script[at + 4] & 0xFF, masked);
        }
        return wire.toByteArray();
    }

    private static void frame(ByteArrayOutputStream wire, int first, int length, int how, int fill, boolean masked) {
        boolean longForm = (how & 0x20) != 0;
        boolean middleForm = (how & 0x10) != 0;
        int maskBit = masked ^ ((how & 0xC0) == 0xC0) ? 0x80 : 0;
        wire.write(first);
        if (length > 65_535 || longForm) {
            wire.write(maskBit | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                wire.write((int) ((long) length >>> shift));
            }
        } else if (length > 125 || middleForm) {
            wire.write(maskBit | 126);
            wire.write(length >>> 8);
            wire.write(length);
        } else {
            wire.write(maskBit | length);
        }
        int key = maskBit == 0 ? 0 : (fill * 0x9E3779B1) ^ how;
        if (maskBit != 0) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                wire.write(key >>> shift);
            }
        }
        byte[] pattern = FILLS[fill & 7];
        int phase = (fill >>> 3) & 3;
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            int octet = pattern[(i + phase) % pattern.length];
            payload[i] = (byte) (octet ^ (key >>> (8 * (3 - i % 4))));
        }
        // A tenth of the frames has one wrong byte somewhere.
        if (fill >= 0xE6 && length > 0) {
            payload[(int) (((long) how * length) >>> 8)] ^= (byte) 0xFF;
        }
        wire.writeBytes(payload);
    }
}
