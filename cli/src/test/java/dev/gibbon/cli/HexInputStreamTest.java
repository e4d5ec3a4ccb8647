package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.testkit.Hex;
import dev.gibbon.testkit.Splits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HexInputStreamTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "810548656c6c6f",
                "810548656C6C6F",
                "81 05 48 65 6c 6c 6f",
                "81:05:48:65:6c:6c:6f",
                "0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f,\n",
                "0X810548656c6c6f",
                "  8105\r\n\t4865\n\n6c6c6f \n",
            })
    void readsHexadecimalAsPeopleWriteIt(String text) {
        Splits.forEach(text.getBytes(StandardCharsets.US_ASCII), way -> {
            try (InputStream in =
                    hex(way.pieces().stream().map(ByteArrayInputStream::new).toList())) {
                assertThat(in.readAllBytes()).isEqualTo(Hex.bytes("81 05 'Hello'"));
            }
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "81 0g   | test: 'g' at character 5 is not a hexadecimal digit",
                "81 5    | test: half a byte ends at character 4: a byte is two hexadecimal digits",
                "81 5 00 | test: half a byte ends at character 5: a byte is two hexadecimal digits",
                "810x05  | test: 'x' at character 4 is not a hexadecimal digit",
                "0x0x81  | test: 'x' at character 4 is not a hexadecimal digit",
                "x81     | test: 'x' at character 1 is not a hexadecimal digit",
                "81-05   | test: '-' at character 3 is not a hexadecimal digit",
                "81\u00e905 | test: '\u00c3' at character 3 is not a hexadecimal digit",
            })
    void saysWhatIsWrongAndWhere(String text, String message) {
        assertThatThrownBy(() -> hex(text).readAllBytes())
                .isInstanceOf(HexDigits.NotHexException.class)
                .hasMessage(message);
    }

    @Test
    void givesTheBytesBeforeAFault() throws IOException {
        InputStream in = hex("8105 zz");
        assertThat(in.read()).isEqualTo(0x81);
        assertThat(in.read()).isEqualTo(0x05);
        assertThatThrownBy(in::read).hasMessageContaining("'z' at character 6");
    }

    @Test
    void skips() throws IOException {
        InputStream in = hex("00 01 02 03");
        assertThat(in.skip(3)).isEqualTo(3);
        assertThat(in.read()).isEqualTo(3);
        assertThat(in.skip(3)).isZero();
        assertThat(in.read()).isEqualTo(-1);
    }

    private static InputStream hex(String text) {
        return hex(java.util.List.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static InputStream hex(java.util.Collection<? extends InputStream> pieces) {
        return new HexInputStream(new SequenceInputStream(Collections.enumeration(pieces)), "test");
    }
}
