package dev.gibbon.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecoveriesTest {
    private final Recoveries recoveries = new Recoveries();

    @Test
    void withoutAnyItIsZero() {
        assertThat(recoveries.quantile(0.99)).isZero();
        assertThat(recoveries.quantile(Fault.Row.NODE_KILLED, 1)).isZero();
    }

    @Test
    void quantilesAreOfTheRowOrOfAll() {
        for (int millis = 100; millis > 0; millis--) {
            recoveries.add(Fault.Row.NODE_KILLED, millis);
        }
        recoveries.add(Fault.Row.ENGINE_KILLED, 1_000);
        assertThat(recoveries.quantile(Fault.Row.NODE_KILLED, 0.5)).isEqualTo(50);
        assertThat(recoveries.quantile(Fault.Row.NODE_KILLED, 0.99)).isEqualTo(99);
        assertThat(recoveries.quantile(Fault.Row.ENGINE_KILLED, 0.5)).isEqualTo(1_000);
        assertThat(recoveries.quantile(1)).isEqualTo(1_000);
        assertThat(recoveries.count(Fault.Row.NODE_KILLED)).isEqualTo(100);
    }
}
