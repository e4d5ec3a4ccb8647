package dev.gibbon.internal.connection;

import dev.gibbon.internal.loop.EventLoop;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written on one connection: a queue of chunks, each of which ends where a frame ends, so that a control frame can pass
 * between two of them. {@link Outgoing} makes one when something has to wait and lets it go when nothing does, so a
 * connection at rest has none. Only for the loop's thread.
 */
final class Backlog {
    private static final int MAX_CONTROL_FRAME = 14 + 125;

    private final EventLoop loop;
    private Chunk head;
    private Chunk tail;
    private @Nullable Chunk pong;
    private boolean stalled;
    private long stalledAt;
    private long progressAt;

    /** A piece of the queue. */
    static final class Chunk {
        final ByteBuffer bytes;
        private final boolean pooled;
        /** Whole frames that end in it. */
        int frames;
        /** Filled up to its position (true), or ready to be read from its position (false). */
        private boolean filling;
        /** Its last frame goes on in the next chunk, so that nothing may come between. */
        boolean continues;

        private @Nullable Chunk next;

        Chunk(ByteBuffer bytes, boolean pooled, boolean filling) {
            this.bytes = bytes;
            this.pooled = pooled;
            this.filling = filling;
        }

        private void seal() {
            if (filling) {
                filling = false;
                bytes.flip();
            }
        }
    }

    Backlog(EventLoop loop, Chunk first) {
        this.loop = loop;
        this.head = first;
        this.tail = first;
    }

    // ---- its end

    void append(Chunk chunk) {
        tail.seal();
        tail.next = chunk;
        tail = chunk;
    }

    /** The last chunk. */
    Chunk last() {
        return tail;
    }

    /** The buffer of the last chunk, if a frame of this size may be appended there. */
    @Nullable
    ByteBuffer roomBehind(int bytes) {
        return tail.filling && tail.bytes.remaining() >= bytes ? tail.bytes : null;
    }

    // ---- control frames

    /**
     * Puts a control frame in front of what waits, but for a frame that is partly written.
     *
     * @return by how much that changes the cost of what waits
     */
    int pass(byte[] frame, boolean isPong) {
        Chunk waiting = pong;
        if (isPong && waiting != null && waiting != head) {
            // RFC 6455, 5.5.3: an endpoint may answer only the most recent of several pings.
            int longer = frame.length - waiting.bytes.remaining();
            waiting.bytes.clear().put(frame).flip();
            return longer;
        }
        Chunk before = head;
        while (before.continues && before.next != null) {
            before = before.next;
        }
        Chunk chunk =
                new Chunk(ByteBuffer.allocate(MAX_CONTROL_FRAME).put(frame).flip(), false, false);
        chunk.frames = 1;
        chunk.next = before.next;
        before.next = chunk;
        if (tail == before) {
            before.seal();
            tail = chunk;
        }
        if (isPong) {
            pong = chunk;
        }
        return frame.length + Outgoing.FRAME_COST;
    }

    // ---- its beginning

    /** The first chunk, ready to be read. */
    Chunk first() {
        head.seal();
        return head;
    }

    /** The first chunk is written; false when it was the last. */
    boolean advance() {
        Chunk done = head;
        free(done);
        if (done.next == null) {
            return false;
        }
        head = done.next;
        return true;
    }

    private void free(Chunk chunk) {
        if (chunk == pong) {
            pong = null;
        }
        if (chunk.pooled) {
            loop.buffers().release(chunk.bytes);
        }
    }

    /** Drops everything. */
    void release() {
        for (Chunk chunk = head; chunk != null; chunk = chunk.next) {
            free(chunk);
        }
    }

    // ---- its clocks

    /** The socket took something. */
    void progress() {
        progressAt = loop.now();
    }

    /** The socket took less than there was. */
    void stall() {
        if (!stalled) {
            stalled = true;
            progressAt = loop.now();
            stalledAt = progressAt;
        }
    }

    boolean stalled() {
        return stalled;
    }

    long stalledAt() {
        return stalledAt;
    }

    long progressAt() {
        return progressAt;
    }
}
