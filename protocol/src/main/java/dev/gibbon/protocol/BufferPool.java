package dev.gibbon.protocol;

import java.nio.ByteBuffer;

/**
 * Where an {@link Engine} borrows memory for what does not lie whole in the caller's read buffer. A buffer has one
 * owner at a time: the engine between {@link #acquire} and {@link #release}. Called on the thread that owns the
 * engine; whether several engines may share a pool is for its maker to say.
 */
public interface BufferPool {
    /**
     * Lends a buffer.
     *
     * @param minimumCapacity bytes needed, at least 1
     * @return a writable buffer with a capacity of at least that; position, limit and content do not matter
     */
    ByteBuffer acquire(int minimumCapacity);

    /**
     * Takes a buffer back. The engine calls it once for each buffer that it acquired.
     *
     * @param buffer one that {@link #acquire} returned
     */
    void release(ByteBuffer buffer);

    /**
     * Plain heap buffers that the garbage collector takes back: for embedders and tests.
     *
     * @return a pool without state, safe on any thread
     */
    static BufferPool heap() {
        return HeapBuffers.INSTANCE;
    }
}
