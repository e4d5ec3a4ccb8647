package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.Challenge.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {

    private static final String NAME = "WWW-Authenticate";

    private static HeaderFields fields(String... values) {
        List<String> lines = new ArrayList<>(List.of("HTTP/1.1 401 Unauthorized", "X: y"));
        for (String value : values) {
            lines.add("www-authenticate: " + value);
        }
        return Responses.parsed(lines.toArray(String[]::new)).fields();
    }

    private static List<Challenge> parse(String... values) {
        return Challenge.parse(fields(values), NAME).orElseThrow();
    }

    @Test
    void oneChallenge() {
        assertThat(parse("Basic realm=\"simple\""))
                .containsExactly(new Challenge("Basic", null, List.of(new Parameter("realm", "simple"))));
        assertThat(parse()).isEmpty();
        assertThat(parse("")).isEmpty();
    }

    /** RFC 9110, 11.6.1: "this header field value can contain a list of challenges ... each of which can contain a list". */
    @Test
    void severalChallengesInOneField() {
        assertThat(parse("Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\""))
                .containsExactly(
                        new Challenge(
                                "Newauth",
                                null,
                                List.of(
                                        new Parameter("realm", "apps"),
                                        new Parameter("type", "1"),
                                        new Parameter("title", "Login to \"apps\""))),
                        new Challenge("Basic", null, List.of(new Parameter("realm", "simple"))));
    }

    @Test
    void schemesWithoutParametersAndWithOpaqueText() {
        assertThat(parse(
                        "Negotiate, NTLM TlRMTVNTUAAB==, Basic realm = x ,, Digest\trealm=\"a,b\" , qop=auth,",
                        "Bearer"))
                .containsExactly(
                        new Challenge("Negotiate", null, List.of()),
                        new Challenge("NTLM", "TlRMTVNTUAAB==", List.of()),
                        new Challenge("Basic", null, List.of(new Parameter("realm", "x"))),
                        new Challenge(
                                "Digest", null, List.of(new Parameter("realm", "a,b"), new Parameter("qop", "auth"))),
                        new Challenge("Bearer", null, List.of()));
        assertThat(parse("A b")).containsExactly(new Challenge("A", "b", List.of()));
        assertThat(parse("A +b/=")).containsExactly(new Challenge("A", "+b/=", List.of()));
        assertThat(parse("A , B")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=",
                "\"x\"",
                "Basic realm=\"x",
                "Basic realm=\"x\\",
                "Basic realm=\"x\" y",
                "Basic =x",
                "Basic a=b c=d",
                "Basic,x=",
                "Basic a b",
                "Basic a=\"b\"c",
                "Basic @",
                "Basic a=, b=@",
                "Basic\"x\"",
                "A b==, c=d",
                "A=b",
                "Basic a=b, c=",
                "Basic a=b, =c",
                "Basic a=b; c=d",
                "Basic a=b, c=d e"
            })
    void whatBreaksTheGrammar(String value) {
        assertThat(Challenge.parse(fields(value), NAME)).isEmpty();
        assertThat(Challenge.basic(fields(value, "Basic realm=x"), NAME)).isNull();
    }

    @Test
    void basicIsFoundAmongOthers() {
        Challenge basic = Challenge.basic(
                fields("Digest realm=d", "Basic charset=x", "BASIC charset=\"UTF-8\", REALM=\"r\""), NAME);
        assertThat(basic.realm()).isEqualTo("r");
        assertThat(basic.scheme()).isEqualTo("BASIC");
        assertThat(Challenge.basic(fields("Digest realm=d", "Basic", "Basic x=y"), NAME))
                .isNull();
        assertThat(Challenge.basic(fields("Basic realm=\"\""), NAME).realm()).isEmpty();
        assertThat(Challenge.basic(fields("Basic realm=x"), "Proxy-Authenticate"))
                .isNull();
    }

    @Test
    void aRealmIsTextInLatin1() {
        assertThat(Challenge.basic(fields("Basic realm=\"f\u00fcr \\alle\""), NAME)
                        .realm())
                .isEqualTo("f\u00fcr alle");
    }

    @Test
    void longFieldsAreReadInOneGo() {
        String value = "A b=c, ".repeat(1000);
        assertThat(parse(value)).hasSize(1000);
        assertThat(parse("A " + "b=\"\\\"\",".repeat(900)).get(0).parameters()).hasSize(900);
    }
}
