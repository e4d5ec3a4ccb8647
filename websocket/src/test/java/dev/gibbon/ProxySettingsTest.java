package dev.gibbon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.internal.client.DialSettings;
import dev.gibbon.internal.client.DialTarget;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxySettingsTest {
    private static final DialTarget TARGET = new DialTarget(true, "example.com", 443, null);

    private static String chosen(ProxySettings settings) throws IOException {
        return settings.choice().choose(TARGET).toString();
    }

    @Test
    void noneByDefault() throws IOException {
        assertThat(chosen(ProxySettings.none())).isEqualTo("[no proxy]");
        assertThat(ProxySettings.none()).hasToString("ProxySettings[none]");
        assertThat(ProxySettings.none().credentials("u", "p").choice().choose(TARGET))
                .hasToString("[no proxy]");
    }

    @Test
    void oneProxyWithExceptionsAndCredentials() throws IOException {
        ProxySettings proxy = ProxySettings.of(URI.create("socks5h://me:s3cret@p:9"));
        assertThat(chosen(proxy)).isEqualTo("[socks5h://p:9]");
        assertThat(proxy).hasToString("ProxySettings[socks5h://p:9]");
        assertThat(chosen(proxy.except(".com"))).isEqualTo("[no proxy]");
        assertThat(proxy.except("a, b")).hasToString("ProxySettings[socks5h://p:9 except a, b]");
        var own = proxy.credentials("other", "x").choice().choose(TARGET).get(0).credentials();
        assertThat(own.user()).as("those of the URI stay").isEqualTo("me");
        var given = ProxySettings.of("http://p")
                .credentials("other", "x")
                .choice()
                .choose(TARGET)
                .get(0);
        assertThat(given.credentials().user()).isEqualTo("other");
    }

    @Test
    void whatIsWrongIsToldAtOnceAndWithoutCredentials() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxySettings.of("socks4://me:s3cret@p"))
                .withMessageContaining("socks4")
                .withMessageNotContaining("s3cret");
        assertThatIllegalArgumentException().isThrownBy(() -> ProxySettings.of("http://p:0"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxySettings.environment(Map.of("HTTPS_PROXY", "quic://me:s3cret@p")))
                .withMessageContaining("HTTPS_PROXY")
                .withMessageNotContaining("s3cret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxySettings.of("socks5://p").credentials("", "p"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxySettings.of("http://p").credentials("s3:cret", "s3cret"))
                .withMessageNotContaining("s3");
    }

    @Test
    void exceptionsAreForOneProxy() {
        assertThatIllegalStateException().isThrownBy(() -> ProxySettings.none().except("*"));
        assertThatIllegalStateException()
                .isThrownBy(() -> ProxySettings.system().except("*"));
    }

    @Test
    void theEnvironmentAsItWas() throws IOException {
        Map<String, String> variables = new java.util.HashMap<>(Map.of("ALL_PROXY", "socks5://me:s3cret@p"));
        ProxySettings settings = ProxySettings.environment(variables);
        variables.clear();
        assertThat(chosen(settings)).isEqualTo("[socks5://p:1080]");
        assertThat(settings).hasToString("ProxySettings[environment]");
        // As this process has it: whatever it is, it can be read or is told.
        try {
            assertThat(chosen(ProxySettings.environment())).isNotEmpty();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("environment variable");
        }
    }

    @Test
    void theSystemsSelectorReadsItsProperties() throws IOException {
        Map<String, String> properties = Map.of("https.proxyHost", "p", "https.proxyPort", "3128");
        ProxySelector before = ProxySelector.getDefault();
        try {
            properties.forEach(System::setProperty);
            assertThat(chosen(ProxySettings.system().credentials("u", "p"))).isEqualTo("[http://p:3128]");
            System.clearProperty("https.proxyHost");
            System.setProperty("socksProxyHost", "s");
            assertThat(chosen(ProxySettings.system())).isEqualTo("[socks5h://s:1080]");
            System.setProperty("socksProxyVersion", "4");
            assertThatThrownBy(() -> chosen(ProxySettings.system()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("SOCKS 4");
            ProxySelector.setDefault(null);
            assertThat(chosen(ProxySettings.system())).isEqualTo("[no proxy]");
        } finally {
            ProxySelector.setDefault(before);
            properties.keySet().forEach(System::clearProperty);
            System.clearProperty("socksProxyHost");
            System.clearProperty("socksProxyVersion");
        }
    }

    @Test
    void onlyWhereAProxySpeaksTlsIsThereAContext() {
        assertThat(ProxySettings.none().security()).isSameAs(DialSettings.NO_TLS);
        assertThat(ProxySettings.of("socks5://p").security()).isSameAs(DialSettings.NO_TLS);
        assertThat(ProxySettings.of("https://p").security()).isNotSameAs(DialSettings.NO_TLS);
        assertThat(ProxySettings.environment(Map.of("HTTPS_PROXY", "https://p")).security())
                .isNotSameAs(DialSettings.NO_TLS);
    }
}
