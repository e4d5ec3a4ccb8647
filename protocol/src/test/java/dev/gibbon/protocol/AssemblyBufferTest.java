package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.testkit.Seeded;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AssemblyBufferTest {
    private final CountingPool pool = new CountingPool(0);
    private final AssemblyBuffer assembly = new AssemblyBuffer(pool);

    private void append(int length, long expected) {
        assembly.append(ByteBuffer.allocate(length), 0, length, expected);
    }

    @Test
    void holdsNothingWhileEmpty() {
        assertThat(assembly.capacity()).isZero();
        assertThat(pool.acquired()).isZero();
        assertThatThrownBy(assembly::buffer).isInstanceOf(IllegalStateException.class);
        assembly.release();
        assertThat(pool.acquired()).isZero();
    }

    @Test
    void startsSmallWhateverIsClaimed() {
        append(1, Integer.MAX_VALUE);
        assertThat(assembly.capacity()).isEqualTo(AssemblyBuffer.SMALLEST);
    }

    @Test
    void fitsExactlyWhenMostHasCome() {
        append(1000, 4000);
        assertThat(assembly.capacity()).isEqualTo(4000);
        append(3000, 4000);
        assertThat(pool.acquired()).isEqualTo(1);
    }

    @Test
    void climbsToTheExpectedSizeInStepsOfFour() {
        append(40_000, 1 << 20);
        assertThat(assembly.capacity()).isEqualTo(1 << 16);
        append(25_536, 1 << 20);
        append(1, 1 << 20);
        assertThat(assembly.capacity()).isEqualTo(1 << 18);
        append(200_000, 1 << 20);
        assertThat(assembly.capacity()).isEqualTo(1 << 20);
        append((1 << 20) - assembly.size(), 1 << 20);
        assertThat(assembly.capacity()).isEqualTo(1 << 20);
        assertThat(pool.acquired()).isEqualTo(3);
    }

    @Test
    void doublesForSmallFragments() {
        for (int i = 1; i <= 100_000; i++) {
            append(1, i);
            assertThat(assembly.capacity()).isLessThanOrEqualTo(Math.max(AssemblyBuffer.SMALLEST, 2 * i));
        }
        assertThat(pool.acquired()).isLessThan(12);
        assembly.release();
        assertThat(pool.outstanding()).isZero();
    }

    @Test
    void keepsTheBytesAndTheBound() {
        Seeded.run(1, 200, random -> {
            var ownPool = new CountingPool(0);
            var own = new AssemblyBuffer(ownPool);
            int total = 1 + random.nextInt(200_000);
            byte[] bytes = new byte[total];
            random.nextBytes(bytes);
            ByteBuffer source = ByteBuffer.wrap(bytes);
            int at = 0;
            while (at < total) {
                int length = Math.min(total - at, 1 + random.nextInt(random.nextBoolean() ? 10 : 60_000));
                long claim = random.nextBoolean() ? at + length : random.nextInt(1 << 24) + (long) at + length;
                if (random.nextBoolean()) {
                    own.append(source, at, length, claim);
                } else {
                    own.reserve(length, claim).put(at, bytes, at, length);
                    own.advance(length);
                }
                at += length;
                assertThat(own.capacity()).isLessThanOrEqualTo(Math.max(AssemblyBuffer.SMALLEST, 4 * at));
                assertThat(own.size()).isEqualTo(at);
            }
            byte[] found = new byte[total];
            own.buffer().get(0, found);
            assertThat(found).isEqualTo(bytes);
            own.release();
            own.release();
            assertThat(ownPool.outstanding()).isZero();
            assertThat(own.size()).isZero();
        });
    }

    @Test
    void clearsWhatTheCallerLeftInTheBuffer() {
        append(10, 100);
        assembly.buffer().limit(10).position(5);
        append(20, 100);
        assertThat(assembly.buffer().limit()).isEqualTo(assembly.capacity());
        assembly.buffer().limit(3);
        append(1000, 1000);
        assertThat(assembly.size()).isEqualTo(1030);
    }

    @Test
    void refusesMoreThanAnArrayHolds() {
        assembly.append(ByteBuffer.allocate(1), 0, 1, 1);
        assertThatThrownBy(() -> assembly.reserve(Integer.MAX_VALUE, Integer.MAX_VALUE))
                .isInstanceOf(ArithmeticException.class);
    }
}
