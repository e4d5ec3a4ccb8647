package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6LiteralTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "::1",
                "1::",
                "fe80::1",
                "1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7::",
                "::2:3:4:5:6:7:8",
                "1::3:4:5:6:7:8",
                "2001:DB8:0:0:8:800:200C:417A",
                "ABCD:ef01:2345:6789:abcd:EF01:2345:6789",
                "::ffff:192.0.2.1",
                "1:2:3:4:5:6:255.255.255.255",
                "1:2:3:4:5::0.0.0.0",
                "::1.2.3.4",
                "64:ff9b::10.20.99.100"
            })
    void acceptsAddresses(String text) {
        assertThat(isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":::",
                "1",
                "1:",
                ":1",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                "1:2:3:4:5:6:7:8:",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "1::2::3",
                "1:::2",
                "::1:",
                "12345::",
                "g::",
                "::1%eth0",
                "::1%25eth0",
                "1.2.3.4",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1.2.3",
                "::1.2.3.",
                "::1.2.3.4.5",
                "::1.2.3.4:5",
                "::256.2.3.4",
                "::01.2.3.4",
                "::1.2.3.1234",
                "::a.2.3.4",
                "::.1.2.3",
                "::1..2.3",
                "::1.2-3.4",
                "v1.fe80::a+en1",
                "1 ::",
                "::1 "
            })
    void refusesAnythingElse(String text) {
        assertThat(isValid(text)).isFalse();
    }

    /** The nine alternatives of RFC 3986, 3.2.2, as they stand there. */
    @Test
    void agreesWithTheGrammarOnRandomTexts() {
        String h16 = "[0-9A-Fa-f]{1,4}";
        String octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9][0-9]|[0-9])";
        String ls32 = "(?:" + h16 + ":" + h16 + "|" + octet + "(?:\\." + octet + "){3})";
        Pattern grammar = Pattern.compile(String.join(
                        "|",
                        "(?:H:){6}L",
                        "::(?:H:){5}L",
                        "(?:H)?::(?:H:){4}L",
                        "(?:(?:H:){0,1}H)?::(?:H:){3}L",
                        "(?:(?:H:){0,2}H)?::(?:H:){2}L",
                        "(?:(?:H:){0,3}H)?::H:L",
                        "(?:(?:H:){0,4}H)?::L",
                        "(?:(?:H:){0,5}H)?::H",
                        "(?:(?:H:){0,6}H)?::")
                .replace("H", h16)
                .replace("L", ls32));
        Random random = new Random(3986);
        String[] parts = {":", "::", "0", "1", "ffff", "12345", "1.2.3.4", "1.20.255.256", ":2", ":3:4", ":5:6:7", "."};
        int accepted = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = 1 + random.nextInt(8); n > 0; n--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            boolean valid = isValid(text.toString());
            assertThat(valid)
                    .as(text.toString())
                    .isEqualTo(grammar.matcher(text).matches());
            accepted += valid ? 1 : 0;
        }
        assertThat(accepted).isGreaterThan(1000);
    }

    /** What stands around the address must make no difference. */
    private static boolean isValid(String text) {
        boolean valid = isValid(text, ':');
        for (char around : new char[] {'.', '1', ']'}) {
            assertThat(isValid(text, around)).as(text).isEqualTo(valid);
        }
        return valid;
    }

    private static boolean isValid(String text, char around) {
        byte[] bytes = Heads.latin1(around + text + around);
        return Ipv6Literal.isValid(bytes, 1, bytes.length - 1);
    }
}
