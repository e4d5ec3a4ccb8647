package dev.gibbon.protocol.deflate;

import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Where native memory for deflate is borrowed. Each object has one owner at a time, who gives it back exactly once, by
 * {@code release} or by {@code discard}. Called on the thread that owns the engine; whether several engines may share a pool is
 * for its maker to say.
 */
public interface DeflatePool {
    /** About what one {@link Deflater} of the JDK holds outside of the heap, in bytes. */
    int DEFLATER_BYTES = 268 * 1024;

    /** About what one {@link Inflater} of the JDK holds outside of the heap, in bytes. */
    int INFLATER_BYTES = 42 * 1024;

    /**
     * Lends a deflater.
     *
     * @param level 0 to 9
     * @return a deflater in its first state, of that level, the default strategy and {@code nowrap}
     */
    Deflater deflater(int level);

    /**
     * Takes a deflater back that may be used again.
     *
     * @param deflater one that {@link #deflater} lent, reset by its borrower, without input
     */
    void release(Deflater deflater);

    /**
     * Takes a deflater back that is to be ended at once: one that served a connection with context takeover.
     *
     * @param deflater one that {@link #deflater} lent, in any state
     */
    void discard(Deflater deflater);

    /**
     * Lends an inflater.
     *
     * @return an inflater in its first state, with {@code nowrap}
     */
    Inflater inflater();

    /**
     * Takes an inflater back that may be used again.
     *
     * @param inflater one that {@link #inflater} lent, reset by its borrower, without input
     */
    void release(Inflater inflater);

    /**
     * Takes an inflater back that is to be ended at once: one that met bad data, or that served a connection with context
     * takeover.
     *
     * @param inflater one that {@link #inflater} lent, in any state
     */
    void discard(Inflater inflater);

    /**
     * Makes an object for each loan and ends it when it comes back: for embedders and tests.
     *
     * @return a pool without state, safe on any thread
     */
    static DeflatePool unpooled() {
        return UnpooledDeflate.INSTANCE;
    }
}
