package dev.gibbon.internal.connection;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopTenant;
import dev.gibbon.protocol.Masking;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that one connection has to write. Between {@link #begin} and {@link #end} they gather in the loop's cork and leave
 * in one write; otherwise, and when the socket takes no more, they wait in a queue of chunks from the loop's pool. Each
 * chunk ends where a frame ends, so that a control frame can pass between two of them.
 *
 * <p>Only for the loop's thread, but for {@link #queuedCost()}. A failed write is kept in {@link #failure()}; from then on
 * everything is swallowed, so that nobody up the stack has to expect it.
 */
public final class Outgoing {
    /** What a queued frame costs beside its bytes: the objects that keep it. */
    public static final int FRAME_COST = 64;

    /** Swallows what is written behind the end. One for all, because a stack trace for each connection would cost more than its end. */
    private static final IOException RELEASED = new IOException("released");

    private static final int SMALLEST_CHUNK = 1 << 10;
    private static final int LARGEST_CHUNK = 64 << 10;

    /** A payload from this size on is written from where it lies instead of being copied into the cork first. */
    private static final int WRITE_THROUGH_FROM = 64 << 10;

    private final LoopTenant tenant;
    private final EventLoop loop;
    private @Nullable Chunk head;
    private @Nullable Chunk tail;
    private @Nullable Chunk pong;
    private @Nullable IOException failure;
    private volatile long queuedCost;
    private long written;
    /** Bytes that were swallowed because the connection is broken. */
    private long swallowed;

    private long progressAt;
    private long stalledAt;
    private boolean corked;
    private boolean dirty;
    private boolean stalled;

    /** A piece of the queue. */
    private static final class Chunk {
        final ByteBuffer bytes;
        final boolean pooled;
        int frames;
        /** Filled up to its position (true), or ready to be read from its position (false). */
        boolean filling;
        /** Its last frame goes on in the next chunk, so that nothing may come between. */
        boolean continues;

        @Nullable
        Chunk next;

        Chunk(ByteBuffer bytes, boolean pooled, boolean filling) {
            this.bytes = bytes;
            this.pooled = pooled;
            this.filling = filling;
        }
    }

    /** Makes an empty queue that writes to the tenant's link. */
    public Outgoing(LoopTenant tenant) {
        this.tenant = tenant;
        this.loop = tenant.loop();
    }

    /** An event of this connection begins: what it writes goes to the cork if nothing waits before it. */
    public boolean begin() {
        if (corked) {
            return false;
        }
        cork();
        return true;
    }

    /** The event ends: what gathered leaves. */
    public void end() {
        if (corked) {
            uncork();
            writeCork();
        }
    }

    private void cork() {
        // Another connection may be in the middle of its own event, and have called us from there.
        if (head == null && failure == null && loop.takeCork()) {
            loop.cork().clear();
            corked = true;
        }
    }

    private void uncork() {
        corked = false;
        loop.giveCorkBack();
    }

    /**
     * Room for the bytes of one frame; {@link #added} tells that they were put there.
     *
     * @param bytes at least this many
     * @return a buffer to append to, at its position
     */
    public ByteBuffer room(int bytes) {
        if (corked) {
            ByteBuffer cork = loop.cork();
            if (cork.remaining() >= bytes) {
                return cork;
            }
            writeCork();
            if (head == null && cork.capacity() >= bytes) {
                return cork.clear();
            }
            uncork();
        }
        Chunk last = tail;
        if (last != null && last.filling && last.bytes.remaining() >= bytes) {
            return last.bytes;
        }
        long size = Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, queuedCost));
        Chunk chunk = new Chunk(loop.buffers().acquire((int) Math.max(bytes, size)), true, true);
        append(chunk);
        return chunk.bytes;
    }

    /** A frame of this many bytes, header and payload, was put into {@link #room}. */
    public void added(int bytes) {
        if (corked) {
            return;
        }
        Chunk last = tail;
        if (last != null) {
            last.frames++;
        }
        count(bytes + FRAME_COST);
        flushLater();
    }

    /**
     * Whether a payload should be given to {@link #writeThrough} behind its header; then the cork has room for that header.
     *
     * @param headerBytes size of the header
     * @param payloadBytes size of the payload
     */
    public boolean writesThrough(int headerBytes, int payloadBytes) {
        if (corked && payloadBytes >= WRITE_THROUGH_FROM) {
            room(headerBytes);
        }
        return corked && payloadBytes >= WRITE_THROUGH_FROM;
    }

    /** Writes bytes that stay the caller's behind what is corked; what does not fit the socket is copied. */
    public void writeThrough(ByteBuffer source, int offset, int length) {
        ByteBuffer view = source.duplicate().limit(offset + length).position(offset);
        ByteBuffer cork = loop.cork().flip();
        uncork();
        write(cork, view);
        if (cork.hasRemaining()) {
            enqueueCopy(cork).continues = true;
        }
        if (view.hasRemaining()) {
            enqueueCopy(view);
        }
        cork();
    }

    /**
     * Writes a payload masked behind its header in the cork, and leaves the source as it is: through the cork, as long as the socket
     * takes everything; what it does not take is copied.
     *
     * @param key the masking key of the frame
     */
    public void writeMasked(ByteBuffer source, int offset, int length, int key) {
        int done = 0;
        while (corked && done < length) {
            ByteBuffer cork = loop.cork();
            int piece = Math.min(cork.remaining(), length - done);
            Masking.copy(source, offset + done, cork, cork.position(), piece, key, done);
            cork.position(cork.position() + piece);
            done += piece;
            if (done < length) {
                write(cork.flip(), null);
                if (cork.hasRemaining()) {
                    uncork();
                    enqueueCopy(cork).continues = true;
                } else {
                    cork.clear();
                }
            }
        }
        if (done < length) {
            Chunk rest = new Chunk(loop.buffers().acquire(length - done), true, false);
            Masking.copy(source, offset + done, rest.bytes, 0, length - done, key, done);
            rest.bytes.limit(length - done);
            append(rest);
            count(length - done);
        }
    }

    /** Queues bytes that never change and are shared with other connections. */
    public void share(ByteBuffer frame) {
        int length = frame.remaining();
        if (length <= SMALLEST_CHUNK || (corked && length < WRITE_THROUGH_FROM)) {
            ByteBuffer room = room(length);
            room.put(room.position(), frame, frame.position(), length);
            room.position(room.position() + length);
            added(length);
            return;
        }
        end();
        Chunk chunk = new Chunk(frame.duplicate(), false, false);
        append(chunk);
        added(length);
    }

    /** Whether nothing waits or gathers, so that {@link #writeWhole} may be called. */
    boolean isClear() {
        return head == null && !corked && failure == null;
    }

    /** Writes whole frames from where they lie; what the socket does not take is copied. */
    void writeWhole(ByteBuffer frames) {
        write(frames, null);
        if (frames.hasRemaining()) {
            enqueueCopy(frames);
            flushLater();
        }
    }

    /** Puts a control frame in front of what waits, but for a frame that is partly written. */
    public void urgent(byte[] frame, boolean isPong) {
        Chunk first = head;
        if (first == null) {
            room(frame.length).put(frame);
            added(frame.length);
            return;
        }
        Chunk waiting = pong;
        if (isPong && waiting != null && waiting != first) {
            // RFC 6455, 5.5.3: an endpoint may answer only the most recent of several pings.
            count(frame.length - waiting.bytes.remaining());
            waiting.bytes.clear().put(frame).flip();
            return;
        }
        Chunk before = first;
        while (before.continues && before.next != null) {
            before = before.next;
        }
        Chunk chunk =
                new Chunk(ByteBuffer.allocate(MAX_CONTROL_FRAME).put(frame).flip(), false, false);
        chunk.frames = 1;
        chunk.next = before.next;
        before.next = chunk;
        if (tail == before) {
            seal(before);
            tail = chunk;
        }
        if (isPong) {
            pong = chunk;
        }
        count(frame.length + FRAME_COST);
        flushLater();
    }

    private static final int MAX_CONTROL_FRAME = 14 + 125;

    private void append(Chunk chunk) {
        Chunk last = tail;
        if (last == null) {
            head = chunk;
        } else {
            seal(last);
            last.next = chunk;
        }
        tail = chunk;
    }

    private static void seal(Chunk chunk) {
        if (chunk.filling) {
            chunk.filling = false;
            chunk.bytes.flip();
        }
    }

    private Chunk enqueueCopy(ByteBuffer rest) {
        int length = rest.remaining();
        Chunk chunk = new Chunk(loop.buffers().acquire(length).put(rest).flip(), true, false);
        append(chunk);
        count(length);
        stall();
        return chunk;
    }

    private void writeCork() {
        ByteBuffer cork = loop.cork().flip();
        if (cork.hasRemaining()) {
            write(cork, null);
            if (cork.hasRemaining()) {
                enqueueCopy(cork);
            }
        }
    }

    private void write(ByteBuffer first, @Nullable ByteBuffer second) {
        if (failure != null) {
            swallow(first, second);
            return;
        }
        try {
            written +=
                    second == null ? tenant.link().write(first) : tenant.link().write(first, second);
        } catch (IOException e) {
            failure = e;
            swallow(first, second);
            flushLater();
        }
    }

    private void swallow(ByteBuffer first, @Nullable ByteBuffer second) {
        swallowed += first.remaining() + (second == null ? 0 : second.remaining());
        first.position(first.limit());
        if (second != null) {
            second.position(second.limit());
        }
    }

    /** Only the loop writes the count; others read it. */
    private void count(long change) {
        long before = queuedCost;
        queuedCost = before + change;
    }

    private void flushLater() {
        if (!dirty) {
            dirty = true;
            loop.flushLater(tenant);
        }
    }

    /** Writes what is queued, as far as the socket takes it. */
    public void flush() {
        dirty = false;
        Chunk chunk = head;
        while (chunk != null) {
            seal(chunk);
            int before = chunk.bytes.remaining();
            write(chunk.bytes, null);
            int gone = before - chunk.bytes.remaining();
            count(-gone);
            if (gone > 0) {
                progressAt = loop.now();
            }
            if (chunk.bytes.hasRemaining()) {
                stall();
                return;
            }
            count(-(long) chunk.frames * FRAME_COST);
            Chunk done = chunk;
            chunk = chunk.next;
            head = chunk;
            if (chunk == null) {
                tail = null;
            }
            free(done);
        }
        stalled = false;
    }

    private void stall() {
        if (!stalled) {
            stalled = true;
            progressAt = loop.now();
            stalledAt = progressAt;
        }
    }

    private void free(Chunk chunk) {
        if (chunk == pong) {
            pong = null;
        }
        if (chunk.pooled) {
            loop.buffers().release(chunk.bytes);
        }
    }

    /** Drops what waits. */
    public void release() {
        Chunk chunk = head;
        while (chunk != null) {
            free(chunk);
            chunk = chunk.next;
        }
        head = null;
        tail = null;
        pong = null;
        stalled = false;
        queuedCost = 0;
        if (failure == null) {
            failure = RELEASED;
        }
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return head == null && !(corked && loop.cork().position() > 0);
    }

    /** Whether there is a queue, in front of which a control frame would have to pass. */
    public boolean isQueued() {
        return head != null;
    }

    /** Whether the socket took less than there was, last time. */
    public boolean stalled() {
        return stalled;
    }

    /** When the socket began to take less than there was. */
    public long stalledAt() {
        return stalledAt;
    }

    /** When the socket last took something, or stalled. */
    public long progressAt() {
        return progressAt;
    }

    /** Bytes that wait, and {@link #FRAME_COST} for each whole frame among them. For any thread. */
    public long queuedCost() {
        return queuedCost;
    }

    /** Bytes that were to be written and never will be, should the connection end now. */
    public long unwritten() {
        return queuedCost + swallowed;
    }

    /** So many of the bytes to be written are not to be counted. */
    public void uncounted(int bytes) {
        written -= bytes;
    }

    /** Bytes that the socket took, of those that count. */
    public long written() {
        return Math.max(0, written);
    }

    /** What broke, or null. */
    public @Nullable IOException failure() {
        return failure;
    }
}
