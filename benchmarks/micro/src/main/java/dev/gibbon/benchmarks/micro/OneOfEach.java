package dev.gibbon.benchmarks.micro;

import dev.gibbon.protocol.deflate.DeflatePool;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A pool of one compressor and one inflater, for one user at a time: like a loop's, whose next message finds them at hand. */
final class OneOfEach implements DeflatePool {
    private final Deflater deflater;
    private final Inflater inflater = new Inflater(true);

    OneOfEach(int level) {
        deflater = new Deflater(level, true);
    }

    @Override
    public Deflater deflater(int level) {
        return deflater;
    }

    @Override
    public void release(Deflater given) {
        // It is at hand again.
    }

    @Override
    public void discard(Deflater given) {
        given.end();
    }

    @Override
    public Inflater inflater() {
        return inflater;
    }

    @Override
    public void release(Inflater given) {
        // It is at hand again.
    }

    @Override
    public void discard(Inflater given) {
        given.end();
    }

    /** Frees both. */
    void close() {
        deflater.end();
        inflater.end();
    }
}
