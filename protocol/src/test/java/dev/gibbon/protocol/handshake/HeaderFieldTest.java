package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderFieldTest {

    @Test
    void holdsWhatCanBeWritten() {
        assertThat(new HeaderField("Set-Cookie", "a=b; Path=/").value()).isEqualTo("a=b; Path=/");
        assertThat(new HeaderField("X", "a\tb").value()).isEqualTo("a\tb");
        assertThat(new HeaderField("X", "").value()).isEmpty();
        assertThat(new HeaderField("X", "~!").value()).isEqualTo("~!");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "a\r\nb", "a\u0000", "\u00e4", "(a)", "a\n", "\u0141"})
    void refusesNamesThatAreNoTokens(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeaderField(name, "v"))
                .withMessage("a field name must be a token (RFC 9110, 5.6.2)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\nSet-Cookie: b",
                "a\rb",
                "a\nb",
                "a\u0000b",
                "\u0001",
                "a\u007f",
                "a\u001b[m",
                " a",
                "a ",
                "\ta"
            })
    void refusesControlsAndBlanksAtTheEnds(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HeaderField("X", value));
    }

    /** Cut to a byte, these characters would be CR and LF: the way headers were split in other servers. */
    @ParameterizedTest
    @ValueSource(strings = {"a\u010db", "a\u010ab", "a\u560a\u560db", "\u00e4", "\u0080"})
    void refusesCharactersBeyondAscii(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HeaderField("X", value));
    }

    @Test
    void saysWhereAndWhatButDoesNotRepeatTheValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HeaderField("X-Note", "secret\n"))
                .withMessage("the value of field X-Note may hold visible ASCII, and blanks inside only; found U+000A at"
                        + " index 6");
    }
}
