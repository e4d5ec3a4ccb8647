package dev.gibbon.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.gibbon.protocol.deflate.DeflatePool;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class LoopDeflatersTest {
    private final LoopDeflaters pool = new LoopDeflaters();

    @Test
    void whatIsGivenBackIsUsedAgain() {
        Deflater deflater = pool.deflater(6);
        Inflater inflater = pool.inflater();
        assertThat(pool.inUseBytes()).isEqualTo(DeflatePool.DEFLATER_BYTES + DeflatePool.INFLATER_BYTES);
        pool.release(deflater);
        pool.release(inflater);
        assertThat(pool.inUseBytes()).isZero();
        assertThat(pool.alive()).isEqualTo(2);
        assertThat(pool.deflater(6)).isSameAs(deflater);
        assertThat(pool.inflater()).isSameAs(inflater);
        assertThat(pool.alive()).isEqualTo(2);
    }

    @Test
    void aLevelIsNeverMistakenForAnother() {
        Deflater one = pool.deflater(1);
        Deflater nine = pool.deflater(9);
        pool.release(nine);
        pool.release(one);
        assertThat(pool.deflater(9)).isSameAs(nine);
        assertThat(pool.deflater(5)).isNotSameAs(one);
        assertThat(pool.deflater(1)).isSameAs(one);
    }

    @Test
    @DisplayName("D-08: what is kept is bounded, what is discarded is freed at once")
    void keepsFew() {
        List<Deflater> deflaters = new ArrayList<>();
        List<Inflater> inflaters = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            deflaters.add(pool.deflater(1 + i % 9));
            inflaters.add(pool.inflater());
        }
        assertThat(pool.alive()).isEqualTo(200);
        deflaters.forEach(pool::release);
        inflaters.forEach(pool::release);
        assertThat(pool.inUseBytes()).isZero();
        assertThat(pool.alive()).isEqualTo(4 + 16);

        pool.discard(pool.deflater(6));
        pool.discard(pool.inflater());
        assertThat(pool.alive()).isBetween(18L, 20L);
        pool.close();
        assertThat(pool.alive()).isZero();
    }

    @Test
    void afterTheEndNothingIsKept() {
        Deflater deflater = pool.deflater(6);
        Inflater inflater = pool.inflater();
        pool.close();
        assertThat(pool.alive()).isEqualTo(2);
        pool.release(deflater);
        pool.release(inflater);
        assertThat(pool.alive()).isZero();
        assertThat(pool.inUseBytes()).isZero();
    }

    @Test
    void givingBackTwiceIsAFault() {
        Inflater inflater = pool.inflater();
        pool.release(inflater);
        assertThatIllegalStateException().isThrownBy(() -> pool.release(inflater));
    }
}
