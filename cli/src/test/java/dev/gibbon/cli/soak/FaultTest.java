package dev.gibbon.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

    @ParameterizedTest
    @ValueSource(ints = {10, 15, 60, 180})
    void nodesAndTheEngineFailOneAfterTheOtherAndAreMendedBeforeTheEnd(int seconds) {
        for (int seed = 0; seed < 100; seed++) {
            List<Fault> plan = plan(seconds, ALL, true, seed);
            Duration mended = Duration.ZERO;
            for (Fault fault : plan) {
                assertThat(fault.at()).isGreaterThan(mended);
                mended = fault.at().plus(fault.lasts());
                assertThat(fault.node()).isBetween(0, 2);
            }
            assertThat(mended).isLessThan(Duration.ofSeconds(seconds));
            assertThat(plan)
                    .extracting(Fault::row)
                    .startsWith(
                            Fault.Row.NODE_KILLED,
                            Fault.Row.ENGINE_STOPPED,
                            Fault.Row.NODE_KILLED,
                            Fault.Row.ENGINE_KILLED);
            assertThat(plan).hasSize(4 * Math.max(1, seconds / 60));
        }
    }

    @Test
    void aSeedRepeatsIt() {
        assertThat(plan(180, ALL, true, 7)).isEqualTo(plan(180, ALL, true, 7)).isNotEqualTo(plan(180, ALL, true, 8));
    }

    @Test
    void onlyWhatWasAskedForFails() {
        assertThat(plan(60, Set.of(FaultKind.NODE), true, 1))
                .extracting(Fault::row)
                .containsOnly(Fault.Row.NODE_KILLED);
        assertThat(plan(60, Set.of(FaultKind.CONNECTION), true, 1)).isEmpty();
        assertThat(plan(60, Set.of(FaultKind.ENGINE), false, 1)).isEmpty();
    }

    private static List<Fault> plan(int seconds, Set<FaultKind> kinds, boolean engineCanFail, int seed) {
        return Fault.plan(seconds, 3, kinds, engineCanFail, new SplittableRandom(seed));
    }
}
