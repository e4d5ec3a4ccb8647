package dev.gibbon.testkit.autobahn;

import dev.gibbon.testkit.RawFrame;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Turns frames into octets, without judging them, with masking keys that are the same in every run. For one thread. */
final class FrameEncoder {
    private final SplittableRandom keys;
    private final boolean masked;
    private int key;

    FrameEncoder(boolean masked, long seed) {
        this.masked = masked;
        this.keys = new SplittableRandom(seed);
    }

    /** The octets of the frame, or of the part of it that is sent; parts of one frame share its key. */
    byte[] encode(Frame frame) {
        if (frame.from() == 0) {
            key = keys.nextInt();
        }
        int length = frame.payload().length();
        RawFrame raw = RawFrame.of(frame.opcode(), frame.payload().toArray()).withRsv(frame.rsv());
        if (!frame.fin()) {
            raw = raw.unfinished();
        }
        byte[] octets = (masked ? raw.masked(key) : raw).bytes();
        if (frame.to() - frame.from() == length) {
            return octets;
        }
        int payloadAt = octets.length - length;
        return Arrays.copyOfRange(octets, frame.from() == 0 ? 0 : payloadAt + frame.from(), payloadAt + frame.to());
    }
}
