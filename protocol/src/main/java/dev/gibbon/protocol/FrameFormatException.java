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

    private FrameFormatException(String message, long offset, long frameOffset, @Nullable FrameRule rule) {
        super(message);
        this.offset = offset;
        this.frameOffset = frameOffset;
        this.rule = rule;
    }

    static FrameFormatException broken(FrameRule rule, long offset, long frameOffset) {
        String message = "byte " + offset + ", in the frame at byte " + frameOffset + ": " + rule.sentence()
                + " (RFC 6455, " + rule.section() + ")";
        return new FrameFormatException(message, offset, frameOffset, rule);
    }

    static FrameFormatException ended(String where, long offset, long frameOffset) {
        String message = "byte " + offset + ", in the frame at byte " + frameOffset + ": the stream ends " + where;
        return new FrameFormatException(message, offset, frameOffset, null);
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
}
