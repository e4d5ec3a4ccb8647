package dev.gibbon.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class LoopBuffersTest {
    private final LoopBuffers buffers = new LoopBuffers();

    @Test
    void roundsUpToAPowerOfTwo() {
        assertThat(buffers.acquire(0).capacity()).isEqualTo(1024);
        assertThat(buffers.acquire(1).capacity()).isEqualTo(1024);
        assertThat(buffers.acquire(1024).capacity()).isEqualTo(1024);
        assertThat(buffers.acquire(1025).capacity()).isEqualTo(2048);
        assertThat(buffers.inUseBytes()).isEqualTo(3 * 1024 + 2048);
    }

    @Test
    void theLastOneReleasedIsTheNextOneAcquiredAndCleared() {
        ByteBuffer buffer = buffers.acquire(5000);
        buffer.position(100).limit(200);
        buffers.release(buffer);
        assertThat(buffers.inUseBytes()).isZero();
        ByteBuffer again = buffers.acquire(8192);
        assertThat(again).isSameAs(buffer);
        assertThat(again.position()).isZero();
        assertThat(again.limit()).isEqualTo(8192);
    }

    @Test
    void keepsNoMoreThanItsBound() {
        ByteBuffer[] taken = new ByteBuffer[5];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = buffers.acquire(8 << 20);
        }
        for (ByteBuffer buffer : taken) {
            buffers.release(buffer);
        }
        assertThat(buffers.keptBytes()).isEqualTo(32L << 20);
        assertThat(buffers.inUseBytes()).isZero();
        buffers.trim();
        assertThat(buffers.keptBytes()).isZero();
    }

    @Test
    void releasingMoreThanWasAcquiredIsAFault() {
        ByteBuffer buffer = buffers.acquire(10);
        buffers.release(buffer);
        assertThatThrownBy(() -> buffers.release(buffer)).isInstanceOf(IllegalStateException.class);
    }
}
