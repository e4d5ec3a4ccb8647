package dev.gibbon.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void defaultsAreThoseOfTheDesign() {
        assertThat(Limits.DEFAULT).isEqualTo(new Limits(1_048_576, 1_048_576, 131_072));
    }

    @Test
    void eachCanBeChangedAlone() {
        assertThat(Limits.DEFAULT.withMaxMessageBytes(5)).isEqualTo(new Limits(5, 1_048_576, 131_072));
        assertThat(Limits.DEFAULT.withMaxFrameBytes(6)).isEqualTo(new Limits(1_048_576, 6, 131_072));
        assertThat(Limits.DEFAULT.withMaxFramesPerMessage(7)).isEqualTo(new Limits(1_048_576, 1_048_576, 7));
    }

    @Test
    void smallestValuesAreAccepted() {
        assertThat(new Limits(0, 0, 1).maxFramesPerMessage()).isEqualTo(1);
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        assertThatThrownBy(() -> new Limits(-1, 0, 1))
                .hasMessageContaining("maxMessageBytes must be 0 or more, not -1");
        assertThatThrownBy(() -> new Limits(0, -1, 1)).hasMessageContaining("maxFrameBytes must be 0 or more, not -1");
        assertThatThrownBy(() -> new Limits(0, 0, 0))
                .hasMessageContaining("maxFramesPerMessage must be 1 or more, not 0");
    }
}
