package dev.gibbon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 100, 5000})
    void everyWayIsTheInputWithoutEmptyPieces(int length) {
        byte[] input = new byte[length];
        for (int i = 0; i < length; i++) {
            input[i] = (byte) i;
        }

        for (Splits.Way way : Splits.of(input)) {
            var joined = new ByteArrayOutputStream();
            way.pieces().forEach(joined::writeBytes);
            assertThat(joined.toByteArray()).as(way.name()).isEqualTo(input);
            assertThat(way.pieces()).as(way.name()).noneMatch(piece -> piece.length == 0);
        }
    }

    @Test
    void cutsWholeInHalvesByteByByteAndAtRandom() {
        List<Splits.Way> ways = Splits.of(Hex.bytes("01 02 03 04 05"));

        assertThat(ways)
                .extracting(way -> way.pieces().stream().map(Hex::of).toList())
                .startsWith(
                        List.of("01 02 03 04 05"), List.of("01 02", "03 04 05"), List.of("01", "02", "03", "04", "05"))
                .hasSize(6);
    }

    @Test
    void theSameSeedCutsTheSameWay() {
        byte[] input = new byte[1000];

        assertThat(lengths(input, 7)).isEqualTo(lengths(input, 7)).isNotEqualTo(lengths(input, 8));
    }

    @Test
    void aTrialMayChangeItsPieces() {
        byte[] input = Hex.bytes("00 00 00 00");

        Splits.forEach(
                input,
                way -> way.pieces().forEach(piece -> {
                    assertThat(piece[0]).isZero();
                    piece[0] = 1;
                }));

        assertThat(input).containsOnly(0);
    }

    @Test
    void aFailureNamesItsWay() {
        assertThatThrownBy(() -> Splits.forEach(
                        new byte[4],
                        way -> assertThat(way.pieces()).as("pieces").hasSizeLessThan(3)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("input cut byte by byte")
                .hasMessageContaining("pieces");
    }

    private static List<List<Integer>> lengths(byte[] input, long seed) {
        return Splits.of(input, seed).stream()
                .map(way -> way.pieces().stream().map(piece -> piece.length).toList())
                .toList();
    }
}
