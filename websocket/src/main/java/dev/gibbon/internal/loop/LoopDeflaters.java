package dev.gibbon.internal.loop;

import dev.gibbon.protocol.deflate.DeflatePool;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The compressors and inflaters of one loop: native memory, which no garbage collection gives back in time. What a connection
 * gives back is kept for the next one, within a bound, and freed beyond it. Only for the loop's thread, but for {@link
 * #inUseBytes()} and {@link #alive()}.
 */
public final class LoopDeflaters implements DeflatePool {
    /**
     * Kept of each kind. A message is compressed in one go, so one would do, were it not for streamed messages; inflating may
     * wait in the middle of messages of many connections.
     */
    private static final int MOST_KEPT_DEFLATERS = 4;

    private static final int MOST_KEPT_INFLATERS = 16;

    private final ArrayDeque<Leveled> deflaters = new ArrayDeque<>(MOST_KEPT_DEFLATERS);
    private final ArrayDeque<Inflater> inflaters = new ArrayDeque<>(MOST_KEPT_INFLATERS);
    private final AtomicLong inUse = new AtomicLong();
    private final AtomicLong alive = new AtomicLong();
    private boolean closed;

    /** A compressor that remembers its level: changing it on one that was used flushes it in some versions of zlib. */
    private static final class Leveled extends Deflater {
        final int level;

        Leveled(int level) {
            super(level, true);
            this.level = level;
        }
    }

    /** Makes an empty pool. */
    LoopDeflaters() {}

    @Override
    public Deflater deflater(int level) {
        Leveled deflater = deflaters.pollFirst();
        if (deflater != null && deflater.level != level) {
            deflater = otherThan(deflater, level);
        }
        if (deflater == null) {
            deflater = new Leveled(level);
            add(alive, 1);
        }
        add(inUse, DEFLATER_BYTES);
        return deflater;
    }

    /** One of the level, if there is one, after the first one is back. */
    private @Nullable Leveled otherThan(Leveled first, int level) {
        deflaters.addFirst(first);
        for (Leveled kept : deflaters) {
            if (kept.level == level) {
                deflaters.remove(kept);
                return kept;
            }
        }
        return null;
    }

    @Override
    public void release(Deflater deflater) {
        if (closed) {
            discard(deflater);
            return;
        }
        add(inUse, -DEFLATER_BYTES);
        deflaters.addFirst((Leveled) deflater);
        if (deflaters.size() > MOST_KEPT_DEFLATERS) {
            // The one that was not needed for the longest time, of whatever level.
            deflaters.removeLast().end();
            add(alive, -1);
        }
    }

    @Override
    public void discard(Deflater deflater) {
        add(inUse, -DEFLATER_BYTES);
        deflater.end();
        add(alive, -1);
    }

    @Override
    public Inflater inflater() {
        Inflater inflater = inflaters.pollFirst();
        if (inflater == null) {
            inflater = new Inflater(true);
            add(alive, 1);
        }
        add(inUse, INFLATER_BYTES);
        return inflater;
    }

    @Override
    public void release(Inflater inflater) {
        if (closed || inflaters.size() == MOST_KEPT_INFLATERS) {
            discard(inflater);
        } else {
            add(inUse, -INFLATER_BYTES);
            inflaters.addFirst(inflater);
        }
    }

    @Override
    public void discard(Inflater inflater) {
        add(inUse, -INFLATER_BYTES);
        inflater.end();
        add(alive, -1);
    }

    /** Only the loop's thread writes the counts; others read them. */
    private static void add(AtomicLong count, long change) {
        long now = count.get() + change;
        if (now < 0) {
            throw new IllegalStateException("a compressor was given back twice");
        }
        count.lazySet(now);
    }

    /** About the native memory that connections hold now. For any thread. */
    public long inUseBytes() {
        return inUse.get();
    }

    /** Compressors and inflaters that were made and not freed, those that are kept included. For any thread. */
    public long alive() {
        return alive.get();
    }

    /** Frees what is kept, and from now on what is given back. At the end of the loop. */
    void close() {
        closed = true;
        for (Deflater kept = deflaters.pollFirst(); kept != null; kept = deflaters.pollFirst()) {
            kept.end();
            add(alive, -1);
        }
        for (Inflater kept = inflaters.pollFirst(); kept != null; kept = inflaters.pollFirst()) {
            kept.end();
            add(alive, -1);
        }
    }
}
