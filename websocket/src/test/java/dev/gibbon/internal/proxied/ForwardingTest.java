package dev.gibbon.internal.proxied;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.protocol.handshake.HeaderFields;
import dev.gibbon.protocol.handshake.RequestHeadParser;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who the client is: only what trusted proxies wrote counts. The proxies of these tests are 10.0.0.0/8 and fd00::/8. */
class ForwardingTest {
    private static final TrustedAddresses PROXIES = TrustedAddresses.parse("10.0.0.0/8", "fd00::/8", "unix:");
    private static final Forwarding X = new Forwarding(PROXIES, Forwarding.Form.X_FORWARDED);
    private static final Forwarding STANDARD = new Forwarding(PROXIES, Forwarding.Form.FORWARDED);
    private static final SocketAddress PROXY = at("10.0.0.1", 5000);

    private static SocketAddress at(String address, int port) {
        return new InetSocketAddress(Objects.requireNonNull(IpLiteral.parse(address)), port);
    }

    private static HeaderFields fields(String... lines) {
        StringBuilder head = new StringBuilder("GET / HTTP/1.1\r\nHost: inner\r\n");
        for (String line : lines) {
            head.append(line).append("\r\n");
        }
        RequestHeadParser parser = new RequestHeadParser();
        assertThat(parser.parse(ByteBuffer.wrap(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1))))
                .isEqualTo(RequestHeadParser.Result.COMPLETE);
        return parser.head().fields();
    }

    private static SocketAddress xForwardedFor(String... values) {
        String[] lines = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            lines[i] = "X-Forwarded-For: " + values[i];
        }
        return Objects.requireNonNull(X.client(PROXY, false, fields(lines))).address();
    }

    // ---- who is believed

    @Test
    void nobodyElseIsBelieved() {
        SocketAddress stranger = at("192.0.2.9", 1234);
        HeaderFields fields = fields(
                "X-Forwarded-For: 198.51.100.1",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: victim",
                "Forwarded: for=198.51.100.1;proto=https;host=victim");

        assertThat(X.client(stranger, false, fields)).isEqualTo(new Client(stranger, false, null));
        assertThat(STANDARD.client(stranger, true, fields)).isEqualTo(new Client(stranger, true, null));
        assertThat(Forwarding.NONE.client(PROXY, false, fields)).isEqualTo(new Client(PROXY, false, null));
        assertThat(STANDARD.client(stranger, false, fields("Forwarded: \"broken")))
                .isNotNull();
    }

    @Test
    void theOtherFormIsNotRead() {
        HeaderFields standard = fields("Forwarded: for=198.51.100.1;proto=https;host=victim");
        HeaderFields x =
                fields("X-Forwarded-For: 198.51.100.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: victim");

        assertThat(X.client(PROXY, false, standard)).isEqualTo(new Client(PROXY, false, null));
        assertThat(STANDARD.client(PROXY, false, x)).isEqualTo(new Client(PROXY, false, null));
    }

    @Test
    void aProxyOnAUnixDomainSocketIsBelieved() {
        Client client = X.client(UnixDomainSocketAddress.of(""), false, fields("X-Forwarded-For: 192.0.2.1"));

        assertThat(client).isEqualTo(new Client(at("192.0.2.1", 0), false, null));
    }

    @Test
    void aProxyThatSaysNothingIsTheClient() {
        assertThat(X.client(PROXY, false, fields())).isEqualTo(new Client(PROXY, false, null));
        assertThat(STANDARD.client(PROXY, true, fields())).isEqualTo(new Client(PROXY, true, null));
    }

    // ---- X-Forwarded-For

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, 0",
        "192.0.2.1:4711, 192.0.2.1, 4711",
        "2001:db8::1, 2001:db8::1, 0",
        "[2001:db8::1], 2001:db8::1, 0",
        "[2001:db8::1]:4711, 2001:db8::1, 4711",
        "::ffff:192.0.2.1, 192.0.2.1, 0",
        "192.0.2.1:0, 192.0.2.1, 0",
        "192.0.2.1:65535, 192.0.2.1, 65535"
    })
    void theAddressOfTheClient(String text, String address, int port) {
        assertThat(xForwardedFor(text)).isEqualTo(at(address, port));
    }

    @Test
    void theLastThatIsNotTrustedIsTheClient() {
        assertThat(xForwardedFor("203.0.113.66, 192.0.2.1")).isEqualTo(at("192.0.2.1", 0));
        assertThat(xForwardedFor("203.0.113.66, 192.0.2.1, 10.0.0.7")).isEqualTo(at("192.0.2.1", 0));
        assertThat(xForwardedFor("10.6.6.6, 192.0.2.1, 10.0.0.7, fd00::1")).isEqualTo(at("192.0.2.1", 0));
        assertThat(xForwardedFor("203.0.113.66", "192.0.2.1")).isEqualTo(at("192.0.2.1", 0));
        assertThat(xForwardedFor("192.0.2.1", "10.0.0.7,10.0.0.8")).isEqualTo(at("192.0.2.1", 0));
    }

    @Test
    void ifAllAreTrustedTheFirstIsTheClient() {
        assertThat(xForwardedFor("10.1.1.1, 10.0.0.7")).isEqualTo(at("10.1.1.1", 0));
    }

    @Test
    void emptyElementsCountForNothing() {
        assertThat(xForwardedFor(",, 192.0.2.1 ,\t,")).isEqualTo(at("192.0.2.1", 0));
        assertThat(xForwardedFor("")).isEqualTo(PROXY);
        assertThat(xForwardedFor(",")).isEqualTo(PROXY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown",
                "localhost",
                "unix:",
                "192.0.2",
                "192.0.2.1:",
                "192.0.2.1:65536",
                "192.0.2.1:x",
                "192.0.2.01",
                "[192.0.2.1]",
                "[2001:db8::1",
                "[]",
                "[]:80",
                "[2001:db8::1]80",
                "[2001:db8::1]:",
                "2001:db8::1]:80",
                ":80",
                "\"192.0.2.1\"",
                "192.0.2.1 10.0.0.1",
                "<script>"
            })
    void whatIsNoAddressLeavesTheOneThatToldIt(String text) {
        assertThat(xForwardedFor(text)).isEqualTo(PROXY);
        assertThat(xForwardedFor("192.0.2.66, " + text + ", 10.0.0.7")).isEqualTo(at("10.0.0.7", 0));
    }

    // ---- X-Forwarded-Proto and X-Forwarded-Host

    @ParameterizedTest
    @CsvSource({
        "https, false, true",
        "HTTPS, false, true",
        "wss, false, true",
        "http, true, false",
        "ws, true, false",
        "http, false, false",
        "gopher, false, false",
        "gopher, true, true",
        "httpsx, false, false"
    })
    void theScheme(String scheme, boolean linkSecure, boolean expected) {
        assertThat(X.client(PROXY, linkSecure, fields("X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: " + scheme)))
                .isEqualTo(new Client(at("192.0.2.1", 0), expected, null));
    }

    @Test
    void withoutASchemeTheLinkDecides() {
        assertThat(X.client(PROXY, true, fields("X-Forwarded-For: 192.0.2.1")))
                .isEqualTo(new Client(at("192.0.2.1", 0), true, null));
    }

    @Test
    void whatAProxyAddsToAListIsWhatCounts() {
        // One proxy is believed: what stands before its own word is the client's.
        Client one = X.client(
                PROXY,
                false,
                fields(
                        "X-Forwarded-For: 203.0.113.66, 192.0.2.1",
                        "X-Forwarded-Proto: https, http",
                        "X-Forwarded-Host: victim, shown"));
        assertThat(one).isEqualTo(new Client(at("192.0.2.1", 0), false, "shown"));
        // Two are: the first of them knows what the client used.
        Client two = X.client(
                PROXY,
                false,
                fields(
                        "X-Forwarded-For: 203.0.113.66, 192.0.2.1, 10.0.0.7",
                        "X-Forwarded-Proto: http, https, http",
                        "X-Forwarded-Host: victim, shown",
                        "X-Forwarded-Host: inner"));
        assertThat(two).isEqualTo(new Client(at("192.0.2.1", 0), true, "shown"));
        // Two are, and the nearer one passes on, or replaces, what the other wrote.
        Client replaced = X.client(
                PROXY,
                false,
                fields("X-Forwarded-For: 192.0.2.1, 10.0.0.7", "X-Forwarded-Proto: https", "X-Forwarded-Host: shown"));
        assertThat(replaced).isEqualTo(new Client(at("192.0.2.1", 0), true, "shown"));
    }

    // ---- Forwarded

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "for=192.0.2.1|192.0.2.1|0",
                "For=\"192.0.2.1\"|192.0.2.1|0",
                "FOR=\"192.0.2.1:4711\"|192.0.2.1|4711",
                "for=\"[2001:db8::1]\"|2001:db8::1|0",
                "for=\"[2001:db8::1]:4711\"|2001:db8::1|4711",
                "for=\"[2001:db8::1]:_hidden\"|2001:db8::1|0",
                "for=\"192\\.0.2.1\"|192.0.2.1|0",
                "for=192.0.2.66, for=192.0.2.1|192.0.2.1|0",
                "for=192.0.2.66, for=192.0.2.1, for=10.0.0.7|192.0.2.1|0",
                "by=_x;for=192.0.2.1;;ext=\"a,b;c\"|192.0.2.1|0",
                ", for=192.0.2.1 ; proto=http ,|192.0.2.1|0",
                "for=unknown|10.0.0.1|5000",
                "for=_hidden|10.0.0.1|5000",
                "for=\"unknown:80\"|10.0.0.1|5000",
                "for=\"2001:db8::1\"|10.0.0.1|5000",
                "proto=https|10.0.0.1|5000",
                "for=192.0.2.66, proto=https|10.0.0.1|5000",
                "for=\"\"|10.0.0.1|5000",
                "''|10.0.0.1|5000"
            })
    void forwarded(String value, String address, int port) {
        Client client = STANDARD.client(PROXY, false, fields("Forwarded: " + value.replace("''", "")));

        assertThat(client).isNotNull();
        assertThat(client.address()).isEqualTo(at(address, port));
    }

    @Test
    void theFarthestThatIsBelievedTellsSchemeAndHost() {
        Client client = STANDARD.client(
                PROXY,
                false,
                fields(
                        "Forwarded: for=203.0.113.66;proto=http;host=victim",
                        "Forwarded: for=192.0.2.1;proto=https;host=\"shown:8443\", for=10.0.0.7;proto=http;host=inner"));

        assertThat(client).isEqualTo(new Client(at("192.0.2.1", 0), true, "shown:8443"));
        assertThat(STANDARD.client(PROXY, true, fields("Forwarded: for=192.0.2.1")))
                .isEqualTo(new Client(at("192.0.2.1", 0), true, null));
        assertThat(STANDARD.client(PROXY, false, fields("Forwarded: for=unknown;proto=https;host=shown")))
                .isEqualTo(new Client(PROXY, true, "shown"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1",
                "for",
                "for=",
                "=192.0.2.1",
                "for =192.0.2.1",
                "for= 192.0.2.1",
                "for=192.0.2.1:80",
                "for=[2001:db8::1]",
                "for=\"192.0.2.1",
                "for=\"192.0.2.1\\",
                "for=\"192.0.2.1\"x",
                "for=192.0.2.1 for=192.0.2.2",
                "for=192.0.2.1;for=192.0.2.2",
                "for=192.0.2.1;FOR=192.0.2.2",
                "proto=http;proto=https",
                "host=a;host=b",
                "by=a;by=b",
                "for=192.0.2.1;/",
                "f\u00f6r=192.0.2.1"
            })
    void aBrokenFieldIsNotRead(String value) {
        assertThat(STANDARD.client(PROXY, false, fields("Forwarded: " + value))).isNull();
        assertThat(STANDARD.client(PROXY, false, fields("Forwarded: for=192.0.2.1, " + value)))
                .isNull();
        assertThat(STANDARD.client(PROXY, false, fields("Forwarded: for=192.0.2.1", "Forwarded: " + value)))
                .isNull();
    }

    /** A quote that the client opens must not swallow what the proxy adds. */
    @ParameterizedTest
    @ValueSource(strings = {"for=\"", "x=\"", "for=192.0.2.66;x=\"\\", "x=\"\\\""})
    void anOpenQuoteOfTheClientBreaksTheField(String client) {
        for (String added : new String[] {
            ", for=192.0.2.1",
            ", for=\"192.0.2.1:80\"",
            ", for=\"[2001:db8::1]\";by=\"_x\"",
            ", for=192.0.2.1;host=\"\""
        }) {
            assertThat(STANDARD.client(PROXY, false, fields("Forwarded: " + client + added)))
                    .as(client + added)
                    .isNull();
        }
    }
}
