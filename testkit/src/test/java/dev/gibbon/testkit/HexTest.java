package dev.gibbon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HexTest {
    @Test
    void readsPairsSpacesTextRepetitionsAndComments() {
        byte[] bytes = Hex.bytes("""
                81 05 'Hé' # text, two bytes for the é
                ff00*3     # to the end of the line 00 00
                aB""");

        assertThat(bytes).containsExactly(0x81, 0x05, 'H', 0xc3, 0xa9, 0xff, 0, 0, 0, 0xab);
    }

    @Test
    void readsNothing() {
        assertThat(Hex.bytes("")).isEmpty();
        assertThat(Hex.bytes("  # only a comment")).isEmpty();
        assertThat(Hex.bytes("'' 00*0")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"8,0", "81 5,3", "81 0x,3", "81 zz,3", "*3,0", "00*,2", "00*x,2", "8 1,0", "81 \"a\",3"})
    void refusesWhatIsNoTranscriptAndSaysWhere(String transcript, int offset) {
        assertThatThrownBy(() -> Hex.bytes(transcript))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at offset " + offset);
    }

    @Test
    void refusesAnOpenQuote() {
        assertThatThrownBy(() -> Hex.bytes("00 'abc")).hasMessageStartingWith("a quote without its end at offset 3");
    }

    @Test
    void writesWithSpaces() {
        assertThat(Hex.of(Hex.bytes("8105 00 fF"))).isEqualTo("81 05 00 ff");
        assertThat(Hex.of(new byte[0])).isEmpty();
    }

    @Test
    void writesWhatRemainsInABufferAndLeavesItAlone() {
        ByteBuffer buffer = Hex.buffer("01 02 03 04").position(1).limit(3);

        assertThat(Hex.of(buffer)).isEqualTo("02 03");
        assertThat(buffer.position()).isEqualTo(1);
        assertThat(buffer.limit()).isEqualTo(3);
    }
}
