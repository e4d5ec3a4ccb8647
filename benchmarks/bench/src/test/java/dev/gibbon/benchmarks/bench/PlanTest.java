package dev.gibbon.benchmarks.bench;

import static dev.gibbon.benchmarks.bench.Samples.absent;
import static dev.gibbon.benchmarks.bench.Samples.entrant;
import static dev.gibbon.benchmarks.bench.Samples.measure;
import static dev.gibbon.benchmarks.bench.Samples.unable;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static List<String> told(Plan plan) {
        return plan.steps().stream()
                .map(step -> step.measure().name() + " " + step.entrant().label() + " " + step.round())
                .toList();
    }

    @Test
    void warmsEverybodyUpAndThenTakesTurnsThatBeginWithAnotherOneEachRound() {
        Plan plan = Plan.of(List.of(entrant("a"), entrant("b"), entrant("c")), List.of(measure("echo-125")), 2);
        assertThat(told(plan))
                .containsExactly(
                        "echo-125 a 0",
                        "echo-125 b 0",
                        "echo-125 c 0",
                        "echo-125 a 1",
                        "echo-125 b 1",
                        "echo-125 c 1",
                        "echo-125 b 2",
                        "echo-125 c 2",
                        "echo-125 a 2");
    }

    @Test
    void goesScenarioByScenario() {
        Plan plan = Plan.of(List.of(entrant("a")), List.of(measure("echo-16"), measure("handshake")), 1);
        assertThat(told(plan)).containsExactly("echo-16 a 0", "echo-16 a 1", "handshake a 0", "handshake a 1");
    }

    @Test
    void memoryHasNoWarmUpOfItsOwnSinceEachRoundIsAnotherProcess() {
        Plan plan = Plan.of(List.of(entrant("a"), entrant("b")), List.of(measure("idle-10000")), 2);
        assertThat(told(plan)).containsExactly("idle-10000 a 1", "idle-10000 b 1", "idle-10000 b 2", "idle-10000 a 2");
    }

    @Test
    void leavesOutWhoCannot() {
        Entrant absent = absent("b", "needs JDK 99");
        Entrant unable = unable("c", Ability.BROADCAST);
        Plan plan = Plan.of(
                List.of(entrant("a"), absent, unable), List.of(measure("broadcast-125"), measure("echo-16")), 1);
        assertThat(told(plan))
                .containsExactly(
                        "broadcast-125 a 0",
                        "broadcast-125 a 1",
                        "echo-16 a 0",
                        "echo-16 c 0",
                        "echo-16 a 1",
                        "echo-16 c 1");
        assertThat(plan.excuse(measure("broadcast-125"), absent)).isEqualTo("needs JDK 99");
        assertThat(plan.excuse(measure("broadcast-125"), unable)).isEqualTo("has no broadcast");
        assertThat(plan.excuse(measure("echo-16"), unable)).isNull();
    }

    @Test
    void textIsAskedOnlyOfWhoKnowsIt() {
        Entrant unable = unable("a", Ability.TEXT);
        assertThat(unable.excuse(measure("text-1k-p16"))).isEqualTo("has no text");
        assertThat(unable.excuse(measure("deflate-1k"))).isEqualTo("has no text");
        assertThat(unable.excuse(measure("echo-1k-p16"))).isNull();
    }

    @Test
    void knowsWhenAProcessIsUsedForTheLastTime() {
        Plan plan = Plan.of(
                List.of(entrant("a"), entrant("b")),
                List.of(measure("echo-16"), measure("deflate-1k"), measure("echo-125")),
                1);
        List<Integer> last = java.util.stream.IntStream.range(0, plan.steps().size())
                .filter(plan::isLastUse)
                .boxed()
                .toList();
        // Compression has processes of its own; the others go on until the last scenario.
        assertThat(last.stream().map(told(plan)::get))
                .containsExactly("deflate-1k a 1", "deflate-1k b 1", "echo-125 a 1", "echo-125 b 1");
    }

    @Test
    void tellsAboutHowLongItTakes() {
        Plan plan = Plan.of(List.of(entrant("a")), List.of(measure("echo-16"), measure("handshake")), 3);
        assertThat(plan.seconds(Samples.TIMING)).isEqualTo(1 + 3 * 1.8 + 4 + 3 * 1.8);
    }

    @Test
    void ofNobodyIsEmpty() {
        assertThat(Plan.of(List.of(), List.of(measure("echo-16")), 3).steps()).isEmpty();
    }
}
