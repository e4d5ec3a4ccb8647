package dev.gibbon.internal.connection;

import dev.gibbon.Message;
import dev.gibbon.MessageStream;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.internal.message.OwnedMessage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What came for a blocking application and was not taken yet: parts of messages, copied. The loop adds, the application's
 * thread takes. Above a bound in bytes the peer is not read, until half of it is taken; so it is bounded by that and one read.
 */
final class Inbox {
    /** What a part costs beside its bytes. */
    private static final int PART_COST = 64;

    /** How many times the bytes that have come may be reserved. */
    private static final int MOST_AHEAD = 4;

    private static final byte[] EMPTY = {};

    private final Connection connection;
    private final int bound;
    private final ReentrantLock lock = new ReentrantLock();

    // All guarded by the lock.
    private final ArrayDeque<Part> parts = new ArrayDeque<>(2);
    private long waiting;
    private boolean full;
    private boolean ended;
    private boolean abandoned;
    private boolean overlooking;
    private @Nullable Assembly assembly;
    private @Nullable InboxStream stream;
    private @Nullable Runnable whenTaken;
    /** One thread waits, and for a whole message. */
    private boolean awaitingWhole;
    /** Threads that wait for a change, nearly always one at most. */
    private final List<Thread> takers = new ArrayList<>(1);

    /** Bytes of one message, a whole one if it is first and last. */
    static final class Part {
        final boolean text;
        final boolean first;
        boolean last;
        byte[] bytes;
        int size;
        /** What it counts against the bound, beside bytes that were appended. */
        int cost = PART_COST;

        Part(boolean text, boolean first, boolean last, byte[] bytes) {
            this.text = text;
            this.first = first;
            this.last = last;
            this.bytes = bytes;
            this.size = bytes.length;
        }

        void append(ByteBuffer buffer, int offset, int length) {
            if (bytes.length - size < length) {
                // Doubling, so that many tiny fragments cost one copy each in the end.
                bytes = Arrays.copyOf(bytes, Math.max(size + length, Math.min(2 * size, size + (1 << 20))));
            }
            buffer.get(offset, bytes, size, length);
            size += length;
        }

        byte[] exact() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
    }

    /** The beginning of a message that {@code receive} has taken out, and whose end has not come. */
    private static final class Assembly {
        final boolean text;
        byte[] bytes = EMPTY;
        int size;

        Assembly(boolean text) {
            this.text = text;
        }

        void append(Part part) {
            reserve(part.size, 0);
            System.arraycopy(part.bytes, 0, bytes, size, part.size);
            size += part.size;
        }

        void append(ByteBuffer buffer, int offset, int length, long missing) {
            reserve(length, missing);
            buffer.get(offset, bytes, size, length);
            size += length;
        }

        /** Makes room: doubling, so that many tiny fragments cost one copy each in the end, or for all of a frame that has largely come. */
        private void reserve(int length, long missing) {
            if (bytes.length - size < length) {
                long come = size + (long) length;
                long room = Math.max(Math.min(come + missing, MOST_AHEAD * come), Math.max(come, 2L * size));
                bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, room));
            }
        }

        byte[] exact() {
            return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        }
    }

    Inbox(Connection connection) {
        this.connection = connection;
        this.bound = connection.settings().readAheadBytes;
    }

    // ---- the loop's side

    /**
     * Adds bytes.
     *
     * @param missing payload that is on its way behind them in the same frame
     */
    void add(ByteBuffer buffer, int offset, int length, boolean text, boolean first, boolean last, long missing) {
        boolean nowFull = false;
        lock.lock();
        try {
            if (abandoned || overlooking) {
                return;
            }
            if (awaitingWhole && !(first && last) && parts.isEmpty()) {
                if (assembles(buffer, offset, length, text, last, missing)) {
                    if (last) {
                        wakeSoon();
                    }
                    return;
                }
            }
            Part tail = parts.peekLast();
            if (!first && tail != null && !tail.last) {
                tail.append(buffer, offset, length);
                tail.last = last;
                waiting += length;
            } else {
                byte[] copy = new byte[length];
                buffer.get(offset, copy);
                parts.add(new Part(text, first, last, copy));
                waiting += length + PART_COST;
            }
            if (waiting > bound && !full) {
                full = true;
                nowFull = true;
            }
            wakeSoon();
        } finally {
            lock.unlock();
        }
        if (nowFull) {
            connection.pause(Connection.BY_INBOX);
        }
    }

    /** Adds to the message that somebody waits for, who would only add it himself; that one has taken it, so it does not count. */
    private boolean assembles(ByteBuffer buffer, int offset, int length, boolean text, boolean last, long missing) {
        Assembly begun = assembly;
        if (length > connection.settings().maxMessageBytes - (begun == null ? 0 : begun.size)) {
            return false;
        }
        if (begun == null) {
            begun = new Assembly(text);
            assembly = begun;
        }
        begun.append(buffer, offset, length, missing);
        if (last) {
            assembly = null;
            Part whole = new Part(begun.text, true, true, begun.exact());
            whole.cost = -whole.size;
            parts.add(whole);
        }
        return true;
    }

    /**
     * Has an action run on the loop as soon as the application has taken everything and asks for more, or has left.
     *
     * @return true if that is so now; then the action is the caller's to run
     */
    boolean whenTaken(Runnable action) {
        lock.lock();
        try {
            if (abandoned || (parts.isEmpty() && !takers.isEmpty())) {
                return true;
            }
            whenTaken = action;
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void allTaken() {
        Runnable action = whenTaken;
        if (action != null) {
            whenTaken = null;
            connection.submissions().submit(Submission.of(Submission.Kind.RUN, action));
        }
    }

    /**
     * Waits for a change, or no longer than this, or for nothing at all: the callers look again. Everything is taken. The lock is held,
     * once, and is let go of meanwhile.
     */
    private void awaitChange(long nanos, boolean forWhole) throws InterruptedException {
        allTaken();
        awaitingWhole = forWhole && takers.isEmpty();
        Thread me = Thread.currentThread();
        takers.add(me);
        lock.unlock();
        try {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        } finally {
            lock.lock();
            takers.remove(me);
            awaitingWhole = false;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Wakes those who wait when the loop has read more of what is there. With the lock, on the loop. */
    private void wakeSoon() {
        for (int i = 0; i < takers.size(); i++) {
            connection.loop().wakeSoon(takers.get(i));
        }
        takers.clear();
        awaitingWhole = false;
    }

    /** Forgets what comes from now on, so that the peer's Close is found behind it; what is there stays. On the loop. */
    void overlook() {
        lock.lock();
        try {
            overlooking = true;
        } finally {
            lock.unlock();
        }
        connection.resume(Connection.BY_INBOX);
    }

    /** The connection has ended. */
    void end() {
        lock.lock();
        try {
            ended = true;
            takers.forEach(LockSupport::unpark);
            takers.clear();
        } finally {
            lock.unlock();
        }
    }

    // ---- the application's side

    /** Nobody will take anything any more. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            parts.clear();
            waiting = 0;
            assembly = null;
            makeRoom();
            allTaken();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a whole message.
     *
     * @return null when the time has passed
     */
    @Nullable
    Message take(long nanos) throws InterruptedException {
        long deadline = nanos == Long.MAX_VALUE ? 0 : System.nanoTime() + nanos;
        if (!skipStream(nanos)) {
            return null;
        }
        lock.lockInterruptibly();
        try {
            while (true) {
                Message message = assemble();
                if (message != null) {
                    Lending lending = connection.lending();
                    if (lending != null && parts.isEmpty()) {
                        lending.answerDue();
                    }
                    return message;
                }
                requireNotEnded();
                long left = nanos == Long.MAX_VALUE ? nanos : deadline - System.nanoTime();
                if (left <= 0) {
                    allTaken();
                    return null;
                }
                awaitChange(left, true);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Message assemble() {
        long most = connection.settings().maxMessageBytes;
        for (Part part = next(); part != null; part = next()) {
            Assembly begun = assembly;
            if (part.size > most - (begun == null ? 0 : begun.size)) {
                throw tooLong(most);
            }
            if (begun == null && part.last) {
                return new OwnedMessage(part.text, part.exact());
            }
            if (begun == null) {
                begun = new Assembly(part.text);
                assembly = begun;
            }
            begun.append(part);
            if (part.last) {
                assembly = null;
                return new OwnedMessage(begun.text, begun.exact());
            }
        }
        return null;
    }

    private WebSocketClosedException tooLong(long most) {
        assembly = null;
        abandoned = true;
        parts.clear();
        waiting = 0;
        String reason = "message longer than maxMessageBytes " + most;
        Runnable fail = () -> connection.ending().fail(1009, reason, null);
        // Before the close that follows when the handler learns of it.
        connection.submissions().submit(Submission.of(Submission.Kind.RUN, fail));
        makeRoom();
        allTaken();
        return new WebSocketClosedException("closed with 1009: " + reason, null);
    }

    private @Nullable Part next() {
        Part part = parts.poll();
        if (part != null) {
            waiting -= part.size + part.cost;
            makeRoom();
        }
        return part;
    }

    private void makeRoom() {
        if (full && waiting <= bound / 2) {
            full = false;
            connection.submissions().submit(Submission.of(Submission.Kind.TAKEN));
        }
    }

    private void requireNotEnded() {
        if (ended || abandoned) {
            throw connection.socket().closedException("nothing more to receive");
        }
    }

    /** Takes the beginning of a message. */
    MessageStream takeStream() throws InterruptedException {
        skipStream(Long.MAX_VALUE);
        lock.lockInterruptibly();
        try {
            while (true) {
                Assembly begun = assembly;
                if (begun != null) {
                    assembly = null;
                    Part beginning = new Part(begun.text, true, false, Arrays.copyOf(begun.bytes, begun.size));
                    return open(beginning);
                }
                Part part = next();
                if (part != null) {
                    return open(part);
                }
                requireNotEnded();
                awaitChange(Long.MAX_VALUE, false);
            }
        } finally {
            lock.unlock();
        }
    }

    private MessageStream open(Part beginning) {
        InboxStream opened = new InboxStream(this, beginning);
        stream = opened;
        return opened;
    }

    /**
     * Takes the next part of the message that is being streamed.
     *
     * @return null if the connection ended first, or the time has passed
     */
    @Nullable
    Part takePart(long nanos) throws InterruptedException {
        long deadline = nanos == Long.MAX_VALUE ? 0 : System.nanoTime() + nanos;
        lock.lockInterruptibly();
        try {
            while (true) {
                Part part = next();
                if (part != null) {
                    return part;
                }
                long left = nanos == Long.MAX_VALUE ? nanos : deadline - System.nanoTime();
                if (ended || abandoned || left <= 0) {
                    return null;
                }
                awaitChange(left, false);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Skips what is left of a streamed message; false if the time has passed before its end came. */
    private boolean skipStream(long nanos) throws InterruptedException {
        InboxStream open = stream;
        if (open != null) {
            if (!open.skipRest(nanos) && !hasEnded()) {
                return false;
            }
            stream = null;
        }
        return true;
    }

    private boolean hasEnded() {
        lock.lock();
        try {
            return ended || abandoned;
        } finally {
            lock.unlock();
        }
    }

    WebSocketClosedException endedWithin() {
        return connection.socket().closedException("the message is incomplete");
    }
}
