package dev.gibbon.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPolicyTest {

    private static final HostPolicy POLICY = HostPolicy.only(List.of("localhost", "chat.example:8443", "[::1]"));

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8080", "localhost:1", "Chat.Example:8443", "[::1]", "[::1]:9000"})
    void aHostOfTheListIsAllowed(String host) {
        assertThat(POLICY.check(request(host))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8080",
                "chat.example",
                "chat.example:8080",
                "localhost.evil.example",
                "evil-localhost",
                "127.0.0.1",
                "[::2]"
            })
    void anotherOneIsMisdirected(String host) {
        Refusal refusal = POLICY.check(request(host));
        assertThat(refusal).isNotNull();
        assertThat(refusal.status()).isEqualTo(421);
        assertThat(refusal.message()).doesNotContain("evil");
    }

    @Test
    void aRequestThatNamesNoHostIsMisdirected() {
        RequestHead head = Heads.parsed(Heads.head("GET / HTTP/1.0"));
        assertThat(POLICY.check(head)).isNotNull();
        assertThat(HostPolicy.anyHost().check(head)).isNull();
    }

    @Test
    void anyHostIsTheDefault() {
        assertThat(HostPolicy.anyHost().check(request("evil.example"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "*", "*.example.com", "http://localhost", "a b", "localhost:", "localhost:99999", "::1"})
    void whatIsNoHostIsAMistake(String host) {
        List<String> hosts = List.of("localhost", host);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPolicy.only(hosts))
                .withMessageContaining("\"" + host + "\"");
    }

    @Test
    void anEmptyListIsAMistake() {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPolicy.only(List.of()));
    }

    private static RequestHead request(String host) {
        return Heads.parsed(Heads.head("GET / HTTP/1.1", "Host: " + host));
    }
}
