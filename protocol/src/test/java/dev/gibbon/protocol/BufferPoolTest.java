package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    @Test
    void heapLendsWhatIsAsked() {
        ByteBuffer buffer = BufferPool.heap().acquire(300);
        assertThat(buffer.capacity()).isEqualTo(300);
        assertThat(buffer.isReadOnly()).isFalse();
        BufferPool.heap().release(buffer);
    }
}
