package dev.gibbon.benchmarks.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Placement.Siblings NONE = List::of;

    private static Placement of(List<Integer> allowed, Placement.Siblings siblings, int loops) {
        return Placement.of(allowed, siblings, loops, List.of(), "normal priority");
    }

    @Test
    void putsServerAndLoadOnDifferentCores() {
        Placement placement = of(List.of(0, 1), NONE, 1);
        assertThat(placement.server()).containsExactly("taskset", "-c", "0");
        assertThat(placement.generator()).containsExactly("taskset", "-c", "1");
        assertThat(placement.inWords()).isEqualTo("servers on core 0, load on core 1, normal priority");
    }

    @Test
    void usesOnlyWhatIsAllowed() {
        Placement placement = of(List.of(4, 7, 9), NONE, 2);
        assertThat(placement.server()).containsExactly("taskset", "-c", "4,7");
        assertThat(placement.generator()).containsExactly("taskset", "-c", "9");
    }

    @Test
    void keepsTheLoadOffTheOtherHalfOfTheServersCore() {
        // 0 and 1 are one core, 2 and 3 another.
        Placement placement = of(List.of(0, 1, 2, 3), cpu -> List.of(cpu & ~1, cpu | 1), 1);
        assertThat(placement.generator()).containsExactly("taskset", "-c", "2");
    }

    @Test
    void saysSoWhenThereIsOnlyTheOtherHalf() {
        Placement placement = of(List.of(0, 1), cpu -> List.of(0, 1), 1);
        assertThat(placement.generator()).containsExactly("taskset", "-c", "1");
        assertThat(placement.inWords()).contains("two halves of one core");
    }

    @Test
    void pinsNothingWhereThereAreTooFew() {
        Placement placement = of(List.of(0), NONE, 1);
        assertThat(placement.server()).isEmpty();
        assertThat(placement.generator()).isEmpty();
        assertThat(placement.inWords()).isEqualTo("not pinned to cores (1 allowed, 2 needed), normal priority");
    }

    @Test
    void priorityComesFirst() {
        Placement placement = Placement.of(List.of(0, 1), NONE, 1, List.of("nice", "-n", "-20"), "raised priority");
        assertThat(placement.server()).containsExactly("nice", "-n", "-20", "taskset", "-c", "0");
    }
}
