package dev.gibbon.internal.tls;

import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What is set on every engine of a server.
 *
 * @param protocols such as TLSv1.3
 * @param cipherSuites in order of preference; none for the JDK's choice
 * @param clientCertificatesWanted whether the peer is asked for a certificate
 * @param clientCertificatesNeeded whether it must have one
 */
public record EngineParameters(
        List<String> protocols,
        List<String> cipherSuites,
        boolean clientCertificatesWanted,
        boolean clientCertificatesNeeded) {
    /** What is spoken unless somebody says otherwise; older ones are broken (RFC 8996). */
    public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    /** RFC 7301: what is spoken inside TLS. A WebSocket begins with an HTTP/1.1 request (RFC 6455, 4.1). */
    static final String ALPN = "http/1.1";

    void apply(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(protocols.toArray(String[]::new));
        if (!cipherSuites.isEmpty()) {
            parameters.setCipherSuites(cipherSuites.toArray(String[]::new));
        }
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(new String[] {ALPN});
        if (clientCertificatesNeeded) {
            parameters.setNeedClientAuth(true);
        } else {
            parameters.setWantClientAuth(clientCertificatesWanted);
        }
        engine.setSSLParameters(parameters);
    }

    /** Of these, those that an engine knows. */
    static String[] known(List<String> wanted, String[] supported) {
        List<String> all = Arrays.asList(supported);
        return wanted.stream().filter(all::contains).toArray(String[]::new);
    }
}
