package dev.gibbon.internal.connection;

import dev.gibbon.TappedFrame;
import dev.gibbon.protocol.FrameHeader;
import dev.gibbon.protocol.FrameTap;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns the engine's raw view of frames, which come in pieces, into one {@link TappedFrame} each. Keeps the first bytes of
 * one frame in each direction. Only for the loop's thread.
 */
final class TapRecorder implements FrameTap {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    private final dev.gibbon.FrameTap observer;
    private @Nullable Recording in;
    private @Nullable Recording out;
    private boolean failed;

    TapRecorder(dev.gibbon.FrameTap observer) {
        this.observer = observer;
    }

    /** A frame whose payload is passing. */
    private static final class Recording {
        final boolean fin;
        final int rsv;
        final int opcode;
        final boolean masked;
        final int key;
        final int lengthBits;
        final long length;
        final byte[] header;
        final byte[] wire;
        long passed;

        Recording(FrameHeader from) {
            fin = from.fin();
            rsv = from.rsv();
            opcode = from.opcodeBits();
            masked = from.masked();
            key = from.key();
            lengthBits = from.lengthBits();
            length = from.payloadLength();
            header = headerBytes(from);
            wire = new byte[(int) Math.min(TappedFrame.PREVIEW, Math.max(0, length))];
        }

        private static byte[] headerBytes(FrameHeader from) {
            ByteBuffer bytes = ByteBuffer.allocate(FrameHeader.MAX_LENGTH);
            bytes.put((byte) ((from.fin() ? 0x80 : 0) | (from.rsv() << 4) | from.opcodeBits()));
            bytes.put((byte) ((from.masked() ? 0x80 : 0) | from.shortLength()));
            if (from.lengthBits() == 16) {
                bytes.putShort((short) from.payloadLength());
            } else if (from.lengthBits() == 64) {
                bytes.putLong(from.payloadLength());
            }
            if (from.masked()) {
                bytes.putInt(from.key());
            }
            byte[] exact = new byte[bytes.position()];
            bytes.get(0, exact);
            return exact;
        }

        TappedFrame frame(boolean incoming) {
            byte[] shown = passed < wire.length ? Arrays.copyOf(wire, (int) passed) : wire;
            byte[] plain = shown.clone();
            if (masked) {
                for (int i = 0; i < plain.length; i++) {
                    plain[i] ^= (byte) (key >>> (24 - 8 * (i & 3)));
                }
            }
            return new TappedFrame(
                    incoming, Instant.now(), fin, rsv, opcode, masked, key, lengthBits, length, header, shown, plain);
        }
    }

    @Override
    public void header(boolean incoming, FrameHeader header) {
        Recording recording = new Recording(header);
        if (incoming) {
            in = recording;
        } else {
            out = recording;
        }
        if (recording.length <= 0) {
            complete(incoming, recording);
        }
    }

    @Override
    public void payload(boolean incoming, ByteBuffer raw, int offset, int length) {
        Recording recording = incoming ? in : out;
        if (recording == null) {
            return;
        }
        if (recording.passed < recording.wire.length) {
            int count = (int) Math.min(length, recording.wire.length - recording.passed);
            raw.get(offset, recording.wire, (int) recording.passed, count);
        }
        recording.passed += length;
        if (recording.passed >= recording.length) {
            complete(incoming, recording);
        }
    }

    /** The frame that is coming broke a rule: it is told as far as it came. */
    void failed() {
        Recording recording = in;
        if (recording != null) {
            complete(true, recording);
        }
    }

    private void complete(boolean incoming, Recording recording) {
        if (incoming) {
            in = null;
        } else {
            out = null;
        }
        try {
            observer.onFrame(recording.frame(incoming));
        } catch (Throwable e) {
            if (!failed) {
                failed = true;
                LOG.log(Level.WARNING, "a frame tap threw (logged once a tap)", e);
            }
        }
    }
}
