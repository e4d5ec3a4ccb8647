package dev.gibbon.protocol;

import dev.gibbon.protocol.deflate.DeflatePool;
import dev.gibbon.protocol.deflate.MessageInflater;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the compressed frames of a stream inflate to, for {@link FrameReader}, of which only the beginning is kept. It keeps the
 * context from message to message, which is right for senders that do without it, too. Belongs to one thread at a time.
 */
final class FrameInflation {
    private static final int CHUNK = 8 * 1024;

    private final MessageInflater inflater = new MessageInflater(DeflatePool.unpooled(), true);
    private final ByteBuffer out = ByteBuffer.allocate(CHUNK);
    private final AssemblyBuffer kept = new AssemblyBuffer(BufferPool.heap());
    private final int maxKept;
    private long length;
    private boolean open;
    private boolean text;
    private int utf8;

    FrameInflation(int maxKept) {
        this.maxKept = maxKept;
    }

    /** A message begins, compressed or not. */
    void beginMessage(boolean compressed, boolean isText) {
        open = compressed;
        text = isText;
        utf8 = Utf8Validator.ACCEPT;
    }

    /** Whether the message that has begun is compressed. */
    boolean isOpen() {
        return open;
    }

    void beginFrame() {
        kept.release();
        length = 0;
    }

    /** Unmasked payload of the frame. What is wrong, or null. */
    @Nullable
    FrameRule take(ByteBuffer in) {
        int count;
        do {
            count = inflater.inflate(in, out, 0, CHUNK);
            if (count < 0) {
                return FrameRule.DEFLATE_DATA;
            }
            int more = (int) Math.min(count, maxKept - Math.min(maxKept, length));
            if (more > 0) {
                kept.append(out, 0, more, 0);
            }
            length += count;
            utf8 = text ? Utf8Validator.run(out, 0, count, utf8) : utf8;
            if (utf8 == Utf8Validator.REJECT) {
                return FrameRule.TEXT_UTF8;
            }
        } while (count == CHUNK);
        return null;
    }

    /** The last frame of the message is complete. What is wrong, or null. */
    @Nullable
    FrameRule endMessage() {
        open = false;
        if (!inflater.end()) {
            return FrameRule.DEFLATE_DATA;
        }
        return utf8 == Utf8Validator.ACCEPT ? null : FrameRule.TEXT_UTF8;
    }

    /** What the frame inflated to, in all. */
    long length() {
        return length;
    }

    /** The beginning of it. */
    byte[] kept() {
        return FrameReader.bytesOf(kept);
    }

    /** The end of the stream. */
    void release() {
        inflater.release();
    }
}
