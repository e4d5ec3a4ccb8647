package dev.gibbon.internal.message;

import dev.gibbon.Compression;
import dev.gibbon.PreparedMessage;
import dev.gibbon.protocol.FrameHeader;
import dev.gibbon.protocol.Opcode;
import dev.gibbon.protocol.deflate.DeflatePool;
import dev.gibbon.protocol.deflate.MessageDeflater;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A message together with its server frames, made once and shared read-only by every connection it is sent to: as it is, and
 * compressed once for each set of parameters that a connection comes with. For any thread.
 */
public final class SharedFrame implements PreparedMessage {
    /** RSV1 of three bits. */
    private static final int RSV1 = 4;

    private final OwnedMessage message;
    private final Bytes plain;
    /** Held while compressing, so that two loops do not do it at once. */
    private final ReentrantLock compressing = new ReentrantLock();

    private volatile @Nullable Variant variants;

    /**
     * A frame's bytes. Positions and limits of the buffer never change, so readers use absolute access or a duplicate.
     *
     * @param frame header and payload
     * @param deflated whether the payload is compressed
     * @param payloadOffset where the payload begins
     * @param payloadLength its size
     */
    public record Bytes(ByteBuffer frame, boolean deflated, int payloadOffset, int payloadLength) {}

    /** A compressed form, and the next. */
    private record Variant(
            int level,
            int windowBits,
            Bytes bytes,
            @Nullable Variant next) {}

    /** Frames the message. */
    public SharedFrame(OwnedMessage message) {
        this.message = message;
        this.plain = frame(message.payload(), false);
    }

    /** The frame is a direct buffer, so that writing it to a socket copies nothing in the heap. */
    private Bytes frame(byte[] payload, boolean deflated) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(FrameHeader.MAX_LENGTH + payload.length);
        Opcode opcode = message.isText() ? Opcode.TEXT : Opcode.BINARY;
        FrameHeader.encode(bytes, true, deflated ? RSV1 : 0, opcode, false, 0, payload.length);
        int offset = bytes.position();
        bytes.put(payload).flip();
        return new Bytes(bytes.asReadOnlyBuffer(), deflated, offset, payload.length);
    }

    @Override
    public OwnedMessage message() {
        return message;
    }

    /** The frame without compression. */
    public Bytes plain() {
        return plain;
    }

    /**
     * The frame with a payload that refers to nothing outside of the message (RFC 7692, 7.1.1). The one without compression, if
     * that is not larger and the message leaves the choice.
     *
     * @param pool of the calling thread
     */
    public Bytes deflated(int level, int windowBits, DeflatePool pool) {
        Bytes found = find(level, windowBits);
        if (found != null) {
            return found;
        }
        compressing.lock();
        try {
            found = find(level, windowBits);
            if (found == null) {
                byte[] deflated = MessageDeflater.whole(pool, level, windowBits, ByteBuffer.wrap(message.payload()));
                boolean worthIt =
                        message.compression() == Compression.ALWAYS || deflated.length < message.payload().length;
                found = worthIt ? frame(deflated, true) : plain;
                variants = new Variant(level, windowBits, found, variants);
            }
            return found;
        } finally {
            compressing.unlock();
        }
    }

    private @Nullable Bytes find(int level, int windowBits) {
        for (Variant variant = variants; variant != null; variant = variant.next) {
            if (variant.level == level && variant.windowBits == windowBits) {
                return variant.bytes;
            }
        }
        return null;
    }
}
