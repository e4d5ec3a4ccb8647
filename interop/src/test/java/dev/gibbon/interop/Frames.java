package dev.gibbon.interop;

import dev.gibbon.FrameTap;
import dev.gibbon.TappedFrame;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the data frames of one connection, as they were on the wire. */
final class Frames implements FrameTap {
    private static final int FIRST_CONTROL_OPCODE = 8;
    private static final int RSV1 = 4;

    /** One direction. */
    static final class Way {
        final AtomicLong frames = new AtomicLong();
        final AtomicLong deflated = new AtomicLong();
        final AtomicLong fragments = new AtomicLong();
        final AtomicLong payloadBytes = new AtomicLong();

        @Override
        public String toString() {
            return frames + " frames, " + deflated + " with RSV1, " + fragments + " fragments, " + payloadBytes
                    + " bytes";
        }
    }

    final Way in = new Way();
    final Way out = new Way();

    @Override
    public void onFrame(TappedFrame frame) {
        if (frame.opcode() >= FIRST_CONTROL_OPCODE) {
            return;
        }
        Way way = frame.incoming() ? in : out;
        way.frames.incrementAndGet();
        way.payloadBytes.addAndGet(frame.payloadLength());
        if (frame.rsv() == RSV1) {
            way.deflated.incrementAndGet();
        }
        if (!frame.fin() || frame.opcode() == 0) {
            way.fragments.incrementAndGet();
        }
    }

    @Override
    public String toString() {
        return "in: " + in + "; out: " + out;
    }
}
