package dev.gibbon.protocol.deflate;

import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Hands on to another pool, so that a test may change one thing. */
public class DeflatePoolAround implements DeflatePool {
    private final DeflatePool pool;

    /** Around another pool. */
    public DeflatePoolAround(DeflatePool pool) {
        this.pool = pool;
    }

    @Override
    public Deflater deflater(int level) {
        return pool.deflater(level);
    }

    @Override
    public void release(Deflater deflater) {
        pool.release(deflater);
    }

    @Override
    public void discard(Deflater deflater) {
        pool.discard(deflater);
    }

    @Override
    public Inflater inflater() {
        return pool.inflater();
    }

    @Override
    public void release(Inflater inflater) {
        pool.release(inflater);
    }

    @Override
    public void discard(Inflater inflater) {
        pool.discard(inflater);
    }
}
