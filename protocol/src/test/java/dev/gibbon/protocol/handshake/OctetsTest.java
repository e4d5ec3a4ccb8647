package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OctetsTest {

    /** Each class written out as the regular expression that the grammar is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '\0',
            value = {
                "1 [!#$%&'*+\\-.^_`|~0-9A-Za-z]",
                "2 [\\t\\x20-\\x7e\\x80-\\xff]",
                "4 [\\x21-\\x7e]",
                "8 [\\x21-\\x7e&&[^\"#%<>?\\\\`{}]]",
                "16 [\\x21-\\x7e&&[^\"#<>]]",
                "32 [-._~0-9A-Za-z]"
            })
    void everyOctetIsInItsClasses(int octetClass, String grammar) {
        for (int octet = 0; octet < 256; octet++) {
            boolean expected = String.valueOf((char) octet).matches(grammar);
            assertThat(Octets.is(octetClass, (byte) octet))
                    .as("octet %x", octet)
                    .isEqualTo(expected);
            if (octet < 0x80) {
                String text = "a" + (char) octet;
                assertThat(Octets.all(octetClass, text)).as("octet %x", octet).isEqualTo(expected);
            }
        }
    }

    @Test
    void noTextIsOfAClassIfItIsEmptyOrBeyondAscii() {
        assertThat(Octets.all(Octets.TOKEN, "")).isFalse();
        assertThat(Octets.all(Octets.VALUE, "\u0080")).isFalse();
        assertThat(Octets.all(Octets.TOKEN, "\u0141")).isFalse();
    }

    @Test
    void skipsWhatIsOfAClass() {
        byte[] bytes = Heads.latin1("ab1;cd");
        assertThat(Octets.skip(Octets.TOKEN, bytes, 0, 6)).isEqualTo(3);
        assertThat(Octets.skip(Octets.TOKEN, bytes, 3, 6)).isEqualTo(3);
        assertThat(Octets.skip(Octets.TOKEN, bytes, 4, 6)).isEqualTo(6);
        assertThat(Octets.skip(Octets.TOKEN, bytes, 1, 2)).isEqualTo(2);
        assertThat(Octets.skip(Octets.TOKEN, bytes, 6, 6)).isEqualTo(6);
    }

    @Test
    void hexadecimalDigits() {
        for (int octet = -128; octet < 256; octet++) {
            int expected = octet < 0 ? -1 : "0123456789abcdef".indexOf(Character.toLowerCase((char) octet));
            assertThat(Octets.hexValue(octet)).as("octet %x", octet).isEqualTo(expected);
        }
    }

    @Test
    void onlyAsciiLettersHaveACase() {
        for (int octet = -128; octet < 256; octet++) {
            int expected = octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
            assertThat(Octets.toLower(octet)).isEqualTo(expected);
        }
    }

    @Test
    void comparesWithAndWithoutCase() {
        byte[] bytes = Heads.latin1("xUpgradex");
        assertThat(Octets.equalsIgnoreCase(bytes, 1, 8, "uPGRADE")).isTrue();
        assertThat(Octets.equalsIgnoreCase(bytes, 1, 8, "Upgrade")).isTrue();
        assertThat(Octets.equalsIgnoreCase(bytes, 1, 7, "Upgrade")).isFalse();
        assertThat(Octets.equalsIgnoreCase(bytes, 1, 8, "Upgrabe")).isFalse();
        assertThat(Octets.equal(bytes, 1, 8, "Upgrade")).isTrue();
        assertThat(Octets.equal(bytes, 1, 8, "upgrade")).isFalse();
        assertThat(Octets.equal(bytes, 1, 9, "Upgrade")).isFalse();
    }

    @Test
    void signsThatDifferByTheCaseBitAreNotTheSame() {
        assertThat(Octets.equalsIgnoreCase(Heads.latin1("["), 0, 1, "{")).isFalse();
        assertThat(Octets.equalsIgnoreCase(Heads.latin1("@"), 0, 1, "`")).isFalse();
    }
}
