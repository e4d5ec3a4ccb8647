package dev.gibbon.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void ofNothingIsNothing() {
        assertThat(Spread.of(List.of())).isNull();
    }

    @Test
    void ofOneIsThatOne() {
        assertThat(Spread.of(List.of(3.0))).isEqualTo(new Spread(3, 3, 3, 1));
    }

    @Test
    void ofAnOddNumberIsTheMiddleOneWhateverTheOrder() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 9, 3));
    }

    @Test
    void ofAnEvenNumberIsBetweenTheMiddleTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(new Spread(3, 1, 9, 4));
    }

    @Test
    void oneOutlierDoesNotMoveTheMedian() {
        assertThat(Spread.of(List.of(2.0, 2.1, 1000.0)).median()).isEqualTo(2.1);
    }

    @Test
    void ratioIsOfTheMediansAndItsRangeOfTheRounds() {
        Spread ratio = Spread.ratio(Map.of(1, 4.0, 2, 6.0, 3, 8.0), Map.of(1, 2.0, 2, 2.0, 3, 8.0));
        // Medians 6 and 2; rounds 4/2, 6/2, 8/8.
        assertThat(ratio).isEqualTo(new Spread(3, 1, 3, 3));
    }

    @Test
    void ratioPairsOnlyRoundsThatBothHave() {
        Spread ratio = Spread.ratio(Map.of(1, 4.0, 2, 6.0), Map.of(2, 3.0, 3, 100.0));
        assertThat(ratio.rounds()).isEqualTo(1);
        assertThat(ratio.max()).isEqualTo(2);
    }

    @Test
    void ratioToNothingIsNothing() {
        assertThat(Spread.ratio(Map.of(), Map.of(1, 1.0))).isNull();
        assertThat(Spread.ratio(Map.of(1, 1.0), Map.of())).isNull();
        assertThat(Spread.ratio(Map.of(1, 1.0), Map.of(1, 0.0))).isNull();
    }
}
