package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CookiesTest {

    @Test
    void noFieldIsNoCookie() {
        assertThat(Cookies.parse(HeaderFields.EMPTY)).isEmpty();
    }

    @Test
    void readsNamesAndValuesInTheirOrder() {
        assertThat(cookies("SID=31d4d96e407aad42; lang=en-US; b64=YQ==; empty="))
                .containsExactly(
                        Map.entry("SID", "31d4d96e407aad42"),
                        Map.entry("lang", "en-US"),
                        Map.entry("b64", "YQ=="),
                        Map.entry("empty", ""));
    }

    @Test
    void theFirstOfOneNameStays() {
        assertThat(cookies("a=1; A=2; a=3")).containsExactly(Map.entry("a", "1"), Map.entry("A", "2"));
    }

    @Test
    void severalFieldsAreRead() {
        assertThat(Cookies.parse(Heads.fields("Cookie: a=1", "cookie: b=2"))).containsOnlyKeys("a", "b");
    }

    @Test
    void onePairOfQuotesIsTakenOff() {
        assertThat(cookies("a=\"1 2\"; b=\"\"; c=\"; d=\"\"x\"\""))
                .containsExactly(
                        Map.entry("a", "1 2"), Map.entry("b", ""), Map.entry("c", "\""), Map.entry("d", "\"x\""));
    }

    @Test
    void nonsenseIsPassedOver() {
        assertThat(cookies(";; ;a; =b; c d=e; \u00e4=1; =; f=1;g=2 ; \t h = x y ,\"z ;"))
                .containsExactly(Map.entry("f", "1"), Map.entry("g", "2"), Map.entry("h", "x y ,\"z"));
        assertThat(cookies("")).isEmpty();
        assertThat(cookies(";")).isEmpty();
    }

    @Test
    void namesOfAttackersHaveNoMeaning() {
        assertThat(cookies("__proto__=1; constructor=2")).hasSize(2);
    }

    @Test
    void theMapIsReadOnly() {
        Map<String, String> cookies = cookies("a=b");
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> cookies.put("a", "c"));
    }

    private static Map<String, String> cookies(String value) {
        return Cookies.parse(Heads.fields("Cookie:" + value));
    }
}
