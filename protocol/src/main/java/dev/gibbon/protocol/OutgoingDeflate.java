package dev.gibbon.protocol;

import dev.gibbon.protocol.deflate.AgreedDeflate;
import dev.gibbon.protocol.deflate.DeflateParameters;
import dev.gibbon.protocol.deflate.MessageDeflater;
import dev.gibbon.protocol.deflate.MessageDeflater.Flush;
import java.nio.ByteBuffer;

/**
 * The compressing half of an {@link Engine}: its deflater, and whether what is sent with RSV1 came out of it. Made for the first
 * message that is deflated. Belongs to the engine's thread.
 */
final class OutgoingDeflate {
    private static final int SMALLEST = 256;

    private final MessageDeflater deflater;

    /** Something was deflated whose message has not been sent to its end. */
    private boolean unsent;

    /** The message whose frames go out, or the last one, is compressed. */
    private boolean compressed;

    OutgoingDeflate(AgreedDeflate agreed, Role role) {
        DeflateParameters parameters = agreed.parameters();
        boolean server = role == Role.SERVER;
        this.deflater = new MessageDeflater(
                agreed.pool(),
                agreed.level(),
                server ? parameters.serverMaxWindowBits() : parameters.clientMaxWindowBits(),
                server ? !parameters.serverNoContextTakeover() : !parameters.clientNoContextTakeover());
    }

    boolean deflate(ByteBuffer in, ByteBuffer out, Flush flush) {
        boolean done = deflater.deflate(in, out, flush);
        unsent = true;
        return done;
    }

    /** A whole message, in a buffer that grows with what comes out. */
    ByteBuffer message(ByteBuffer payload, int offset, int length, BufferPool buffers) {
        if (deflater.isOpen()) {
            throw new IllegalStateException("a message is being deflated in fragments and has not ended");
        }
        ByteBuffer in = payload.duplicate().limit(offset + length).position(offset);
        ByteBuffer out = buffers.acquire(Math.max(SMALLEST, length / 4)).clear();
        boolean done = false;
        try {
            while (!deflate(in, out, Flush.MESSAGE)) {
                ByteBuffer larger = buffers.acquire(Math.addExact(out.capacity(), out.capacity()))
                        .clear();
                larger.put(0, out, 0, out.position()).position(out.position());
                buffers.release(out);
                out = larger;
            }
            done = true;
        } finally {
            if (!done) {
                forget();
                buffers.release(out);
            }
        }
        return out.flip();
    }

    /** A data frame goes out. */
    void sending(Opcode opcode, boolean fin, boolean rsv1) {
        if (opcode != Opcode.CONTINUATION) {
            compressed = rsv1;
            if (rsv1 && !unsent) {
                // Somebody else's: the peer's window will hold it, and ours does not.
                deflater.forget();
            }
        }
        if (fin && compressed) {
            unsent = false;
        }
    }

    void forget() {
        unsent = false;
        deflater.forget();
    }

    int nativeBytes() {
        return deflater.nativeBytes();
    }

    void release() {
        deflater.release();
    }
}
