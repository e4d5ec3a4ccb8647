package dev.gibbon.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.ReconnectPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {
    private static final int DRAWS = 10_000;

    private static BackOff seeded(ReconnectPolicy policy, long seed) {
        return new BackOff(policy, new SplittableRandom(seed));
    }

    private static List<Duration> draw(BackOff backOff, int failures) {
        List<Duration> delays = new ArrayList<>();
        for (int i = 0; i < DRAWS; i++) {
            delays.add(backOff.delay(failures, null, false));
        }
        return delays;
    }

    @ParameterizedTest
    @DisplayName("Reconnect storms: the delay is drawn evenly from zero to its ceiling")
    @CsvSource({"0, 1", "1, 1", "2, 2", "3, 4", "5, 16", "6, 30", "7, 30", "1000000, 30"})
    void fullJitter(int failures, long ceilingSeconds) {
        long ceiling = Duration.ofSeconds(ceilingSeconds).toNanos();
        int[] tenths = new int[10];
        for (Duration delay : draw(seeded(ReconnectPolicy.defaults(), 1), failures)) {
            assertThat(delay.toNanos()).isBetween(0L, ceiling);
            tenths[(int) Math.min(9, delay.toNanos() * 10 / ceiling)]++;
        }
        // Six times the standard deviation of a tenth of ten thousand draws is 180.
        assertThat(Arrays.stream(tenths).boxed()).allMatch(count -> Math.abs(count - DRAWS / 10) < 180);
    }

    @Test
    void theSameSeedDrawsTheSameAndAnotherDoesNot() {
        ReconnectPolicy policy = ReconnectPolicy.defaults();
        assertThat(draw(seeded(policy, 7), 3)).isEqualTo(draw(seeded(policy, 7), 3));
        assertThat(draw(seeded(policy, 7), 3)).isNotEqualTo(draw(seeded(policy, 8), 3));
    }

    @Test
    @DisplayName("Reconnect storms: a thousand clients of a server that went away are spread over the whole ceiling")
    void manyClients() {
        int[] perTenth = new int[10];
        for (int client = 0; client < 1000; client++) {
            long nanos = seeded(ReconnectPolicy.defaults(), client)
                    .delay(0, null, false)
                    .toNanos();
            perTenth[(int) Math.min(9, nanos / 100_000_000)]++;
        }
        assertThat(Arrays.stream(perTenth).max().orElseThrow()).isLessThan(160);
    }

    @Test
    void ceilingsDoNotOverflow() {
        Duration year = Duration.ofDays(366);
        BackOff backOff = seeded(ReconnectPolicy.builder().delays(year, year).build(), 1);
        assertThat(backOff.delay(Integer.MAX_VALUE, year, true)).isBetween(Duration.ofMinutes(5), year.multipliedBy(2));
        BackOff odd = seeded(
                ReconnectPolicy.builder()
                        .delays(Duration.ofSeconds(1), Duration.ofSeconds(3))
                        .build(),
                1);
        assertThat(draw(odd, 3)).allMatch(delay -> delay.compareTo(Duration.ofSeconds(3)) <= 0);
        assertThat(draw(odd, 3)).anyMatch(delay -> delay.compareTo(Duration.ofSeconds(2)) > 0);
    }

    @Test
    void whatIsAskedForIsTheLeast() {
        BackOff backOff = seeded(ReconnectPolicy.defaults(), 1);
        for (int i = 0; i < 100; i++) {
            assertThat(backOff.delay(1, Duration.ofSeconds(20), false))
                    .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
            assertThat(backOff.delay(1, Duration.ofDays(1), false))
                    .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(5).plusSeconds(1));
        }
    }

    @Test
    void aRestartSpreadsFromFiveToThirtySeconds() {
        BackOff backOff = seeded(ReconnectPolicy.defaults(), 1);
        for (int i = 0; i < 1000; i++) {
            assertThat(backOff.delay(1, null, true)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(30));
            assertThat(backOff.delay(9, null, true)).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(35));
        }
    }
}
