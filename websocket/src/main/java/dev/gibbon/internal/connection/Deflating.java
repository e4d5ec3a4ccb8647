package dev.gibbon.internal.connection;

import dev.gibbon.Compression;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.message.SharedFrame;
import dev.gibbon.protocol.deflate.DeflateParameters;
import dev.gibbon.protocol.deflate.MessageDeflater;
import dev.gibbon.protocol.deflate.MessageDeflater.Flush;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The compression of what one connection sends (RFC 7692). Made with the first message that is to be compressed. Without
 * context takeover it holds native memory only within a message. Only for the loop's thread, but for the counts.
 */
final class Deflating {
    /** From here on the buffer begins with what messages usually come to, instead of with the most. */
    private static final long LARGE = 64 << 10;

    private static final int USUAL_RATIO = 4;

    private static final int LARGEST = Integer.MAX_VALUE - 8;

    private final EventLoop loop;
    private final int level;
    private final int windowBits;
    private final boolean takeover;
    private final MessageDeflater deflater;
    private long messages;
    private long plainBytes;
    private long deflatedBytes;

    Deflating(EventLoop loop, ConnectionSettings settings, DeflateParameters agreed) {
        this.loop = loop;
        this.level = settings.deflate.level();
        boolean server = !settings.role.masksOutgoing();
        this.windowBits = server ? agreed.serverMaxWindowBits() : agreed.clientMaxWindowBits();
        this.takeover = server ? !agreed.serverNoContextTakeover() : !agreed.clientNoContextTakeover();
        this.deflater = new MessageDeflater(loop.deflaters(), level, windowBits, takeover);
    }

    /**
     * Compresses a message.
     *
     * @return a buffer of the loop, to be given back, with the payload from 0 to its limit; null if the message should be sent as
     *     it is
     */
    @Nullable
    ByteBuffer whole(ByteBuffer payload, int offset, int length, Compression compression) {
        ByteBuffer in = payload.duplicate().limit(offset + length).position(offset);
        // With takeover the compressor has seen the message, so the peer must see it too, even if it did not get
        // smaller.
        boolean mayStayPlain = compression == Compression.AUTO && !takeover;
        long most = mayStayPlain ? length : MessageDeflater.bound(length, windowBits);
        ByteBuffer out = acquire(length <= LARGE ? most : length / USUAL_RATIO);
        while (!deflater.deflate(in, out, Flush.MESSAGE)) {
            if (mayStayPlain && out.capacity() >= most) {
                deflater.forget();
                loop.buffers().release(out);
                return null;
            }
            out = larger(out, most);
        }
        if (mayStayPlain && out.position() >= length) {
            loop.buffers().release(out);
            return null;
        }
        count(length, out.position());
        return out.flip();
    }

    /**
     * Compresses a fragment.
     *
     * @return a buffer of the loop, to be given back, with the payload from 0 to its limit
     */
    ByteBuffer piece(byte[] bytes, boolean last) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long most = MessageDeflater.bound(bytes.length, windowBits);
        ByteBuffer out = acquire(most);
        // The peer is to have what was flushed, not what the compressor lets go of it.
        while (!deflater.deflate(in, out, last ? Flush.MESSAGE : Flush.FRAGMENT)) {
            out = larger(out, most);
        }
        plainBytes += bytes.length;
        deflatedBytes += out.position();
        messages += last ? 1 : 0;
        return out.flip();
    }

    private ByteBuffer acquire(long bytes) {
        return loop.buffers().acquire((int) Math.min(LARGEST, Math.max(MessageDeflater.MIN_ROOM, bytes)));
    }

    private ByteBuffer larger(ByteBuffer full, long most) {
        if (full.capacity() >= LARGEST) {
            throw new IllegalStateException("a compressed message does not fit a buffer");
        }
        ByteBuffer more = acquire(Math.max(full.capacity() + LARGE, Math.min(most, 2L * full.capacity())));
        more.put(full.flip());
        loop.buffers().release(full);
        return more;
    }

    /** The bytes of a shared message under this connection's parameters; made by the first connection that has them. */
    SharedFrame.Bytes shared(SharedFrame message) {
        return message.deflated(level, windowBits, loop.deflaters());
    }

    /** A message that was compressed elsewhere was sent. */
    void sentShared(int plain, int deflated) {
        count(plain, deflated);
        // With takeover the peer's window holds it and ours does not: what follows must not refer to anything before.
        deflater.forget();
    }

    private void count(int plain, int deflated) {
        messages++;
        plainBytes += plain;
        deflatedBytes += deflated;
    }

    long messages() {
        return messages;
    }

    long plainBytes() {
        return plainBytes;
    }

    long deflatedBytes() {
        return deflatedBytes;
    }

    long nativeBytes() {
        return deflater.nativeBytes();
    }

    /** Gives back what is held; nothing more is sent. */
    void release() {
        deflater.release();
    }
}
