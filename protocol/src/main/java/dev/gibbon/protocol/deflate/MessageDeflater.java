package dev.gibbon.protocol.deflate;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Deflates the messages of one direction of a connection, one after the other (RFC 7692, 7.2.1), in pieces of any size. What
 * it made must be sent, in that order; see {@link #forget}. Without context takeover it borrows its native half for the time of a
 * message only. Belongs to one thread at a time.
 *
 * <p>The JDK's deflater always has a window of 32 KiB. A smaller one is kept by flushing it in full, which makes it forget, before
 * more bytes went in than the window holds.
 */
public final class MessageDeflater {
    /** What shall be out when {@link #deflate} is done. */
    public enum Flush {
        /** Whatever comes out: more of the message follows, and the peer need not see this part soon. */
        NONE,
        /** All of the message so far: what was written can be inflated by the peer at once. Costs some bytes. */
        FRAGMENT,
        /** The whole message, which ends here. */
        MESSAGE
    }

    /** Room that {@link #deflate} needs in its output to get on. */
    public static final int MIN_ROOM = 32;

    /** zlib: "make sure that avail_out is greater than six to avoid repeated flush markers". */
    private static final int FLUSH_ROOM = 7;

    /** The octets 00 00 FF FF at the end of a flush, which a message goes without. */
    private static final int TAIL = 4;

    private static final byte[] NOTHING = {};

    private final DeflatePool pool;
    private final int level;
    private final boolean takeover;
    private final int window;
    private @Nullable Deflater deflater;

    /** Bytes that went in since the last full flush: as far as a back-reference could reach. */
    private int reach;

    /** The last octets that came out, which may be the tail: oldest first, in the lowest bytes. */
    private int held;

    private int heldCount;
    private boolean open;
    private boolean released;

    /**
     * A deflater at the start of a connection.
     *
     * @param pool where its native half is borrowed
     * @param level 0 (stored) to 9
     * @param windowBits no back-reference shall reach further than 2^windowBits bytes; 8 to 15
     * @param takeover whether messages may refer to earlier ones
     * @throws IllegalArgumentException when a number is out of range
     */
    public MessageDeflater(DeflatePool pool, int level, int windowBits, boolean takeover) {
        AgreedDeflate.requireLevel(level);
        DeflateParameters.requireWindowBits("windowBits", windowBits);
        this.pool = pool;
        this.level = level;
        this.takeover = takeover;
        this.window = windowBits == DeflateParameters.MAX_WINDOW_BITS ? Integer.MAX_VALUE : 1 << windowBits;
    }

    /**
     * The room in which a message always fits, deflated at once, whatever is in it.
     *
     * @param length its size in bytes, 0 or more
     * @param windowBits 8 to 15
     * @return bytes, more than {@code length}
     */
    public static long bound(long length, int windowBits) {
        DeflateParameters.requireWindowBits("windowBits", windowBits);
        // zlib's own bound is below this: an eighth for codes of nine bits where it does not compare with stored
        // blocks.
        // Each flush of a small window ends a block and costs a marker.
        long flushes = windowBits == DeflateParameters.MAX_WINDOW_BITS ? 0 : length >> windowBits;
        return length + (length >> 3) + (length >> 8) + 16 * flushes + 2 * MIN_ROOM;
    }

    /**
     * Deflates a message at once, as the first of its connection: it may be sent on every connection that allows this window, see
     * {@link #forget}.
     *
     * @param pool where a deflater is borrowed
     * @param level 0 (stored) to 9
     * @param windowBits 8 to 15
     * @param payload the message between position and limit; neither is changed
     * @return the payload of one frame with RSV1
     * @throws IllegalArgumentException when a number is out of range
     */
    public static byte[] whole(DeflatePool pool, int level, int windowBits, ByteBuffer payload) {
        var deflater = new MessageDeflater(pool, level, windowBits, false);
        ByteBuffer in = payload.duplicate();
        byte[] out = new byte[Math.max(64, in.remaining() / 4 + MIN_ROOM)];
        ByteBuffer room = ByteBuffer.wrap(out);
        try {
            while (!deflater.deflate(in, room, Flush.MESSAGE)) {
                out = Arrays.copyOf(out, Math.addExact(out.length, out.length));
                room = ByteBuffer.wrap(out).position(room.position());
            }
        } finally {
            deflater.release();
        }
        return Arrays.copyOf(out, room.position());
    }

    /**
     * Deflates bytes of the current message. When it is not done it wants more room: call it again with the same flush, the rest of
     * the input and an output with at least {@link #MIN_ROOM} bytes.
     *
     * @param in bytes between position and limit, perhaps none; the position is advanced behind what was taken
     * @param out gets the deflated bytes at its position; with room for {@link #MIN_ROOM} bytes at least
     * @param flush what shall be out
     * @return true when all input was taken and what the flush asks for was written
     * @throws IllegalArgumentException when {@code out} has too little room
     * @throws IllegalStateException after {@link #release}
     */
    public boolean deflate(ByteBuffer in, ByteBuffer out, Flush flush) {
        if (released) {
            throw new IllegalStateException("nothing is deflated after the release");
        }
        if (out.remaining() < MIN_ROOM) {
            throw new IllegalArgumentException(
                    "deflating needs room for at least " + MIN_ROOM + " bytes, not " + out.remaining());
        }
        if (!open && !in.hasRemaining()) {
            return begin(out, flush);
        }
        Deflater current = deflater;
        if (current == null) {
            current = pool.deflater(level);
            deflater = current;
        }
        open = true;
        int from = out.position();
        putHeld(out);
        boolean atOnce = window == Integer.MAX_VALUE && flush != Flush.NONE && in.hasRemaining();
        boolean done = atOnce ? takeAllAndFlush(current, in, out) : takePieces(current, in, out, flush);
        hold(out, from);
        if (done && flush == Flush.MESSAGE) {
            end(current);
        }
        return done;
    }

    /** Nothing of a message has come yet. */
    private static boolean begin(ByteBuffer out, Flush flush) {
        if (flush == Flush.MESSAGE) {
            // RFC 7692, 7.2.3.6: where the library generates nothing, an empty block without compression, "0x00".
            out.put((byte) 0x00);
        }
        return true;
    }

    private boolean takePieces(Deflater current, ByteBuffer in, ByteBuffer out, Flush flush) {
        return takeAll(current, in, out) && (flush == Flush.NONE || flush(current, out, Deflater.SYNC_FLUSH));
    }

    /** What most messages take: one call of zlib. False when the room is used up. */
    private static boolean takeAllAndFlush(Deflater current, ByteBuffer in, ByteBuffer out) {
        try {
            // What is left of MIN_ROOM is more than FLUSH_ROOM.
            current.setInput(in);
            current.deflate(out, Deflater.SYNC_FLUSH);
            return !in.hasRemaining() && out.hasRemaining();
        } finally {
            // The caller's buffer is the caller's again.
            current.setInput(NOTHING);
        }
    }

    /** False when the room is used up before the input is. */
    private boolean takeAll(Deflater current, ByteBuffer in, ByteBuffer out) {
        int limit = in.limit();
        try {
            while (true) {
                if (reach == window) {
                    if (!flush(current, out, Deflater.FULL_FLUSH)) {
                        return false;
                    }
                    reach = 0;
                }
                int before = in.position();
                if (before == limit) {
                    return true;
                }
                if (!out.hasRemaining()) {
                    return false;
                }
                in.limit(before + Math.min(limit - before, window - reach));
                current.setInput(in);
                current.deflate(out, Deflater.NO_FLUSH);
                reach = window == Integer.MAX_VALUE ? 0 : reach + in.position() - before;
            }
        } finally {
            in.limit(limit);
            // The caller's buffer is the caller's again.
            current.setInput(NOTHING);
        }
    }

    /** False when the room is used up: then to be called again, until it is not. */
    private static boolean flush(Deflater current, ByteBuffer out, int mode) {
        if (out.remaining() < FLUSH_ROOM) {
            return false;
        }
        current.setInput(NOTHING);
        current.deflate(out, mode);
        return out.hasRemaining();
    }

    private void putHeld(ByteBuffer out) {
        for (; heldCount > 0; heldCount--) {
            out.put((byte) held);
            held >>>= Byte.SIZE;
        }
    }

    /** Takes the last octets back, as many as may be the tail. */
    private void hold(ByteBuffer out, int from) {
        heldCount = Math.min(TAIL, out.position() - from);
        int end = out.position();
        held = 0;
        for (int i = 1; i <= heldCount; i++) {
            held = (held << Byte.SIZE) | (out.get(end - i) & 0xFF);
        }
        out.position(end - heldCount);
    }

    /** RFC 7692, 7.2.1: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end." */
    private void end(Deflater current) {
        open = false;
        heldCount = 0;
        if (!takeover) {
            deflater = null;
            reach = 0;
            current.reset();
            pool.release(current);
        }
    }

    /**
     * Whether a message was begun and not ended.
     *
     * @return true between the first bytes of a message and its end
     */
    public boolean isOpen() {
        return open;
    }

    /**
     * Refers to nothing before from now on, and drops a message that was begun. Needed with context takeover, where the peer's window
     * holds what was sent: when a message of this deflater is not sent after all, and when a compressed message is sent that
     * another one made.
     */
    public void forget() {
        open = false;
        heldCount = 0;
        reach = 0;
        Deflater held = deflater;
        if (held != null) {
            held.reset();
            if (!takeover) {
                deflater = null;
                pool.release(held);
            }
        }
    }

    /**
     * Native memory held at the moment.
     *
     * @return an estimate in bytes, 0 between messages without context takeover
     */
    public int nativeBytes() {
        return deflater == null ? 0 : DeflatePool.DEFLATER_BYTES;
    }

    /** Gives back what is held, at the end of the connection. May be called more than once. */
    public void release() {
        released = true;
        open = false;
        Deflater held = deflater;
        if (held != null) {
            deflater = null;
            pool.discard(held);
        }
    }
}
