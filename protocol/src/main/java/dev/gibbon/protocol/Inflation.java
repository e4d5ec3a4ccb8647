package dev.gibbon.protocol;

import dev.gibbon.protocol.deflate.AgreedDeflate;
import dev.gibbon.protocol.deflate.DeflateParameters;
import dev.gibbon.protocol.deflate.MessageInflater;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The compressed messages of the peer: unmasks their payload where it lies, and inflates it into the assembly buffer, never further
 * than one byte beyond the limit. In parts it stops at {@link #PART}; while something may still come of the input,
 * the input's last byte is left with the caller. Made for the first such message. Belongs to the engine's thread.
 */
final class Inflation {
    /** The most that is inflated for one part, in bytes. */
    static final int PART = 16 * 1024;

    private static final int SMALLEST = 256;
    /** What is compressed to this many bytes is usually four times as long, so that inflating it takes one call. */
    private static final int SMALL_INPUT = 4 * 1024;

    private static final long USUAL_RATIO = 4;

    private final MessageInflater inflater;
    private final AssemblyBuffer inflated;
    private final long limit;
    private final boolean parts;

    /** Inflated bytes of the message in parts that were handed out. */
    private long given;

    /** Bytes in front of the input that are unmasked, because they were looked at before. */
    private int clear;

    /** The first of them went into the inflater before. */
    private boolean fed;

    private int utf8;
    private long messages;
    private long bytesIn;
    private long bytesOut;

    Inflation(AgreedDeflate agreed, Role role, AssemblyBuffer inflated, long limit, boolean parts) {
        DeflateParameters parameters = agreed.parameters();
        boolean fromClient = role == Role.SERVER;
        boolean takeover = fromClient ? !parameters.clientNoContextTakeover() : !parameters.serverNoContextTakeover();
        this.inflater = new MessageInflater(agreed.pool(), takeover);
        this.inflated = inflated;
        this.limit = limit;
        this.parts = parts;
    }

    /** A message begins. */
    void begin() {
        given = 0;
        utf8 = Utf8Validator.ACCEPT;
    }

    /** How many bytes in front of the input are known: unmasked, and shown to a tap. */
    int clear() {
        return clear;
    }

    /**
     * Inflates payload of a frame. The position of {@code in} is advanced behind what was taken, all of it unless a part is full.
     *
     * @param length how many bytes from the position on belong to the frame
     * @param remaining payload of the frame from the position on
     * @return what is wrong, or null
     */
    @Nullable
    Failure take(FrameHeader header, ByteBuffer in, int length, long remaining, boolean text) {
        int from = in.position();
        int end = from + length;
        if (length > clear) {
            int phase = (int) (header.payloadLength() - remaining) + clear;
            if (header.masked()) {
                Masking.apply(in, from + clear, end, header.key(), phase);
            }
            clear = length;
        }
        if (length == 0) {
            return null;
        }
        int limitBefore = in.limit();
        in.limit(end).position(fed ? from + 1 : from);
        fed = false;
        Failure broken = inflate(in, text);
        in.limit(limitBefore);
        if (parts && inflated.size() == PART && in.position() == end) {
            in.position(end - 1);
            fed = true;
        }
        int taken = in.position() - from;
        clear -= taken;
        bytesIn += taken;
        if (inflated.size() == 0) {
            inflated.release();
        }
        return broken;
    }

    private @Nullable Failure inflate(ByteBuffer in, boolean text) {
        int count;
        int room;
        do {
            int size = inflated.size();
            long left = limit - given - size;
            if (left <= 0) {
                return probe(in);
            }
            if (parts && size == PART) {
                return null;
            }
            if (inflated.capacity() == size) {
                inflated.reserve(more(in.remaining(), size, left), 0);
            }
            ByteBuffer out = inflated.buffer();
            int most = parts ? PART : inflated.capacity();
            room = (int) Math.min(left, most - size);
            count = inflater.inflate(in, out, size, room);
            if (count < 0) {
                return FrameRule.DEFLATE_DATA.failure();
            }
            inflated.advance(count);
            bytesOut += count;
            if (text) {
                utf8 = MessageAssembler.validate(out, size, size + count, utf8);
                if (utf8 == Utf8Validator.REJECT) {
                    return FrameRule.TEXT_UTF8.failure();
                }
            }
        } while (count == room);
        return null;
    }

    /** How much to add to a full buffer: a few times what went in at first, then as much as is there. Never what a header claims. */
    private int more(int input, int size, long left) {
        // A buffer that is filled to its end would have to be asked whether there is more.
        long guess = input <= SMALL_INPUT ? USUAL_RATIO * input + 1 : 2L * input;
        long wanted = parts ? PART : Math.max(Math.max(SMALLEST, size), guess);
        return (int) Math.min(wanted, left);
    }

    /** At the limit: anything more is too much. */
    private @Nullable Failure probe(ByteBuffer in) {
        int count = inflater.inflate(in, ByteBuffer.wrap(new byte[1]), 0, 1);
        if (count < 0) {
            return FrameRule.DEFLATE_DATA.failure();
        }
        return count == 0 ? null : FrameRule.MESSAGE_LIMIT.failure("maxMessageBytes is " + limit);
    }

    /** The message has no more bytes. */
    @Nullable
    Failure end(boolean text) {
        if (!inflater.end()) {
            return FrameRule.DEFLATE_DATA.failure();
        }
        messages++;
        return text && utf8 != Utf8Validator.ACCEPT ? FrameRule.TEXT_UTF8.failure() : null;
    }

    /** What was inflated is handed out as a part. */
    void partGiven() {
        given += inflated.size();
    }

    long messages() {
        return messages;
    }

    long bytesIn() {
        return bytesIn;
    }

    long bytesOut() {
        return bytesOut;
    }

    int nativeBytes() {
        return inflater.nativeBytes();
    }

    void release() {
        inflater.release();
    }
}
