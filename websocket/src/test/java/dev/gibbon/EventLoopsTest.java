package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.transport.MemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The application's timers, with a clock that the test moves. */
final class EventLoopsTest {
    private long clock = 1_000_000_000L;
    private final LoopGroup group = LoopGroup.manual(new MemoryTransport(1024), 1, () -> clock);
    private final EventLoops loops = EventLoops.of(group);
    private final List<String> ran = new ArrayList<>();

    private void pass(Duration time) {
        clock += time.toNanos();
        for (int i = 0; i < 3; i++) {
            group.loops().get(0).turn(0);
        }
    }

    @Test
    void aTaskRunsOnceAfterItsDelay() {
        pass(Duration.ZERO);
        loops.schedule(Duration.ofSeconds(2), () -> ran.add("two"));
        loops.schedule(Duration.ofSeconds(1), () -> ran.add("one"));
        loops.schedule(Duration.ofSeconds(-5), () -> ran.add("now"));
        pass(Duration.ofMillis(50));
        assertThat(ran).containsExactly("now");
        pass(Duration.ofMillis(900));
        assertThat(ran).containsExactly("now");
        pass(Duration.ofMillis(100));
        assertThat(ran).containsExactly("now", "one");
        pass(Duration.ofSeconds(10));
        assertThat(ran).containsExactly("now", "one", "two");
        assertThat(loops.timers()).isZero();
        loops.close();
    }

    @Test
    void aCancelledTaskDoesNotRunAndIsForgotten() {
        pass(Duration.ZERO);
        ScheduledTask task = loops.schedule(Duration.ofSeconds(1), () -> ran.add("never"));
        pass(Duration.ofMillis(10));
        assertThat(loops.timers()).isOne();
        task.cancel();
        task.cancel();
        pass(Duration.ofMillis(10));
        assertThat(loops.timers()).isZero();
        pass(Duration.ofSeconds(5));
        assertThat(ran).isEmpty();
        loops.close();
    }

    @Test
    void aTaskThatThrowsHurtsNobody() {
        pass(Duration.ZERO);
        loops.schedule(Duration.ofMillis(100), () -> {
            throw new IllegalStateException("on purpose");
        });
        loops.schedule(Duration.ofMillis(100), () -> ran.add("after"));
        pass(Duration.ofSeconds(1));
        assertThat(ran).containsExactly("after");
        loops.close();
    }

    @Test
    void closedLoopsTakeNoTasks() {
        loops.close();
        assertThatThrownBy(() -> loops.schedule(Duration.ZERO, () -> {})).isInstanceOf(IllegalStateException.class);
        loops.close();
    }

    @Test
    void theNumberOfLoopsHasARange() {
        assertThatThrownBy(() -> EventLoops.create(0, true)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EventLoops.create(1025, true)).isInstanceOf(IllegalArgumentException.class);
    }
}
