package dev.gibbon.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * All that is ever sent in a run, made before it: frames of one message, masked once, and again and again in one buffer, so that
 * any number of them leaves in few writes. RFC 6455 wants a fresh masking key for each frame, against hostile pages; a server
 * cannot tell, and the generator shall cost little. Confined to the generator's thread.
 */
final class Frames {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    static final int FIN = 0x80;
    static final int RSV1 = 0x40;
    static final int RESERVED = 0x30;
    static final int MASKED = 0x80;
    static final int LENGTH_16 = 126;
    static final int LENGTH_64 = 127;

    private static final int MASK_KEY = 0x5ac3_96f1;
    private static final int LONGEST_HEADER = 14;

    // So much is written at once at most, besides the two frames that there must be.
    private static final int BATCH_BYTES = 256 << 10;

    // Of what follows a deflated block that was flushed (RFC 7692, 7.2.1).
    private static final int FLUSH_TAIL = 4;
    private static final int DEFLATE_LEVEL = 6;

    private final int opcode;
    private final ByteBuffer payload;
    private final ByteBuffer batch;
    private final int frameLength;

    Frames(Scenario scenario) {
        byte[] content = scenario.payload().bytes(scenario.size());
        opcode = scenario.payload().text() ? TEXT : BINARY;
        payload = ByteBuffer.allocateDirect(content.length).put(content).flip();
        byte[] carried = scenario.deflate() ? deflated(content) : content;
        ByteBuffer frame = frame(FIN | (scenario.deflate() ? RSV1 : 0) | opcode, carried);
        frameLength = frame.remaining();
        // One more than are in flight: after a partial write the next one begins in the midst of a frame.
        int count = Math.max(2, Math.min(BATCH_BYTES / frameLength, scenario.inFlight()) + 1);
        batch = ByteBuffer.allocateDirect(Math.multiplyExact(count, frameLength));
        while (batch.hasRemaining()) {
            batch.put(frame.rewind());
        }
        batch.clear();
    }

    /** The opcode of messages, and of their replies. */
    int opcode() {
        return opcode;
    }

    /** A message's payload before compression: from 0 to its capacity. */
    ByteBuffer payload() {
        return payload;
    }

    /** Frames of the message, back to back; the caller sets position and limit. */
    ByteBuffer batch() {
        return batch;
    }

    /** Bytes of one frame of the message. */
    int frameLength() {
        return frameLength;
    }

    /** A masked frame with FIN. */
    static ByteBuffer control(int opcode, byte[] payload) {
        return frame(FIN | opcode, payload);
    }

    private static ByteBuffer frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocateDirect(payload.length + LONGEST_HEADER);
        frame.put((byte) first);
        if (payload.length < LENGTH_16) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length <= 0xffff) {
            frame.put((byte) (MASKED | LENGTH_16)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | LENGTH_64)).putLong(payload.length);
        }
        frame.putInt(MASK_KEY);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ (MASK_KEY >>> (24 - 8 * (i & 3)))));
        }
        return frame.flip();
    }

    private static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(DEFLATE_LEVEL, true);
        try {
            deflater.setInput(content);
            byte[] out = new byte[content.length + content.length / 8 + 64];
            int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
            return Arrays.copyOf(out, length - FLUSH_TAIL);
        } finally {
            deflater.end();
        }
    }
}
