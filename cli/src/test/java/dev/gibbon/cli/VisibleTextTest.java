package dev.gibbon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleTextTest {
    @Test
    void leavesWhatCanBeSeen() {
        assertThat(utf8("Hello, κόσμε, 漢字, \uD83D\uDE00!".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("Hello, κόσμε, 漢字, \uD83D\uDE00!");
    }

    @ParameterizedTest
    @CsvSource({
        "0a0d09, \\n\\r\\t",
        "00, \\u{0}",
        "1b5b324a, \\u{1b}[2J", // a terminal would clear its screen
        "7f, \\u{7f}",
        "c285, \\u{85}",
        "e280ae, \\u{202e}", // the direction of writing
        "e280a8, \\u{2028}", // a line break
        "efbbbf, \\u{feff}",
        "5c, \\\\",
    })
    void escapesWhatATerminalWouldObeyOrHide(String hex, String shown) {
        assertThat(utf8(Hex.bytes(hex))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "ff, \\xff",
        "80, \\x80",
        "c0af, \\xc0\\xaf",
        "c3, \\xc3",
        "c328, \\xc3(",
        "e0809f, \\xe0\\x80\\x9f",
        "eda080, \\xed\\xa0\\x80",
        "e282, \\xe2\\x82",
        "f08080af, \\xf0\\x80\\x80\\xaf",
        "f4908080, \\xf4\\x90\\x80\\x80",
        "f09f98, \\xf0\\x9f\\x98",
        "41e282ac42, A€B",
    })
    void showsOctetsThatAreNoCharacter(String hex, String shown) {
        assertThat(utf8(Hex.bytes(hex))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "41, 0",
        "e282ac, 0",
        "41e282, 2",
        "41e2, 1",
        "f09f98, 3",
        "f09f9880, 0",
        "808080, 0",
        "c3a9, 0",
        "c3, 1",
        "ff, 0",
    })
    void knowsWhereACharacterIsCut(String hex, int cut) {
        byte[] bytes = Hex.bytes(hex);
        assertThat(VisibleText.cutCharacter(bytes, 0, bytes.length)).isEqualTo(cut);
    }

    @Test
    void quotesAnArgumentOnOneLine() {
        assertThat(VisibleText.quoted("a\nb'c")).isEqualTo("'a\\nb\\'c'");
        assertThat(VisibleText.quoted("x".repeat(61))).isEqualTo("'" + "x".repeat(60) + "...'");
        assertThat(VisibleText.quoted("\uD800")).isEqualTo("'\\u{d800}'");
    }

    private static String utf8(byte[] bytes) {
        return VisibleText.ofUtf8(bytes, 0, bytes.length);
    }
}
