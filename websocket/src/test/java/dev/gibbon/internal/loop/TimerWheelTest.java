package dev.gibbon.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TimerWheelTest {
    private static final long TICK = TimerWheel.TICK_NANOS;

    private final List<String> fired = new ArrayList<>();

    private TimerWheel.Timer timer(String name) {
        return new TimerWheel.Timer() {
            @Override
            protected void expired(long now) {
                fired.add(name + "@" + now / TICK);
            }
        };
    }

    @Test
    void firesAtItsDeadlineOrOneTickLaterNeverEarlier() {
        TimerWheel wheel = new TimerWheel(0);
        wheel.arm(timer("a"), 3 * TICK + 1);
        wheel.advance(3 * TICK);
        assertThat(fired).isEmpty();
        wheel.advance(4 * TICK);
        assertThat(fired).containsExactly("a@4");
        assertThat(wheel.armed()).isZero();
    }

    @Test
    void aDeadlineInThePastFiresAtTheNextTick() {
        TimerWheel wheel = new TimerWheel(10 * TICK);
        wheel.arm(timer("a"), 5);
        wheel.advance(10 * TICK);
        assertThat(fired).isEmpty();
        wheel.advance(11 * TICK);
        assertThat(fired).containsExactly("a@11");
    }

    @Test
    void aDeadlineManyRoundsAwayWaitsForIt() {
        TimerWheel wheel = new TimerWheel(0);
        wheel.arm(timer("far"), 2000 * TICK);
        for (long tick = 1; tick < 2000; tick++) {
            wheel.advance(tick * TICK);
        }
        assertThat(fired).isEmpty();
        wheel.advance(2000 * TICK);
        assertThat(fired).containsExactly("far@2000");
    }

    @Test
    void aLongSleepFiresEverythingOnce() {
        TimerWheel wheel = new TimerWheel(0);
        for (int i = 1; i <= 1500; i += 7) {
            wheel.arm(timer("t" + i), i * TICK);
        }
        wheel.advance(100_000 * TICK);
        assertThat(fired).hasSize(215).doesNotHaveDuplicates();
        assertThat(wheel.armed()).isZero();
        assertThat(wheel.untilNext(100_000 * TICK)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void timersOfOneDeadlineFireInTheOrderTheyWereArmed() {
        TimerWheel wheel = new TimerWheel(0);
        TimerWheel.Timer moved = timer("moved");
        wheel.arm(moved, 5 * TICK);
        wheel.arm(timer("a"), 5 * TICK);
        wheel.arm(timer("b"), 5 * TICK);
        wheel.arm(moved, 5 * TICK);
        wheel.advance(5 * TICK);
        assertThat(fired).containsExactly("a@5", "b@5", "moved@5");
    }

    @Test
    void disarmingTwiceOrBeforeArmingIsNothing() {
        TimerWheel wheel = new TimerWheel(0);
        TimerWheel.Timer timer = timer("a");
        wheel.disarm(timer);
        wheel.arm(timer, TICK);
        wheel.disarm(timer);
        wheel.disarm(timer);
        wheel.advance(10 * TICK);
        assertThat(fired).isEmpty();
        assertThat(wheel.armed()).isZero();
    }

    @Test
    void aTimerThatFiresMayDisarmItsNeighboursAndArmItselfAgain() {
        TimerWheel wheel = new TimerWheel(0);
        TimerWheel.Timer[] others = {timer("x"), timer("y")};
        TimerWheel.Timer first = new TimerWheel.Timer() {
            @Override
            protected void expired(long now) {
                fired.add("first");
                wheel.disarm(others[0]);
                wheel.disarm(others[1]);
                if (fired.size() < 3) {
                    wheel.arm(this, now + TICK);
                }
            }
        };
        wheel.arm(first, 5 * TICK);
        wheel.arm(others[0], 5 * TICK);
        wheel.arm(others[1], 5 * TICK);
        wheel.advance(20 * TICK);
        assertThat(fired.stream().filter("first"::equals).count()).isBetween(1L, 3L);
        wheel.advance(40 * TICK);
        wheel.advance(60 * TICK);
        assertThat(fired).containsExactly("first", "first", "first");
    }

    @Test
    void untilNextNeverOversleeps() {
        TimerWheel wheel = new TimerWheel(0);
        for (long deadline :
                new long[] {1, TICK, 63 * TICK, 64 * TICK, 65 * TICK, 511 * TICK, 512 * TICK, 700 * TICK}) {
            TimerWheel.Timer timer = timer("t");
            wheel.arm(timer, deadline);
            assertThat(wheel.untilNext(0)).as("deadline " + deadline).isBetween(1L, Math.max(TICK, deadline + TICK));
            wheel.disarm(timer);
        }
    }

    @Test
    void randomTimersAgreeWithASortedMap() {
        Seeded.run(1, 20, random -> {
            TimerWheel wheel = new TimerWheel(0);
            TreeMap<Integer, Long> model = new TreeMap<>();
            List<Integer> gone = new ArrayList<>();
            TimerWheel.Timer[] timers = new TimerWheel.Timer[50];
            for (int i = 0; i < timers.length; i++) {
                int id = i;
                timers[i] = new TimerWheel.Timer() {
                    @Override
                    protected void expired(long now) {
                        assertThat(now).isGreaterThanOrEqualTo(model.get(id));
                        gone.add(id);
                    }
                };
            }
            long now = 0;
            for (int step = 0; step < 500; step++) {
                int id = random.nextInt(timers.length);
                if (random.nextInt(3) == 0) {
                    wheel.disarm(timers[id]);
                    model.remove(id);
                } else {
                    long deadline = now + random.nextLong(1000 * TICK);
                    wheel.arm(timers[id], deadline);
                    model.put(id, deadline);
                }
                now += random.nextLong(40 * TICK);
                gone.clear();
                wheel.advance(now);
                gone.forEach(model::remove);
                long late = now - TICK;
                assertThat(model.values()).allMatch(deadline -> deadline > late);
                assertThat(wheel.armed()).isEqualTo(model.size());
            }
        });
    }
}
