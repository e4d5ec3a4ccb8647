package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentEncodingTest {

    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/a%20b, '/a b'",
        "/%41%5a%7A%7e, /AZz~",
        "/%C3%A4%e2%82%ac%F0%9F%90%92, /\u00e4\u20ac\uD83D\uDC12",
        "/a+b, /a+b",
        "/100%25, /100%",
        "/%2541, /%41",
        "/%3Fx, /?x",
        "/%EF%BB%BF, /\uFEFF",
        "'', ''"
    })
    void decodesAPath(String path, String decoded) {
        assertThat(decodePath(path)).isEqualTo(decoded);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%",
                "/%4",
                "/%g1",
                "/%1g",
                "/%%41",
                "/%u0041",
                "/% 41",
                "/%00",
                "/%0d%0a",
                "/%1F",
                "/%7f",
                "/a%2fb",
                "/a%2Fb",
                "/a%5Cb",
                "/%80",
                "/%C3",
                "/%C3x",
                "/%C0%AF",
                "/%E0%80%AF",
                "/%ED%A0%80",
                "/%F4%90%80%80",
                "/%FF"
            })
    void refusesPathsThatCanBeReadInTwoWays(String path) {
        assertThat(decodePath(path)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "a, a",
        "'', ''",
        "a+b%20c, 'a b c'",
        "%C3%A4, \u00e4",
        "%, %",
        "%4, %4",
        "%zz%41, %zzA",
        "%+%, '% %'",
        "%FF, \uFFFD",
        "%0A%00, '\n\u0000'",
        "%2f, /"
    })
    void decodesAFormWithoutFailing(String text, String decoded) {
        String padded = "%41" + text + "%41";
        assertThat(PercentEncoding.decodeForm(padded, 3, padded.length() - 3)).isEqualTo(decoded);
    }

    @Test
    void decodesWhatTheJdkEncodes() {
        Random random = new Random(3986);
        for (int i = 0; i < 2000; i++) {
            String text = random.ints(random.nextInt(20), 0, 0x500)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
            assertThat(PercentEncoding.decodeForm(encoded, 0, encoded.length()))
                    .isEqualTo(text)
                    .isEqualTo(URLDecoder.decode(encoded, StandardCharsets.UTF_8));
        }
    }

    private static String decodePath(String path) {
        byte[] bytes = Heads.latin1("4" + path + "41");
        return PercentEncoding.decodePath(bytes, 1, bytes.length - 2);
    }
}
