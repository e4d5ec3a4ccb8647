package dev.gibbon.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which proxy leads to whom. */
class ProxyChoiceTest {
    private static final DialTarget WS = new DialTarget(false, "example.com", 80, null);
    private static final DialTarget WSS = new DialTarget(true, "example.com", 8443, null);

    private static String environment(DialTarget target, String... variables) {
        return EnvironmentProxies.of(map(variables), null).choose(target).toString();
    }

    private static Map<String, String> map(String... variables) {
        Map<String, String> map = new java.util.HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            map.put(variables[i], variables[i + 1]);
        }
        return map;
    }

    @Test
    void wssGoesByHttpsProxyThenAllProxy() {
        assertThat(environment(WSS, "HTTPS_PROXY", "http://s:1", "ALL_PROXY", "socks5://a", "HTTP_PROXY", "h"))
                .isEqualTo("[http://s:1]");
        assertThat(environment(WSS, "ALL_PROXY", "socks5://a", "HTTP_PROXY", "h"))
                .isEqualTo("[socks5://a:1080]");
        assertThat(environment(WSS, "HTTP_PROXY", "h")).isEqualTo("[no proxy]");
    }

    @Test
    void wsGoesByHttpProxyThenAllProxy() {
        assertThat(environment(WS, "HTTPS_PROXY", "http://s:1", "ALL_PROXY", "socks5://a", "HTTP_PROXY", "h"))
                .isEqualTo("[http://h:80]");
        assertThat(environment(WS, "ALL_PROXY", "socks5h://a")).isEqualTo("[socks5h://a:1080]");
        assertThat(environment(WS, "HTTPS_PROXY", "s")).isEqualTo("[no proxy]");
        assertThat(environment(WS)).isEqualTo("[no proxy]");
    }

    @Test
    void lowerCaseWinsAndEmptyIsNone() {
        assertThat(environment(WSS, "HTTPS_PROXY", "upper", "https_proxy", "lower"))
                .isEqualTo("[http://lower:80]");
        assertThat(environment(WSS, "HTTPS_PROXY", "upper", "https_proxy", " ")).isEqualTo("[http://upper:80]");
        assertThat(environment(WSS, "HTTPS_PROXY", "", "ALL_PROXY", "all")).isEqualTo("[http://all:80]");
    }

    @Test
    void noProxyExempts() {
        assertThat(environment(WSS, "HTTPS_PROXY", "p", "NO_PROXY", "localhost,.example.com"))
                .isEqualTo("[no proxy]");
        assertThat(environment(WSS, "HTTPS_PROXY", "p", "no_proxy", "example.com:80"))
                .isEqualTo("[http://p:80]");
    }

    @Test
    void aVariableThatIsNoProxyIsAnErrorThatNamesIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> environment(WSS, "https_proxy", "socks4://u:s3cret@p"))
                .withMessageContaining("https_proxy")
                .withMessageContaining("socks4")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> environment(WSS, "ALL_PROXY", "p:x"))
                .withMessageContaining("ALL_PROXY");
    }

    @Test
    void aRequestToACgiProgramDoesNotChooseTheProxy() {
        assertThat(environment(WS, "HTTP_PROXY", "evil", "REQUEST_METHOD", "GET"))
                .isEqualTo("[no proxy]");
        assertThat(environment(WS, "http_proxy", "good", "REQUEST_METHOD", "GET"))
                .isEqualTo("[http://good:80]");
    }

    @Test
    void aFixedProxyHasExceptions() {
        FixedProxy proxy = FixedProxy.of(ProxyServer.parse("socks5h://p"), "localhost, 10.0.0.0/8");
        assertThat(proxy.choose(WS)).hasToString("[socks5h://p:1080]");
        assertThat(proxy.choose(new DialTarget(true, "10.1.1.1", 443, null))).containsExactly(ProxyServer.DIRECT);
    }

    /** Answers always the same. */
    private static final class Fixed extends ProxySelector {
        private final @Nullable List<Proxy> answer;
        private final List<String> heard = new ArrayList<>();

        Fixed(@Nullable List<Proxy> answer) {
            this.answer = answer;
        }

        @Override
        @SuppressWarnings("NullAway") // A selector may break its contract.
        public List<Proxy> select(URI uri) {
            heard.add(uri.toString());
            return answer;
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException cause) {
            heard.add("failed " + uri + " " + address + " " + cause.getMessage());
        }
    }

    private static Proxy proxy(Proxy.Type type) {
        return new Proxy(type, InetSocketAddress.createUnresolved("p", 9));
    }

    @Test
    void aSelectorIsAskedAsForHttp() throws IOException {
        Fixed selector = new Fixed(List.of(proxy(Proxy.Type.HTTP), proxy(Proxy.Type.SOCKS), Proxy.NO_PROXY));
        SelectedProxies choice = new SelectedProxies(selector, new ProxyCredentials("u", "p"));
        assertThat(choice.mayWait()).isTrue();
        List<ProxyServer> chosen = choice.choose(WSS);
        assertThat(chosen).hasToString("[http://p:9, socks5h://p:9, no proxy]");
        assertThat(chosen.get(0).credentials()).isNotNull();
        assertThat(chosen.get(2).credentials()).isNull();
        choice.choose(WS);
        choice.choose(new DialTarget(true, "::1", 443, null));
        choice.unreachable(WSS, chosen.get(0), new IOException("why"));
        assertThat(selector.heard)
                .containsExactly(
                        "https://example.com:8443/",
                        "http://example.com:80/",
                        "https://[::1]:443/",
                        "failed https://example.com:8443/ p/<unresolved>:9 why");
    }

    @Test
    void whatASelectorMayNotSayIsAnError() {
        assertThatThrownBy(() -> new SelectedProxies(new Fixed(List.of()), null).choose(WS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing");
        assertThatThrownBy(() -> new SelectedProxies(new Fixed(null), null).choose(WS))
                .isInstanceOf(IOException.class);
        ProxySelector throwing = new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                throw new IllegalStateException("broken");
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException cause) {}
        };
        assertThatThrownBy(() -> new SelectedProxies(throwing, null).choose(WS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken");
    }
}
