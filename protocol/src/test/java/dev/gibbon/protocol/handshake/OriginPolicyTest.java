package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginPolicyTest {

    @Test
    void aRequestWithoutOriginIsAllowed() {
        assertThat(OriginPolicy.sameOrigin().check(request("example.com"), false))
                .isNull();
    }

    @Test
    void theSameOriginIsAllowed() {
        RequestHead plain = request("example.com", "Origin: http://example.com");
        assertThat(OriginPolicy.sameOrigin().check(plain, false)).isNull();
        assertThat(OriginPolicy.sameOrigin().check(plain, true)).isNotNull();
        RequestHead secure = request("[::1]:8443", "Origin: https://[::1]:8443");
        assertThat(OriginPolicy.sameOrigin().check(secure, true)).isNull();
    }

    @Test
    void aProxyTellsTheHostInstead() {
        RequestHead head = request("inner:8080", "Origin: https://example.com");
        assertThat(OriginPolicy.sameOrigin().check(head, "example.com", true)).isNull();
        assertThat(OriginPolicy.sameOrigin().check(head, "inner:8080", true)).isNotNull();
        assertThat(OriginPolicy.sameOrigin().check(head, "example.com:8443", true))
                .isNotNull();
        assertThat(OriginPolicy.sameOrigin().check(head, "not a host", true)).isNotNull();
        assertThat(OriginPolicy.sameOrigin().check(request("inner:8080"), "not a host", true))
                .isNull();
    }

    @Test
    void aRefusalNamesBoth() {
        Refusal refusal =
                OriginPolicy.sameOrigin().check(request("chat.example:8080", "Origin: HTTP://Evil.example"), false);
        assertThat(refusal.status()).isEqualTo(403);
        assertThat(refusal.message())
                .isEqualTo(
                        "The Origin http://evil.example is not allowed. Expected the host and port of the Host field,"
                                + " chat.example:8080.");
    }

    @Test
    void theListWidensAndIsNamed() {
        OriginPolicy policy = OriginPolicy.sameOriginOr(List.of("https://App.example", "http://localhost:3000"));
        assertThat(policy.check(request("a", "Origin: https://app.example"), false))
                .isNull();
        assertThat(policy.check(request("a", "Origin: https://app.example:443"), false))
                .isNull();
        assertThat(policy.check(request("a", "Origin: http://localhost:3000"), false))
                .isNull();
        assertThat(policy.check(request("a", "Origin: http://a"), false)).isNull();
        Refusal refusal = policy.check(request("a", "Origin: http://b"), false);
        assertThat(refusal.message())
                .isEqualTo(
                        "The Origin http://b is not allowed. Expected the host and port of the Host field, a, or one of"
                                + " the allowed origins: https://app.example, http://localhost:3000.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example",
                "https://app.example:444",
                "https://app.example.evil.example",
                "https://evilapp.example",
                "https://x.app.example",
                "https://app.exampl",
                "https://app.example@evil.example",
                "https://evil.example/https://app.example",
                "https://app.example/",
                "null",
                "",
                "*"
            })
    void theListIsExact(String origin) {
        OriginPolicy policy = OriginPolicy.sameOriginOr(List.of("https://app.example"));
        assertThat(policy.check(request("a", "Origin: " + origin), false).status())
                .isEqualTo(403);
    }

    @Test
    void anOpaqueOrMalformedOriginIsNotNamed() {
        for (String origin : List.of("null", "http://a/<script>", "\u00e4", "http://a, http://b")) {
            Refusal refusal = OriginPolicy.sameOrigin().check(request("a", "Origin: " + origin), false);
            assertThat(refusal.message())
                    .isEqualTo("The Origin of this request is null or not scheme://host[:port]. Expected the host and"
                            + " port of the Host field, a.");
        }
    }

    @Test
    void severalOriginsAreRefused() {
        RequestHead head = request("a", "Origin: http://a", "Origin: http://a");
        assertThat(OriginPolicy.sameOrigin().check(head, false).status()).isEqualTo(400);
    }

    @Test
    void anyOriginLooksAtNothing() {
        assertThat(OriginPolicy.anyOrigin().check(request("a", "Origin: http://b", "Origin: null"), false))
                .isNull();
    }

    @Test
    void withoutAHostNothingIsTheSame() {
        RequestHead head = Heads.parsed(Heads.head("GET / HTTP/1.0", "Origin: http://a"));
        assertThat(OriginPolicy.sameOrigin().check(head, false).message())
                .isEqualTo("The Origin http://a is not allowed. Expected the host and port of the Host field.");
        assertThat(OriginPolicy.sameOriginOr(List.of("http://a")).check(head, false))
                .isNull();
    }

    @Test
    void whatIsNamedIsCut() {
        String host = "a".repeat(255);
        Refusal refusal = OriginPolicy.sameOriginOr(IntStream.range(0, 9)
                        .mapToObj(i -> "http://" + "c".repeat(200) + i)
                        .toList())
                .check(request("b".repeat(255), "Origin: http://" + host), false);
        assertThat(refusal.message()).hasSizeLessThan(1000).contains("http://" + "a".repeat(113) + "... is not");
        assertThat(refusal.message()).contains("b".repeat(120) + "...").endsWith(", and 5 more.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "*", "null", "example.com", "https://*.example.com", "https://example.com/", "https://"})
    void badEntriesAreFaultsOfTheCaller(String entry) {
        List<String> entries = List.of("http://a", entry);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OriginPolicy.sameOriginOr(entries))
                .withMessageEndingWith("this is \"" + entry + "\"");
    }

    private static RequestHead request(String host, String... lines) {
        return Heads.parsed(
                Heads.handshake().replace("Host: " + host).with(lines).bytes());
    }
}
