package dev.gibbon.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.tls.TlsFixture.Setup;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestCertificates.Issued;
import dev.gibbon.testkit.tls.TestContexts;
import java.lang.reflect.Method;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a client talks to: nobody whose certificate is not right in every respect. */
class ClientTlsTest {
    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final SSLContext TRUSTING = TestContexts.trusting(AUTHORITY.root());

    private static TlsFixture connect(SSLContext client, SSLParameters parameters, String host, Issued server) {
        SSLEngine theirs = TestContexts.of(server, AUTHORITY.root()).createSSLEngine();
        theirs.setUseClientMode(false);
        SSLEngine ours = new ClientTls(client, parameters).engine(host, 443);
        return new TlsFixture(Setup.of(false, "TLSv1.3"), ours, theirs).settle();
    }

    private static void accepts(SSLContext client, String host, Issued server) {
        try (TlsFixture tls = connect(client, null, host, server)) {
            assertThat(tls.failure).isNull();
            assertThat(tls.events).contains("secured");
            tls.write(new byte[] {1, 2, 3});
            tls.settle();
            assertThat(tls.peer.received()).containsExactly(1, 2, 3);
        }
    }

    private static void refuses(SSLContext client, SSLParameters parameters, String host, Issued server) {
        try (TlsFixture tls = connect(client, parameters, host, server)) {
            tls.write(new byte[] {1, 2, 3});
            tls.settle();
            assertThat(tls.failure).isInstanceOf(SSLException.class);
            assertThat(tls.handshakeFailure).isNotNull();
            assertThat(tls.peer.received()).as("nothing was said").isEmpty();
            assertThat(tls.peer.failure()).as("an alert").isNotNull();
        }
    }

    @ParameterizedTest
    @DisplayName("K-60: a right chain and a right name, or address")
    @ValueSource(strings = {"localhost", "example.test", "example.test.", "a.example.test", "127.0.0.1", "::1"})
    void acceptsTheRightOne(String host) {
        accepts(TRUSTING, host, AUTHORITY.issue("localhost", "example.test", "*.example.test", "127.0.0.1", "::1"));
        accepts(
                TRUSTING,
                host,
                AUTHORITY.issueThroughIntermediate("localhost", "*.example.test", "example.test", "127.0.0.1", "::1"));
    }

    @ParameterizedTest
    @DisplayName("K-61: a right chain and a wrong name, or address")
    @ValueSource(strings = {"example.org", "xlocalhost", "b.a.example.test", "127.0.0.2", "::2"})
    void refusesAnotherName(String host) {
        refuses(TRUSTING, null, host, AUTHORITY.issue("localhost", "*.example.test", "127.0.0.1", "::1"));
    }

    @Test
    @DisplayName("K-62: expired")
    void refusesWhatHasExpired() {
        refuses(TRUSTING, null, "localhost", AUTHORITY.issueExpired("localhost"));
    }

    @Test
    @DisplayName("K-63: self-signed, or of an unknown authority")
    void refusesStrangers() {
        refuses(TRUSTING, null, "localhost", TestCertificates.selfSigned("localhost"));
        refuses(TRUSTING, null, "localhost", TestCertificates.authority().issue("localhost"));
        refuses(null, null, "localhost", AUTHORITY.issue("localhost"));
    }

    @Test
    void acceptsASelfSignedOneThatIsTrusted() {
        Issued own = TestCertificates.selfSigned("localhost");
        accepts(TestContexts.trusting(own.certificate()), "localhost", own);
        refuses(TestContexts.trusting(own.certificate()), null, "example.org", own);
    }

    @Test
    @DisplayName("K-61: the name is compared whatever the parameters say")
    void parametersCannotSwitchTheNameOff() {
        SSLParameters parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm(null);
        refuses(TRUSTING, parameters, "example.org", AUTHORITY.issue("localhost"));
        parameters.setEndpointIdentificationAlgorithm("");
        refuses(TRUSTING, parameters, "example.org", AUTHORITY.issue("localhost"));
    }

    @Test
    @DisplayName("K-61: the name is compared with a plain X509TrustManager too, even one that trusts everybody")
    void plainTrustManagersDoNotSwitchTheNameOff() throws GeneralSecurityException {
        X509TrustManager everybody = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {everybody}, null);
        accepts(context, "localhost", AUTHORITY.issue("localhost"));
        refuses(context, null, "example.org", AUTHORITY.issue("localhost"));
    }

    @Test
    void heedsGivenProtocols() {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.2"});
        try (TlsFixture tls = connect(TRUSTING, parameters, "localhost", AUTHORITY.issue("localhost"))) {
            assertThat(tls.link.tlsSession().getProtocol()).isEqualTo("TLSv1.2");
        }
        SSLEngine engine = new ClientTls(TRUSTING, null).engine("localhost", 1);
        assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_20)
    @DisplayName("parameters that only newer JDKs have, such as the groups of a key exchange, are not lost")
    void heedsWhateverIsGiven() throws Exception {
        Method setGroups = SSLParameters.class.getMethod("setNamedGroups", String[].class);
        SSLParameters parameters = new SSLParameters();
        setGroups.invoke(parameters, (Object) new String[] {"secp384r1"});
        SSLEngine engine = new ClientTls(TRUSTING, parameters).engine("localhost", 1);
        Method groups = SSLParameters.class.getMethod("getNamedGroups");
        assertThat((String[]) groups.invoke(engine.getSSLParameters())).containsExactly("secp384r1");
        assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(engine.getEnabledCipherSuites()).isNotEmpty();
    }

    @Test
    @DisplayName("SNI (RFC 6066, 3): the name, without a dot at its end; never an address")
    void saysWhomItWants() {
        Issued everybody = AUTHORITY.issue("localhost", "example.test", "127.0.0.1", "::1");
        for (String host : List.of("localhost", "example.test")) {
            try (TlsFixture tls = connect(TRUSTING, null, host, everybody)) {
                assertThat(asked(tls)).containsExactly(host);
            }
        }
        for (String host : List.of("127.0.0.1", "::1")) {
            try (TlsFixture tls = connect(TRUSTING, null, host, everybody)) {
                assertThat(tls.failure).isNull();
                assertThat(asked(tls)).isEmpty();
            }
        }
        SSLEngine engine = new ClientTls(TRUSTING, null).engine("example.test.", 443);
        assertThat(engine.getSSLParameters().getServerNames()).containsExactly(new SNIHostName("example.test"));
    }

    private static List<String> asked(TlsFixture tls) {
        return ((ExtendedSSLSession) tls.peer.engine().getSession())
                .getRequestedServerNames().stream()
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .toList();
    }
}
