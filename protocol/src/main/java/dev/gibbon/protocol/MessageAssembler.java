package dev.gibbon.protocol;

import dev.gibbon.protocol.deflate.AgreedDeflate;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A data message that does not lie whole in the caller's buffer: its limits, its UTF-8 and its bytes. It
 * knows frames by their headers and never reads past a frame. Holds no buffer between messages. Belongs to the
 * engine's thread.
 */
final class MessageAssembler {
    /**
     * Payload that must have come before {@link #directTarget} is offered for more than one read, so that a claim alone reserves
     * nothing; and what is copied at most when a read into room that was reserved ahead brings little.
     */
    private static final int DIRECT_AFTER = 8 * 1024;

    /** Payload of the frame that must be missing for it: below this the shared buffer does as well. */
    private static final int DIRECT_FROM = 32 * 1024;

    private final Limits limits;
    private final AssemblyBuffer assembled;

    /** Payload that the headers of this message have announced. */
    private long announced;

    private int frames;
    private int utf8;
    private boolean open;
    private boolean text;
    private boolean partGiven;
    private boolean compressed;

    /** Made for the first message that is compressed. */
    private @Nullable Inflation inflation;

    MessageAssembler(Limits limits, BufferPool buffers) {
        this.limits = limits;
        this.assembled = new AssemblyBuffer(buffers);
    }

    /** Whether a message has begun and not ended. */
    boolean isOpen() {
        return open;
    }

    /** Whether the open message, or the last one, is text. */
    boolean isText() {
        return text;
    }

    /** A data frame that obeys the rules begins, if the limits allow it; else the failure. */
    @Nullable
    Failure begin(FrameHeader header) {
        if (!open) {
            announced = 0;
            frames = 0;
            compressed = header.rsv1();
        }
        Failure exceeded = compressed
                ? FrameRules.judgeCompressedLimits(header, limits, frames)
                : FrameRules.judgeLimits(header, limits, announced, frames);
        if (exceeded != null) {
            return exceeded;
        }
        if (!open) {
            open = true;
            text = header.opcodeBits() == Opcode.TEXT.code();
            utf8 = Utf8Validator.ACCEPT;
            partGiven = false;
        }
        announced += header.payloadLength();
        frames++;
        return null;
    }

    /**
     * Unmasks payload where it lies and checks it when it is text.
     *
     * @param remaining payload of the frame from the first of these bytes on
     * @return false when it is not UTF-8
     */
    boolean unmask(FrameHeader header, ByteBuffer buffer, int from, int length, long remaining) {
        int phase = (int) (header.payloadLength() - remaining);
        utf8 = unmask(header, buffer, from, length, phase, text, utf8);
        return utf8 != Utf8Validator.REJECT;
    }

    /** The same for any payload; the state of {@link Utf8Validator} goes in and out. */
    static int unmask(FrameHeader header, ByteBuffer buffer, int from, int length, int phase, boolean text, int utf8) {
        int to = from + length;
        if (!text) {
            if (header.masked()) {
                Masking.apply(buffer, from, to, header.key(), phase);
            }
            return utf8;
        }
        if (!header.masked()) {
            return validate(buffer, from, to, utf8);
        }
        boolean ascii = Masking.applyAndCheck(buffer, from, to, header.key(), phase);
        return ascii && utf8 == Utf8Validator.ACCEPT ? utf8 : Utf8Validator.run(buffer, from, to, utf8);
    }

    /** Checks text without a mask; the state of {@link Utf8Validator} goes in and out. */
    static int validate(ByteBuffer buffer, int from, int to, int utf8) {
        boolean ascii = utf8 == Utf8Validator.ACCEPT && Masking.isAscii(buffer, from, to);
        return ascii ? utf8 : Utf8Validator.run(buffer, from, to, utf8);
    }

    /** Copies payload to the end of what has come and does the same there. */
    boolean append(FrameHeader header, ByteBuffer source, int from, int length, long remaining) {
        if (length == 0) {
            return true;
        }
        int at = assembled.size();
        assembled.append(source, from, length, at + remaining);
        return unmask(header, assembled.buffer(), at, length, remaining);
    }

    /** Whether the open message, or the last one, is compressed. */
    boolean isCompressed() {
        return compressed;
    }

    /** What inflates the open message. */
    Inflation inflation() {
        return Objects.requireNonNull(inflation, "the message is not compressed");
    }

    /** What inflates a compressed message that has just begun. */
    void beginInflation(AgreedDeflate agreed, Role role, boolean parts) {
        if (inflation == null) {
            inflation = new Inflation(agreed, role, assembled, limits.maxMessageBytes(), parts);
        }
        inflation.begin();
    }

    /** The last frame of a compressed message is complete. What is wrong, or null. */
    @Nullable
    Failure endInflated() {
        open = false;
        return inflation().end(text);
    }

    /** The last frame is complete. False when its text ends inside a character. */
    boolean end() {
        open = false;
        return !text || utf8 == Utf8Validator.ACCEPT;
    }

    /** Whether the next part is the first one; tells so once. */
    boolean beginPart() {
        boolean first = !partGiven;
        partGiven = true;
        return first;
    }

    /** Bytes assembled so far. */
    int size() {
        return assembled.size();
    }

    /** The buffer that holds them; only when there are some. */
    ByteBuffer buffer() {
        return assembled.buffer();
    }

    /** Room for the next bytes of a large frame, or null; reserved ahead of any up to so many bytes, until they are filled. */
    @Nullable
    ByteBuffer directTarget(long remaining, int ahead) {
        int size = assembled.size();
        if (remaining < DIRECT_FROM || (size < DIRECT_AFTER && ahead == 0 && !assembled.isAhead())) {
            return null;
        }
        ByteBuffer buffer = size < DIRECT_AFTER
                ? assembled.reserveAhead((int) Math.min(ahead, size + remaining))
                : assembled.reserve(1, size + remaining);
        int room = (int) Math.min(remaining, buffer.capacity() - size);
        return buffer.limit(size + room).position(size);
    }

    /** Takes what was put into that room. False when it is not UTF-8. */
    boolean filled(FrameHeader header, int length, long remaining) {
        int at = assembled.size();
        assembled.advance(length);
        assembled.settle(at + remaining);
        return length == 0 || unmask(header, assembled.buffer(), at, length, remaining);
    }

    int heldBytes() {
        return assembled.capacity();
    }

    int nativeBytes() {
        return inflation == null ? 0 : inflation.nativeBytes();
    }

    long messagesInflated() {
        return inflation == null ? 0 : inflation.messages();
    }

    long bytesToInflate() {
        return inflation == null ? 0 : inflation.bytesIn();
    }

    long bytesInflated() {
        return inflation == null ? 0 : inflation.bytesOut();
    }

    /** Gives the assembled bytes back, after they were handed out. */
    void release() {
        assembled.release();
    }

    /** Forgets the message, at the end of the connection. */
    void drop() {
        open = false;
        assembled.release();
        if (inflation != null) {
            inflation.release();
        }
    }
}
