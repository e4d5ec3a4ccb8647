package dev.gibbon.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.testkit.Hex;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT, byte by byte. */
class HttpTunnelTest {
    private static final String END = "\r\n\r\n";

    private static HttpTunnel tunnel(@Nullable ProxyCredentials credentials) {
        return new HttpTunnel(new ProxyServer(ProxyServer.Kind.HTTP, "proxy", 3128, credentials), "example.com", 443);
    }

    private static Transcript answer(String head) {
        return Transcript.of(() -> tunnel(null), head.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(String hex) {
        return new String(Hex.bytes(hex), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK",
                "HTTP/1.0 200 Connection established",
                "HTTP/1.1 200 OK\r\nContent-Length: 5",
                "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 299 Fine",
            })
    void any2xxOpensAndWhatFollowsIsTheTargets(String head) {
        Transcript end = answer(head + END + "hello");
        assertThat(text(end.sent())).isEqualTo("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n");
        assertThat(end.open()).isTrue();
        assertThat(text(end.left())).isEqualTo("hello");
    }

    @Test
    void credentialsGoWithTheFirstRequest() {
        byte[] request = tunnel(new ProxyCredentials("Aladdin", "open sesame")).request();
        // The example of RFC 7617, 2.
        assertThat(new String(request, StandardCharsets.US_ASCII))
                .contains("\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n");
    }

    @ParameterizedTest
    @CsvSource({"::1, [::1]:80", "192.0.2.1, 192.0.2.1:80"})
    void asksForAnAddress(String host, String target) {
        byte[] request =
                new HttpTunnel(new ProxyServer(ProxyServer.Kind.HTTP, "proxy", 3128, null), host, 80).request();
        assertThat(new String(request, StandardCharsets.US_ASCII))
                .isEqualTo("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + END);
    }

    @Test
    void aRefusalTellsStatusAndBody() {
        Transcript end = answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 9" + END + "go\raway\u001b!");
        assertThat(end.failure())
                .hasMessage(
                        "the proxy http://proxy:3128 opened no tunnel to example.com:443: it answered 403 Forbidden:"
                                + " go away?!");
        assertThat(end.failure().statusCode()).isEqualTo(403);
        assertThat(end.failure().body()).isEqualTo("go\raway\u001b!".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aRefusalWithoutBody() {
        Transcript end = answer("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0" + END);
        assertThat(end.failure()).hasMessageEndingWith("it answered 502 Bad Gateway");
        assertThat(end.failure().body()).isEmpty();
    }

    @Test
    void theBodyOfARefusalLastsUntilTheEnd() {
        Transcript end = answer("HTTP/1.0 503 Busy" + END + "later");
        assertThat(end.failure()).hasMessageEndingWith("it answered 503 Busy: later");
    }

    @Test
    void aChunkedBodyOfARefusal() {
        Transcript end =
                answer("HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked" + END + "3\r\nlat\r\n2\r\ner\r\n0\r\n\r\n");
        assertThat(end.failure()).hasMessageEndingWith("it answered 503 Busy: later");
    }

    @Test
    void anEndlessBodyIsCut() {
        Transcript end = answer("HTTP/1.1 403 No" + END + "x".repeat(100_000));
        assertThat(end.failure().body()).hasSize(8192);
        assertThat(end.failure().getMessage().length()).isLessThan(400);
    }

    @Test
    void aChallengeWithoutCredentialsNamesTheSchemes() {
        Transcript end =
                answer("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\n"
                        + "Proxy-Authenticate: Negotiate\r\nContent-Length: 0" + END);
        assertThat(end.failure())
                .hasMessageEndingWith("it answered 407 Proxy Authentication Required, and no credentials were given; it"
                        + " asks for: Basic realm=\"p\", Negotiate");
        assertThat(end.failure().statusCode()).isEqualTo(407);
    }

    @Test
    void refusedCredentialsAreNotRepeated() {
        Transcript end = Transcript.of(
                () -> tunnel(new ProxyCredentials("me", "s3cret")),
                ("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0" + END)
                        .getBytes(StandardCharsets.US_ASCII));
        assertThat(end.failure())
                .hasMessageContaining("so it takes other credentials")
                .hasMessageNotContaining("s3cret")
                .hasMessageNotContaining("bWU6czNjcmV0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200 OK" + END,
                "HTTP/1.1 0200 OK" + END,
                "HTTP/1.1 20 OK" + END,
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 200 OK\r\nbad field" + END,
                "HTTP/1.1 200 OK\r\n : x" + END,
                "\u0005\u0000",
            })
    void whatIsNoResponseIsNoTunnel(String answer) {
        Transcript end = answer(answer);
        assertThat(end.open()).isFalse();
        assertThat(end.failure().statusCode()).isZero();
    }

    @Test
    void anEndlessHeadIsCut() {
        Transcript end = answer("HTTP/1.1 200 OK\r\n" + ("X: " + "y".repeat(1000) + "\r\n").repeat(100));
        assertThat(end.failure()).hasMessageContaining("its answer is no HTTP response");
    }

    @Test
    void anEndWithinTheAnswer() {
        assertThat(answer("HTTP/1.1 200 OK\r\n").failure())
                .hasMessageEndingWith("it ended the connection within its answer");
        assertThat(tunnel(null).ended()).hasMessageEndingWith("it ended the connection without its answer");
    }
}
