package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class HeadLimitsTest {

    @Test
    void theDefaultsAreThoseOfTheTable() {
        assertThat(HeadLimits.DEFAULT).isEqualTo(new HeadLimits(8192, 16384, 100));
    }

    @Test
    void withersChangeOneLimit() {
        assertThat(HeadLimits.DEFAULT.withMaxLineBytes(7)).isEqualTo(new HeadLimits(7, 16384, 100));
        assertThat(HeadLimits.DEFAULT.withMaxHeadBytes(7)).isEqualTo(new HeadLimits(8192, 7, 100));
        assertThat(HeadLimits.DEFAULT.withMaxFields(7)).isEqualTo(new HeadLimits(8192, 16384, 7));
    }

    @Test
    void everyLimitHasARange() {
        assertThat(new HeadLimits(1, 1, 1)).isNotNull();
        assertThat(new HeadLimits(HeadLimits.MAX_BYTES, HeadLimits.MAX_BYTES, HeadLimits.MAX_FIELDS))
                .isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeadLimits(0, 1, 1))
                .withMessage("maxLineBytes must be 1 to 1048576, not 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new HeadLimits(HeadLimits.MAX_BYTES + 1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeadLimits(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeadLimits(1, HeadLimits.MAX_BYTES + 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeadLimits(1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeadLimits(1, 1, HeadLimits.MAX_FIELDS + 1));
    }
}
