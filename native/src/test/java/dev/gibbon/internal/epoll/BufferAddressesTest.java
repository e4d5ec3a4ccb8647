package dev.gibbon.internal.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Addresses of buffers: right when asked again, and never of memory that is gone. */
class BufferAddressesTest {
    private final BufferAddresses addresses = new BufferAddresses();

    @Test
    void ofThePosition() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(100);
        long start = MemorySegment.ofBuffer(buffer).address();

        assertThat(addresses.of(buffer)).isEqualTo(start);
        assertThat(addresses.of(buffer.position(7))).isEqualTo(start + 7);
        assertThat(addresses.of(ByteBuffer.allocateDirect(1))).isNotEqualTo(start);
        assertThat(addresses.of(buffer.position(9))).isEqualTo(start + 9);
        assertThat(addresses.of(buffer.slice(50, 10))).isEqualTo(start + 50);
    }

    @Test
    void memoryThatIsGoneHasNone() {
        ByteBuffer never;
        ByteBuffer once;
        try (Arena arena = Arena.ofConfined()) {
            never = arena.allocate(100).asByteBuffer();
            once = arena.allocate(100).asByteBuffer();
            assertThat(addresses.of(once))
                    .isEqualTo(MemorySegment.ofBuffer(once).address());
        }

        assertThatThrownBy(() -> addresses.of(never))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("arena is closed");
        assertThatThrownBy(() -> addresses.of(once)).isInstanceOf(IllegalStateException.class);
        // Also when another one was asked for between.
        addresses.of(ByteBuffer.allocateDirect(1));
        assertThatThrownBy(() -> addresses.of(once)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anotherThreadsMemoryIsNotTouched() throws Exception {
        CompletableFuture<ByteBuffer> made = new CompletableFuture<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread owner = new Thread(() -> {
            try (Arena arena = Arena.ofConfined()) {
                made.complete(arena.allocate(10).asByteBuffer());
                done.join();
            }
        });
        owner.start();
        try {
            ByteBuffer theirs = made.get();
            assertThatThrownBy(() -> addresses.of(theirs)).isInstanceOf(WrongThreadException.class);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } finally {
            done.complete(null);
            owner.join();
        }
    }
}
