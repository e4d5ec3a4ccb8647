package dev.gibbon.testkit.autobahn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.RawFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cases themselves: how many there are, that a right echo passes all of them, and that each flaw is noticed. */
class CasesTest {
    /** Slow, and noticed by the same flaws as 1.* and 5.*; they run where they are the ones to notice. */
    private static final Set<String> LARGE = CaseNumbers.of("9.*");

    @Test
    void thereAre301() {
        Map<Integer, Long> counts =
                Cases.all().stream().collect(Collectors.groupingBy(Case::group, TreeMap::new, Collectors.counting()));

        assertThat(counts).isEqualTo(Map.of(1, 16L, 2, 11L, 3, 7L, 4, 10L, 5, 20L, 6, 145L, 7, 37L, 9, 54L, 10, 1L));
        assertThat(Cases.all()).hasSize(301).extracting(Case::number).doesNotHaveDuplicates();
    }

    @Test
    void threeAreInformational() {
        assertThat(Cases.all())
                .filteredOn(Case::isInformational)
                .extracting(Case::number)
                .containsExactly("7.1.6", "7.13.1", "7.13.2");
    }

    @Test
    void everySequenceOf6IsWhatTheJdkSaysItIs() {
        for (Case one : Cases.all()) {
            if (one.group() == 6) {
                assertThat(expectsAnEcho(one)).as(one.toString()).isEqualTo(isText(one));
            }
        }
    }

    private static boolean expectsAnEcho(Case one) {
        return one.steps().stream().anyMatch(Step.Expect.class::isInstance);
    }

    private static boolean isText(Case one) {
        List<Payload> sent = one.steps().stream()
                .filter(Step.Send.class::isInstance)
                .flatMap(step -> ((Step.Send) step).frames().stream())
                .filter(frame -> frame.opcode() <= RawFrame.BINARY)
                .map(frame -> frame.payload().slice(frame.from(), frame.to()))
                .toList();
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(
                            Payload.join(sent.toArray(Payload[]::new)).toArray()));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @ParameterizedTest
    @EnumSource(Cutting.class)
    void aRightEchoPassesAll(Cutting cutting) {
        List<Case> small = Cases.all().stream()
                .filter(one -> !LARGE.contains(one.number()))
                .toList();
        assertThat(failing(Flaw.NONE, true, cutting, cutting == Cutting.OWN ? Cases.all() : small))
                .isEmpty();
        assertThat(failing(Flaw.NONE, false, cutting, small)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void aFlawIsNoticedByTheRightCases(Flaw flaw) {
        Set<String> expected = CaseNumbers.of(flaw.noticedBy);
        boolean everyone = expected.size() == Cases.all().size();
        List<Case> tried = Cases.all().stream()
                .filter(one -> !LARGE.contains(one.number()) || (!everyone && expected.contains(one.number())))
                .toList();
        Set<String> numbers = tried.stream().map(Case::number).collect(Collectors.toSet());
        expected.retainAll(numbers);

        Set<String> failing = failing(flaw, true, Cutting.OWN, tried);
        assertThat(failing).as("noticed where it does not matter").isSubsetOf(expected);
        assertThat(expected).as("noticed").isSubsetOf(failing);
    }

    @Test
    void everyCaseNoticesAFlawOfTheEchoItself() {
        Set<String> noticing = new TreeSet<>();
        Arrays.stream(Flaw.values())
                .map(flaw -> CaseNumbers.of(flaw.noticedBy))
                .filter(numbers -> numbers.size() < Cases.all().size())
                .forEach(noticing::addAll);

        assertThat(noticing).isEqualTo(CaseNumbers.of("*"));
    }

    private static Set<String> failing(Flaw flaw, boolean server, Cutting cutting, List<Case> cases) {
        return cases.stream()
                .filter(cutting::suits)
                .filter(one -> !Referee.judge(one, cutting, new FlawedEcho(flaw, server))
                        .passed())
                .map(Case::number)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
