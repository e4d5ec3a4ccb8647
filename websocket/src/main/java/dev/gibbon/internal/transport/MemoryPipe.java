package dev.gibbon.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One direction of an in-memory link: a ring of bytes with an end. Guarded by its own lock, so the ends may be on two threads. */
final class MemoryPipe {
    private final ReentrantLock lock = new ReentrantLock();
    private final byte[] ring;
    private int start;
    private int size;
    private boolean ended;
    private boolean broken;
    private @Nullable Runnable onChange;
    private @Nullable Runnable onRoom;

    MemoryPipe(int capacity) {
        ring = new byte[capacity];
    }

    /** Called, without the lock, when bytes or the end have come. */
    void onChange(@Nullable Runnable action) {
        lock.lock();
        try {
            onChange = action;
        } finally {
            lock.unlock();
        }
    }

    /** Called, without the lock, when there is room again. */
    void onRoom(@Nullable Runnable action) {
        lock.lock();
        try {
            onRoom = action;
        } finally {
            lock.unlock();
        }
    }

    int write(ByteBuffer source, int most) throws IOException {
        Runnable told;
        int count;
        lock.lock();
        try {
            if (broken) {
                throw new IOException("Broken pipe");
            }
            count = Math.min(Math.min(source.remaining(), most), ring.length - size);
            for (int i = 0; i < count; i++) {
                ring[(start + size + i) % ring.length] = source.get();
            }
            size += count;
            told = count > 0 ? onChange : null;
        } finally {
            lock.unlock();
        }
        run(told);
        return count;
    }

    int read(ByteBuffer target, int most) throws IOException {
        Runnable told;
        int count;
        lock.lock();
        try {
            if (broken) {
                throw new IOException("Connection reset by peer");
            }
            if (size == 0) {
                return ended ? -1 : 0;
            }
            count = Math.min(Math.min(target.remaining(), most), size);
            for (int i = 0; i < count; i++) {
                target.put(ring[(start + i) % ring.length]);
            }
            start = (start + count) % ring.length;
            size -= count;
            told = onRoom;
        } finally {
            lock.unlock();
        }
        run(told);
        return count;
    }

    /** The writer has written everything. */
    void end() {
        Runnable told;
        lock.lock();
        try {
            ended = true;
            told = onChange;
        } finally {
            lock.unlock();
        }
        run(told);
    }

    /** Both ends fail from now on; what is in the pipe is lost. */
    void reset() {
        Runnable changed;
        Runnable room;
        lock.lock();
        try {
            broken = true;
            size = 0;
            changed = onChange;
            room = onRoom;
        } finally {
            lock.unlock();
        }
        run(changed);
        run(room);
    }

    /** The reader is gone: writing fails from now on, what was written is lost. */
    void closeReader() {
        reset();
    }

    boolean readable() {
        lock.lock();
        try {
            return size > 0 || ended || broken;
        } finally {
            lock.unlock();
        }
    }

    boolean writable() {
        lock.lock();
        try {
            return size < ring.length || broken;
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    boolean isBroken() {
        lock.lock();
        try {
            return broken;
        } finally {
            lock.unlock();
        }
    }

    private static void run(@Nullable Runnable told) {
        if (told != null) {
            told.run();
        }
    }
}
