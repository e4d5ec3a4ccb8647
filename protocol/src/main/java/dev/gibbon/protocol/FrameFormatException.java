package dev.gibbon.protocol;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A stream that {@link FrameReader} cannot go on reading: where it is wrong, and which rule says so. The message has
 * both. Immutable, safe on any thread.
 */
public final class FrameFormatException extends IOException {
    private static final long serialVersionUID = 1;

    private final long offset;
    private final long frameOffset;
    private final @Nullable FrameRule rule;

    private final byte[] headerBytes;

    FrameFormatException(String what, long offset, long frameOffset, @Nullable FrameRule rule, byte[] headerBytes) {
        super("byte " + offset + ", in the frame at byte " + frameOffset + ": " + what);
        this.offset = offset;
        this.frameOffset = frameOffset;
        this.rule = rule;
        this.headerBytes = headerBytes;
    }

    /**
     * Where the stream is wrong.
     *
     * @return bytes of the stream before the first wrong one, or all of them when it ended too early
     */
    public long offset() {
        return offset;
    }

    /**
     * Where the frame begins that is wrong.
     *
     * @return bytes of the stream before its first one
     */
    public long frameOffset() {
        return frameOffset;
    }

    /**
     * Which rule the frame breaks.
     *
     * @return null when the stream ended inside a frame
     */
    public @Nullable FrameRule rule() {
        return rule;
    }

    /**
     * What was read of the frame's header, for a tool that shows it: all of it, unless the stream ended or the first two
     * bytes were wrong already.
     *
     * @return a new array of 0 to 14 bytes; {@link FrameHeader#parse} reads it
     */
    public byte[] headerBytes() {
        return headerBytes.clone();
    }
}
