package dev.gibbon.protocol.deflate;

import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A new object for each loan, ended when it comes back. No state, safe on any thread. */
enum UnpooledDeflate implements DeflatePool {
    INSTANCE;

    @Override
    public Deflater deflater(int level) {
        return new Deflater(level, true);
    }

    @Override
    public void release(Deflater deflater) {
        deflater.end();
    }

    @Override
    public void discard(Deflater deflater) {
        deflater.end();
    }

    @Override
    public Inflater inflater() {
        return new Inflater(true);
    }

    @Override
    public void release(Inflater inflater) {
        inflater.end();
    }

    @Override
    public void discard(Inflater inflater) {
        inflater.end();
    }
}
