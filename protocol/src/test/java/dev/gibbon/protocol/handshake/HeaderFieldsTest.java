package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderFieldsTest {

    private final HeaderFields fields =
            Heads.fields("Accept: a", "X-One:  1\t", "accept:b", "Empty:", "ACCEPT: \u00e4");

    @Test
    void keepsOrderAndSpelling() {
        assertThat(fields.size()).isEqualTo(5);
        assertThat(fields.name(0)).isEqualTo("Accept");
        assertThat(fields.name(4)).isEqualTo("ACCEPT");
        assertThat(fields.value(1)).isEqualTo("1");
        assertThat(fields.value(3)).isEmpty();
        assertThat(fields.value(4)).isEqualTo("\u00e4");
    }

    @Test
    void findsByNameInAnyCase() {
        assertThat(fields.first("aCCEPT")).isEqualTo("a");
        assertThat(fields.all("Accept")).containsExactly("a", "b", "\u00e4");
        assertThat(fields.count("accept")).isEqualTo(3);
        assertThat(fields.first("empty")).isEmpty();
    }

    @Test
    void absenceIsNoError() {
        assertThat(fields.first("Upgrade")).isNull();
        assertThat(fields.all("Upgrade")).isEmpty();
        assertThat(fields.count("Upgrade")).isZero();
        assertThat(fields.hasToken("Upgrade", "websocket")).isFalse();
        assertThat(fields.first("Accep")).isNull();
        assertThat(fields.first("")).isNull();
        assertThat(HeaderFields.EMPTY.size()).isZero();
    }

    @Test
    void indexesAreChecked() {
        for (int i : new int[] {-1, 5, 15, Integer.MIN_VALUE}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> fields.name(i));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> fields.value(i));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Upgrade|true",
                "upgrade|true",
                "UPGRADE|true",
                "keep-alive, Upgrade|true",
                "Upgrade , keep-alive|true",
                "a,,\t, ,Upgrade\t,|true",
                ",Upgrade|true",
                "Upgrades|false",
                "xUpgrade|false",
                "Upgrade/1|false",
                "Up grade|false",
                "keep-alive Upgrade|false",
                "keep-alive;Upgrade|false",
                "\"Upgrade\"|false",
                "Upgrade;q=1|false",
                "`` |false",
                ",,,|false"
            })
    void comparesTokensAsTokens(String value, boolean found) {
        assertThat(Heads.fields("Connection: " + value).hasToken("connection", "Upgrade"))
                .isEqualTo(found);
    }

    @Test
    void repeatedFieldsAreOneList() {
        HeaderFields two = Heads.fields("Connection: keep-alive", "Connection: x, UPGRADE");
        assertThat(two.hasToken("Connection", "upgrade")).isTrue();
        assertThat(two.hasToken("Connection", "keep-alive")).isTrue();
        assertThat(two.hasToken("Connection", "close")).isFalse();
    }

    @Test
    void itsTextHasNoValues() {
        assertThat(Heads.fields("Cookie: secret", "X: y")).hasToString("2 fields: Cookie X");
    }
}
