package dev.gibbon.internal.connection;

import dev.gibbon.Compression;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.protocol.FrameHeader;
import dev.gibbon.protocol.Opcode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right to write to the link of a server's connection in the blocking style. It is the loop's; while nothing waits to be written the loop
 * lends it, so that the thread that answers a message writes the answer itself, and nobody has to be woken for it. Before the
 * loop writes, closes or takes what was submitted it {@link #reclaim}s the right, waiting for one write that does not wait.
 *
 * <p>Order: a thread writes only when nothing of anybody waits before it. What the socket did not take goes back with the right,
 * and is the first that the loop queues.
 */
final class Lending {
    /** The right is the loop's. */
    private static final int HELD = 0;
    /** Whoever answers may take it. */
    private static final int LENT = 1;
    /** A thread writes. */
    private static final int BORROWED = 2;
    /** A thread writes, and the loop waits for it. */
    private static final int WANTED = 3;

    private static final AtomicIntegerFieldUpdater<Lending> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Lending.class, "state");

    private final Connection connection;
    private volatile int state = HELD;
    private volatile @Nullable Thread waiting;
    private volatile long sentAt;

    /** A message was taken, no other waits, and it was not answered. Only a hint, so it needs no order. */
    private boolean answerDue;

    // For whoever has the right.
    private @Nullable ByteBuffer rest;
    private @Nullable IOException failure;
    private long reserved;
    private long messages;
    private long written;

    Lending(Connection connection) {
        this.connection = connection;
    }

    // ---- the loop's side

    /** Lends the right; nothing waits to be written. */
    void lend() {
        // A thread may have given it back just now, with a frame that has begun: that is to be adopted first.
        if (state == HELD && rest == null) {
            state = LENT;
        }
    }

    /** Whether the right is not the loop's. */
    boolean isLent() {
        return state != HELD;
    }

    /** Takes the right back, and with it what a thread could not write. */
    void reclaim(Outgoing outgoing) {
        while (state != HELD && !STATE.compareAndSet(this, LENT, HELD)) {
            awaitWriter();
        }
        ByteBuffer left = rest;
        if (left != null) {
            rest = null;
            outgoing.adopt(left, failure);
            connection.submissions().settle(reserved);
        }
    }

    private void awaitWriter() {
        waiting = Thread.currentThread();
        if (STATE.compareAndSet(this, BORROWED, WANTED)) {
            while (state == WANTED) {
                LockSupport.park(this);
            }
        }
        waiting = null;
    }

    /** When a thread last sent something, or 0; kept only where there is an idle timeout. */
    long sentAt() {
        return sentAt;
    }

    // ---- other threads' side

    /** The application has taken the only message that was there: what it sends next is the answer. */
    void answerDue() {
        answerDue = true;
    }

    /**
     * Writes a message, if it is an answer and nothing waits before it.
     *
     * @return false if it is to be left for the loop
     */
    boolean answer(Opcode opcode, byte[] payload, Compression compression) {
        if (!answerDue) {
            return false;
        }
        // One write each: what else is sent is better gathered by the loop.
        answerDue = false;
        if (payload.length > EventLoop.SCRATCH_BYTES
                || connection.sending().deflates(compression, payload.length)
                || !STATE.compareAndSet(this, LENT, BORROWED)) {
            return false;
        }
        boolean whole = true;
        try {
            if (!connection.submissions().isEmpty()) {
                return false;
            }
            whole = write(opcode, payload);
            return true;
        } finally {
            giveBack(whole);
        }
    }

    private boolean write(Opcode opcode, byte[] payload) {
        ByteBuffer shared = connection.loop().takeScratch();
        ByteBuffer frame =
                shared != null ? shared.clear() : ByteBuffer.allocate(FrameHeader.MAX_LENGTH + payload.length);
        try {
            FrameHeader.encode(frame, true, 0, opcode, false, 0, payload.length);
            frame.put(payload).flip();
            messages++;
            if (connection.settings().idleTimeout > 0) {
                sentAt = connection.loop().clockNow();
            }
            try {
                written += connection.link().writeAside(frame);
            } catch (IOException e) {
                failure = e;
            } catch (RuntimeException | Error e) {
                // Nobody knows how far it came, so nothing may follow it.
                failure = new IOException("a write failed", e);
            }
            if (failure == null && !frame.hasRemaining()) {
                return true;
            }
            reserved = connection.submissions().reserved(frame.remaining());
            rest = ByteBuffer.allocate(frame.remaining()).put(frame).flip();
            return false;
        } finally {
            if (shared != null) {
                connection.loop().giveScratchBack(shared);
            }
        }
    }

    private void giveBack(boolean whole) {
        if (!STATE.compareAndSet(this, BORROWED, whole ? LENT : HELD)) {
            Thread loop = waiting;
            state = HELD;
            LockSupport.unpark(loop);
        }
        if (!whole) {
            // The loop takes it up when it does this.
            connection.submissions().wake();
        }
    }

    /** Messages written by threads, as a look at a moment. */
    long messages() {
        return messages;
    }

    /** Bytes written by threads, as a look at a moment. */
    long written() {
        return written;
    }
}
