package dev.gibbon.internal.connection;

import dev.gibbon.internal.connection.Backlog.Chunk;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopTenant;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.protocol.Masking;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that one connection has to write. Between {@link #begin} and {@link #end} they gather in the loop's cork and leave
 * in one write; otherwise, and when the socket takes no more, they wait in a {@link Backlog} of chunks from the loop's pool.
 *
 * <p>Only for the loop's thread, but for {@link #queuedCost()}. A failed write is kept in {@link #failure()}; from then on
 * everything is swallowed, so that nobody up the stack has to expect it.
 */
public final class Outgoing {
    /** What a queued frame costs beside its bytes: the objects that keep it. */
    public static final int FRAME_COST = 64;

    private static final int SMALLEST_CHUNK = 1 << 10;
    private static final int LARGEST_CHUNK = 64 << 10;

    /** A payload from this size on is written from where it lies instead of being copied into the cork first. */
    private static final int WRITE_THROUGH_FROM = 64 << 10;

    private final LoopTenant tenant;
    /** What waits; null when nothing does. */
    private @Nullable Backlog backlog;

    private @Nullable Broken broken;
    private @Nullable Lending lending;
    private volatile long queuedCost;
    private long written;
    private boolean corked;
    private boolean dirty;

    /** Nothing can be written any more. */
    private static final class Broken {
        private final @Nullable IOException cause;
        /** Bytes that were to be written. */
        private long swallowed;

        Broken(@Nullable IOException cause) {
            this.cause = cause;
        }

        /** Made only if somebody asks: at an ordinary end nobody does, and a stack trace costs more than the end. */
        IOException cause() {
            return cause != null ? cause : new IOException("released");
        }
    }

    /** Makes an empty queue that writes to the tenant's link. */
    public Outgoing(LoopTenant tenant) {
        this.tenant = tenant;
    }

    private EventLoop loop() {
        return tenant.loop();
    }

    /** An event of this connection begins: what it writes goes to the cork if nothing waits before it. */
    public boolean begin() {
        if (corked) {
            return false;
        }
        reclaim();
        cork();
        return true;
    }

    /** The event ends: what gathered leaves. */
    public void end() {
        end(false);
    }

    /**
     * The event ends: what gathered leaves.
     *
     * @param last whether our direction ends behind it, once all of it is written
     */
    void end(boolean last) {
        if (corked) {
            uncork();
            writeCork(last);
        }
    }

    private void cork() {
        // Another connection may be in the middle of its own event, and have called us from there.
        if (backlog == null && broken == null && loop().takeCork()) {
            loop().cork().clear();
            corked = true;
        }
    }

    private void uncork() {
        corked = false;
        loop().giveCorkBack();
    }

    /**
     * Room for the bytes of one frame; {@link #added} tells that they were put there.
     *
     * @param bytes at least this many
     * @return a buffer to append to, at its position
     */
    public ByteBuffer room(int bytes) {
        if (corked) {
            ByteBuffer cork = loop().cork();
            if (cork.remaining() >= bytes) {
                return cork;
            }
            writeCork(false);
            if (backlog == null && cork.capacity() >= bytes) {
                return cork.clear();
            }
            uncork();
        }
        ByteBuffer last = backlog == null ? null : backlog.roomBehind(bytes);
        if (last != null) {
            return last;
        }
        long size = Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, queuedCost));
        Chunk chunk = new Chunk(loop().buffers().acquire((int) Math.max(bytes, size)), true, true);
        append(chunk);
        return chunk.bytes;
    }

    /** A frame of this many bytes, header and payload, was put into {@link #room}. */
    public void added(int bytes) {
        if (corked) {
            return;
        }
        if (backlog != null) {
            backlog.last().frames++;
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
        ByteBuffer cork = loop().cork().flip();
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
            ByteBuffer cork = loop().cork();
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
            Chunk rest = new Chunk(loop().buffers().acquire(length - done), true, false);
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
        reclaim();
        return isIdle();
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
        Backlog waiting = backlog;
        if (waiting == null) {
            room(frame.length).put(frame);
            added(frame.length);
            return;
        }
        count(waiting.pass(frame, isPong));
        flushLater();
    }

    // ---- the right to write

    /** The right to write is lent now and then, when {@link #isIdle nothing waits here}. */
    void lending(Lending right) {
        lending = right;
    }

    /** The right to write, if it is ever lent. */
    @Nullable
    Lending lending() {
        return lending;
    }

    /** Nobody but the loop writes from now on, and what another thread began is in the queue. */
    void reclaim() {
        if (lending != null) {
            lending.reclaim(this);
        }
    }

    /** Takes the rest of a frame that another thread has begun to write, as the first to go. */
    void adopt(ByteBuffer rest, @Nullable IOException failure) {
        if (failure != null) {
            broken = new Broken(failure);
            swallow(broken, rest, null);
            flushLater();
            return;
        }
        backlog = new Backlog(loop(), new Chunk(rest, false, false));
        backlog.stall();
        count(rest.remaining());
    }

    /** Whether nothing waits, gathers or is broken. */
    boolean isIdle() {
        return backlog == null && !corked && broken == null;
    }

    // ---- the queue

    private Backlog append(Chunk chunk) {
        reclaim();
        Backlog waiting = backlog;
        if (waiting == null) {
            waiting = new Backlog(loop(), chunk);
            backlog = waiting;
        } else {
            waiting.append(chunk);
        }
        return waiting;
    }

    private Chunk enqueueCopy(ByteBuffer rest) {
        int length = rest.remaining();
        Chunk chunk = new Chunk(loop().buffers().acquire(length).put(rest).flip(), true, false);
        Backlog waiting = append(chunk);
        count(length);
        waiting.stall();
        return chunk;
    }

    private void writeCork(boolean last) {
        ByteBuffer cork = loop().cork().flip();
        if (cork.hasRemaining()) {
            write(cork, null, last);
            if (cork.hasRemaining()) {
                enqueueCopy(cork);
            }
        }
    }

    private void write(ByteBuffer first, @Nullable ByteBuffer second) {
        write(first, second, false);
    }

    private void write(ByteBuffer first, @Nullable ByteBuffer second, boolean last) {
        if (broken != null) {
            swallow(broken, first, second);
            return;
        }
        Link link = tenant.link();
        try {
            if (second != null) {
                written += link.write(first, second);
            } else {
                written += last ? link.writeLast(first) : link.write(first);
            }
        } catch (IOException e) {
            Broken now = new Broken(e);
            broken = now;
            swallow(now, first, second);
            flushLater();
        }
    }

    private static void swallow(Broken broken, ByteBuffer first, @Nullable ByteBuffer second) {
        broken.swallowed += first.remaining() + (second == null ? 0 : second.remaining());
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
            loop().flushLater(tenant);
        }
    }

    /** Writes what is queued, as far as the socket takes it. */
    public void flush() {
        dirty = false;
        Backlog waiting = backlog;
        if (waiting == null) {
            return;
        }
        do {
            Chunk chunk = waiting.first();
            int before = chunk.bytes.remaining();
            write(chunk.bytes, null);
            int gone = before - chunk.bytes.remaining();
            count(-gone);
            if (gone > 0) {
                waiting.progress();
            }
            if (chunk.bytes.hasRemaining()) {
                waiting.stall();
                return;
            }
            count(-(long) chunk.frames * FRAME_COST);
        } while (waiting.advance());
        backlog = null;
    }

    /** Drops what waits. */
    public void release() {
        if (backlog != null) {
            backlog.release();
            backlog = null;
        }
        queuedCost = 0;
        if (broken == null) {
            broken = new Broken(null);
        }
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        reclaim();
        return backlog == null && !(corked && loop().cork().position() > 0);
    }

    /** Whether there is a queue, in front of which a control frame would have to pass. */
    public boolean isQueued() {
        return backlog != null;
    }

    /** Whether the socket took less than there was, last time. */
    public boolean stalled() {
        return backlog != null && backlog.stalled();
    }

    /** When the socket began to take less than there was; 0 unless {@link #stalled}. */
    public long stalledAt() {
        return backlog == null ? 0 : backlog.stalledAt();
    }

    /** When the socket last took something, or stalled; 0 unless {@link #stalled}. */
    public long progressAt() {
        return backlog == null ? 0 : backlog.progressAt();
    }

    /** Bytes that wait, and {@link #FRAME_COST} for each whole frame among them. For any thread. */
    public long queuedCost() {
        return queuedCost;
    }

    /** Bytes that were to be written and never will be, should the connection end now. */
    public long unwritten() {
        return queuedCost + (broken == null ? 0 : broken.swallowed);
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
        return broken == null ? null : broken.cause();
    }
}
