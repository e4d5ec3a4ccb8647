package dev.gibbon.protocol.deflate;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Inflates the messages of one direction of a connection, one after the other (RFC 7692, 7.2.2). The caller
 * chooses how much comes out at a time and keeps the limits; bad data is a value, not an exception. Without context takeover it
 * borrows its native half for the time of a message only. Belongs to one thread at a time.
 */
public final class MessageInflater {
    /** What {@link #inflate} says of data that is not valid DEFLATE. Nothing can be inflated from then on. */
    public static final int BAD_DATA = -1;

    private static final byte[] NOTHING = {};
    /** RFC 7692, 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message." */
    private static final byte[] TAIL = {0x00, 0x00, (byte) 0xFF, (byte) 0xFF};

    private final DeflatePool pool;
    private final boolean takeover;
    private @Nullable Inflater inflater;
    /** No octet was taken since the message began, or since a block that called itself the last one. */
    private boolean fresh = true;

    private boolean bad;

    /**
     * An inflater at the start of a connection.
     *
     * @param pool where its native half is borrowed
     * @param takeover whether messages may refer to earlier ones
     */
    public MessageInflater(DeflatePool pool, boolean takeover) {
        this.pool = pool;
        this.takeover = takeover;
    }

    /**
     * Inflates bytes of the current message. To be called again with the rest of the input until it writes less than the room:
     * then all input was taken and nothing more can come of it.
     *
     * @param in compressed bytes between position and limit, perhaps none; the position is advanced behind what was taken
     * @param out gets the inflated bytes from {@code at} on; its position stays, its limit must not be below the room
     * @param at where to write
     * @param room how many bytes may be written, 1 or more
     * @return bytes written, or {@link #BAD_DATA}
     * @throws IllegalStateException after bad data or {@link #release}
     */
    public int inflate(ByteBuffer in, ByteBuffer out, int at, int room) {
        if (bad) {
            throw new IllegalStateException("nothing is inflated after bad data or the release");
        }
        Inflater current = inflater;
        if (current == null) {
            if (!in.hasRemaining()) {
                return 0;
            }
            current = pool.inflater();
            inflater = current;
        }
        int position = out.position();
        int limit = out.limit();
        out.limit(at + room).position(at);
        current.setInput(in);
        try {
            return inflate(current, in, out) ? out.position() - at : spoil();
        } catch (DataFormatException broken) {
            return spoil();
        } finally {
            // The caller's buffers are the caller's again.
            if (inflater != null) {
                current.setInput(NOTHING);
            }
            out.limit(limit).position(position);
        }
    }

    /** False when the data asks for what there is not. */
    private boolean inflate(Inflater current, ByteBuffer in, ByteBuffer out) throws DataFormatException {
        while (out.hasRemaining()) {
            int before = in.remaining();
            current.inflate(out);
            fresh &= in.remaining() == before;
            if (current.finished()) {
                // RFC 7692, 7.2.1: "An endpoint MAY use both DEFLATE blocks with the "BFINAL" bit set to 0 and DEFLATE
                // blocks
                // with the "BFINAL" bit set to 1." What follows is a new stream without history: whoever finishes one
                // has to
                // reset zlib before the next.
                current.reset();
                current.setInput(in);
                fresh = true;
            } else if (out.hasRemaining()) {
                // It stops before the room is full when it needs more, or when it asks for a dictionary, which there is
                // not.
                return !in.hasRemaining();
            }
        }
        return true;
    }

    private int spoil() {
        release();
        return BAD_DATA;
    }

    /**
     * The message has no more bytes, and all that came of them was taken.
     *
     * @return false when the data is bad: the message ends inside a block
     * @throws IllegalStateException after bad data or {@link #release}
     */
    public boolean end() {
        if (bad) {
            throw new IllegalStateException("nothing is inflated after bad data or the release");
        }
        Inflater current = inflater;
        if (current == null) {
            return true;
        }
        // Behind a block that called itself the last, or nothing at all, there is nothing to be completed.
        if (!fresh && !complete(current)) {
            release();
            return false;
        }
        fresh = true;
        if (!takeover) {
            inflater = null;
            current.reset();
            pool.release(current);
        }
        return true;
    }

    /** Appends the tail, of which nothing may come. */
    private static boolean complete(Inflater current) {
        try {
            current.setInput(TAIL);
            byte[] none = new byte[1];
            int written = current.inflate(none);
            boolean whole = written == 0 && current.getRemaining() == 0 && !current.finished();
            current.setInput(NOTHING);
            return whole;
        } catch (DataFormatException broken) {
            return false;
        }
    }

    /**
     * Native memory held at the moment.
     *
     * @return an estimate in bytes, 0 between messages without context takeover
     */
    public int nativeBytes() {
        return inflater == null ? 0 : DeflatePool.INFLATER_BYTES;
    }

    /** Gives back what is held, at the end of the connection or after bad data. May be called more than once. */
    public void release() {
        bad = true;
        Inflater held = inflater;
        if (held != null) {
            inflater = null;
            pool.discard(held);
        }
    }
}
