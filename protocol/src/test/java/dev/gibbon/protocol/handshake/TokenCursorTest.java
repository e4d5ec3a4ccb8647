package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCursorTest {

    @Test
    void walksOverAList() {
        TokenCursor cursor = cursor(", \t,one ;two");
        cursor.skipEmptyElements();
        assertThat(cursor.token()).isEqualTo("one");
        assertThat(cursor.take(';')).isFalse();
        cursor.skipBlanks();
        assertThat(cursor.take(';')).isTrue();
        assertThat(cursor.atEnd()).isFalse();
        assertThat(cursor.token()).isEqualTo("two");
        assertThat(cursor.atEnd()).isTrue();
    }

    @Test
    void neverLeavesItsRange() {
        TokenCursor cursor = cursor("");
        assertThat(cursor.atEnd()).isTrue();
        cursor.skipBlanks();
        cursor.skipEmptyElements();
        assertThat(cursor.token()).isNull();
        assertThat(cursor.take('x')).isFalse();
        assertThat(cursor.quotedToken()).isNull();
        assertThat(cursor.atEnd()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"10\"xxx, 10", "\\1\\0\", 10", "!#$%&'*+-.^_\", !#$%&'*+-.^_"})
    void readsAQuotedToken(String text, String token) {
        assertThat(cursor(text).quotedToken()).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"", "10", "10\\", "10\\\"", "1 0\"", "1\\ 0\"", "1,0\"", "1\\\"0\"", "\u00e4\""})
    void refusesQuotedTextThatIsNoToken(String text) {
        assertThat(cursor(text).quotedToken()).isNull();
    }

    private static TokenCursor cursor(String text) {
        byte[] bytes = Heads.latin1("x" + text + "x\"");
        return new TokenCursor(bytes, 1, bytes.length - 2);
    }
}
