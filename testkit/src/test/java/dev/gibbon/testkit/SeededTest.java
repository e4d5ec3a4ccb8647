package dev.gibbon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SeededTest {
    @AfterEach
    void forget() {
        System.clearProperty(Seeded.PROPERTY);
    }

    @Test
    void everyRoundDrawsOtherNumbersAndEveryRunTheSame() {
        List<Long> first = draw(10);

        assertThat(first).hasSize(10).doesNotHaveDuplicates().isEqualTo(draw(10));
    }

    @Test
    void aFailureNamesTheSeedThatRepeatsIt() {
        List<Long> drawn = new ArrayList<>();
        Seeded.run(43, 1, random -> drawn.add(random.nextLong()));

        assertThatThrownBy(() -> Seeded.run(40, 5, random -> {
                    if (random.nextLong() == drawn.get(0)) {
                        throw new IllegalStateException("found");
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("seed 43 (repeat with -Dgibbon.seed=43): found")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void thePropertyRunsOneRoundAlone() {
        List<Long> all = draw(10);
        System.setProperty(Seeded.PROPERTY, "3");

        assertThat(draw(10)).containsExactly(all.get(2));
    }

    @Test
    void firstDrawsDiffer() {
        List<Boolean> first = new ArrayList<>();
        Seeded.run(1, 20, random -> first.add(random.nextBoolean()));

        assertThat(first).contains(true, false);
    }

    @Test
    void noRoundIsAMistake() {
        assertThatThrownBy(() -> Seeded.run(1, 0, random -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<Long> draw(int rounds) {
        List<Long> drawn = new ArrayList<>();
        Seeded.run(1, rounds, random -> drawn.add(random.nextLong()));
        return drawn;
    }
}
