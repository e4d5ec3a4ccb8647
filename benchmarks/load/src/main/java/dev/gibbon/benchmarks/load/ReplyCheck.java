package dev.gibbon.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * What a reply must be: as long as what was sent, of its kind, compressed if it was, and of its content. One for all connections
 * of a run; what is wrong goes to the tally. Confined to the generator's thread; to be closed.
 */
final class ReplyCheck implements AutoCloseable {

    private final Frames frames;
    private final Tally tally;
    private final boolean all;
    private final boolean deflate;
    private final ByteBuffer payload;
    private final int size;
    private final @Nullable Inflation inflation;

    // The header of the reply that is expected, when it comes in one frame and not compressed.
    private final int headerLength;
    private final int header16;
    private final int header32;
    private final int frameLength;

    ReplyCheck(Frames frames, Tally tally, Order order) {
        this.frames = frames;
        this.tally = tally;
        all = order.verifyAll();
        deflate = order.scenario().deflate();
        payload = frames.payload();
        size = payload.capacity();
        inflation = deflate ? new Inflation(size) : null;
        headerLength = size < Frames.LENGTH_16 ? 2 : size <= 0xffff ? 4 : 10;
        int first = Frames.FIN | frames.opcode();
        header16 = first << 8 | (headerLength == 2 ? size : headerLength == 4 ? Frames.LENGTH_16 : Frames.LENGTH_64);
        header32 = header16 << 16 | size;
        frameLength = headerLength + size;
    }

    /** Whether the content of every reply is compared. */
    boolean all() {
        return all;
    }

    boolean mayBeCompressed() {
        return deflate;
    }

    /** What a compressed reply may take: more than the message itself would be a fault of its own. */
    int mostCompressedBytes() {
        return size + size / 8 + 1024;
    }

    /** Steps over replies that lie whole in the buffer and have the very header that is expected; returns how many. */
    int takeWhole(ByteBuffer in) {
        if (all || deflate) {
            return 0;
        }
        int at = in.position();
        int last = in.limit() - frameLength;
        int count = 0;
        while (at <= last && isExpected(in, at)) {
            at += frameLength;
            count++;
        }
        in.position(at);
        tally.plain(count, (long) count * size);
        return count;
    }

    private boolean isExpected(ByteBuffer in, int at) {
        return switch (headerLength) {
            case 2 -> (in.getShort(at) & 0xffff) == header16;
            case 4 -> in.getInt(at) == header32;
            default -> (in.getShort(at) & 0xffff) == header16 && in.getLong(at + 2) == size;
        };
    }

    void begins(int opcode) {
        if (opcode != frames.opcode()) {
            tally.mismatch(() -> "a reply is " + kind(opcode) + ", and what was sent is " + kind(frames.opcode()));
        }
    }

    private static String kind(int opcode) {
        return opcode == Frames.TEXT ? "text" : "binary";
    }

    /** A frame makes the message so long. */
    void grows(long length, boolean compressed) throws LoadFault {
        if (length > (compressed ? mostCompressedBytes() : size)) {
            tally.mismatch(() -> compressed
                    ? "a compressed reply has more than " + mostCompressedBytes() + " bytes, for a message of " + size
                    : "a reply has at least " + length + " bytes, and " + size + " were sent");
            throw new LoadFault("a reply is too long");
        }
    }

    void compare(ByteBuffer part, int offset) {
        int differs = part.mismatch(payload.slice(offset, part.remaining()));
        if (differs >= 0) {
            tally.mismatch(() -> "a reply differs from what was sent at byte " + (offset + differs));
        }
    }

    void ends(long length, boolean compressed, @Nullable ByteBuffer gathered) {
        if (compressed) {
            tally.compressed(length);
            if (gathered != null) {
                compareInflated(gathered.flip());
            }
            return;
        }
        tally.plain(1, length);
        if (length != size) {
            tally.mismatch(() -> "a reply has " + length + " bytes, and " + size + " were sent");
        }
        if (deflate) {
            tally.mismatch(() -> "a reply came uncompressed, though permessage-deflate was agreed and what was sent was"
                    + " compressed");
        }
    }

    private void compareInflated(ByteBuffer compressed) {
        try {
            // There is one whenever replies may be compressed.
            ByteBuffer message = inflation == null ? compressed : inflation.inflate(compressed);
            if (message.remaining() > size) {
                tally.mismatch(() -> "a compressed reply inflates to more than the " + size + " bytes that were sent");
            } else if (message.remaining() < size) {
                int length = message.remaining();
                tally.mismatch(() -> "a compressed reply inflates to " + length + " bytes, and " + size + " were sent");
            } else {
                compare(message, 0);
            }
        } catch (DataFormatException e) {
            tally.mismatch(() -> "a compressed reply cannot be inflated: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (inflation != null) {
            inflation.close();
        }
    }
}
