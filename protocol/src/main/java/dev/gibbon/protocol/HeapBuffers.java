package dev.gibbon.protocol;

import java.nio.ByteBuffer;

/** The pool that pools nothing: {@link BufferPool#heap()}. Safe on any thread. */
enum HeapBuffers implements BufferPool {
    INSTANCE;

    @Override
    public ByteBuffer acquire(int minimumCapacity) {
        return ByteBuffer.allocate(minimumCapacity);
    }

    @Override
    public void release(ByteBuffer buffer) {
        // The garbage collector does it.
    }
}
