package dev.gibbon.demos.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FloodGateTest {
    private long now = 7; // nanoseconds

    private static ChatLimits limits(int burst, Duration interval) {
        return new ChatLimits(512, 32, 64, 16, burst, interval);
    }

    private static Duration refusal(FloodGate gate) {
        Refusal refusal = catchThrowableOfType(Refusal.class, gate::pass);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(Refusal.Code.TOO_FAST);
        return refusal.retryAfter();
    }

    @Test
    void aBurstPassesAndThenOneAfterEachInterval() throws Refusal {
        var gate = new FloodGate(limits(3, Duration.ofMillis(100)), () -> now);
        for (int i = 0; i < 3; i++) {
            gate.pass();
        }
        assertThat(refusal(gate)).isEqualTo(Duration.ofMillis(101));
        now += Duration.ofMillis(60).toNanos();
        assertThat(refusal(gate)).isEqualTo(Duration.ofMillis(41));
        now += Duration.ofMillis(41).toNanos();
        gate.pass();
        assertThat(refusal(gate)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void whoWasQuietForLongHasABurstAndNoMore() throws Refusal {
        var gate = new FloodGate(limits(2, Duration.ofMillis(100)), () -> now);
        gate.pass();
        now += Duration.ofDays(1).toNanos();
        gate.pass();
        gate.pass();
        assertThat(refusal(gate)).isPositive();
    }

    @Test
    void withoutAnIntervalAllPass() throws Refusal {
        var gate = new FloodGate(limits(1, Duration.ZERO), () -> now);
        for (int i = 0; i < 1000; i++) {
            gate.pass();
        }
    }
}
