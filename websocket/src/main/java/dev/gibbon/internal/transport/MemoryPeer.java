package dev.gibbon.internal.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A test's end of an in-memory link: nothing waits, what is there is there. For one thread. */
public final class MemoryPeer {
    private final MemoryPipe in;
    private final MemoryPipe out;
    private final MemoryLink other;

    MemoryPeer(MemoryPipe in, MemoryPipe out, MemoryLink other) {
        this.in = in;
        this.out = out;
        this.other = other;
    }

    /**
     * Writes what fits.
     *
     * @return bytes written
     * @throws IOException if the other end is gone
     */
    public int write(byte[] bytes, int offset, int length) throws IOException {
        return out.write(ByteBuffer.wrap(bytes, offset, length), length);
    }

    /**
     * Reads what is there, at most this many bytes.
     *
     * @throws IOException if the other end reset
     */
    public byte[] read(int most) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer some = ByteBuffer.allocate(Math.min(most, 64 << 10));
        while (all.size() < most) {
            int count = in.read(some.clear(), Math.min(some.capacity(), most - all.size()));
            if (count <= 0) {
                break;
            }
            all.write(some.array(), 0, count);
        }
        return all.toByteArray();
    }

    /** Ends our direction. */
    public void end() {
        out.end();
    }

    /** Breaks the link. */
    public void reset() {
        out.reset();
        in.reset();
    }

    /** Whether the other end has ended its direction, and all of it was read. */
    public boolean atEnd() {
        return in.isEnded() && !in.isBroken() && in.readable();
    }

    /** Whether the other end has reset the link, or failed. */
    public boolean isReset() {
        return in.isBroken();
    }

    /** Whether the other end is closed. */
    public boolean isClosed() {
        return other.isClosed();
    }
}
