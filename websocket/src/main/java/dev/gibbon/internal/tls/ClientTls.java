package dev.gibbon.internal.tls;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Makes a client's engines, which always verify that the certificate is the host's they were told (RFC 2818, 3.1). For any
 * thread; made off the loops, because the JDK's own context reads files.
 */
public final class ClientTls {
    private final SSLContext context;
    private final @Nullable SSLParameters parameters;

    /**
     * Takes the settings.
     *
     * @param context null for the JDK's default
     * @param parameters null for defaults; copied for each engine
     */
    public ClientTls(@Nullable SSLContext context, @Nullable SSLParameters parameters) {
        this.context = context != null ? context : defaultContext();
        this.parameters = parameters;
    }

    private static SSLContext defaultContext() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK has no default TLS context", e);
        }
    }

    /**
     * An engine for one connection.
     *
     * @param host name or address as the user wrote it, an IPv6 address without brackets; its certificate must name it
     * @param port makes sessions of other ports not be resumed
     */
    public SSLEngine engine(String host, int port) {
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters given = parameters;
        if (given != null) {
            // All of it, also what newer JDKs have added; null stands for the engine's own.
            engine.setSSLParameters(given);
        }
        SSLParameters settings = engine.getSSLParameters();
        if (given == null || given.getProtocols() == null) {
            settings.setProtocols(EngineParameters.known(EngineParameters.PROTOCOLS, engine.getSupportedProtocols()));
        }
        // Whatever was given: without it anybody with any valid certificate could answer. JDK managers, and those that
        // know
        // no engines and are wrapped by the JDK, obey it; only an X509ExtendedTrustManager can decide otherwise.
        settings.setEndpointIdentificationAlgorithm("HTTPS");
        if (settings.getServerNames() == null || settings.getServerNames().isEmpty()) {
            serverName(settings, host);
        }
        settings.setApplicationProtocols(new String[] {EngineParameters.ALPN});
        engine.setSSLParameters(settings);
        return engine;
    }

    /** RFC 6066, 3: a name, and never an address. */
    private static void serverName(SSLParameters settings, String host) {
        if (isAddress(host)) {
            return;
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        try {
            settings.setServerNames(List.of(new SNIHostName(name)));
        } catch (IllegalArgumentException e) {
            // A name that SNI cannot say; the certificate is compared with it all the same.
            settings.setServerNames(List.of());
        }
    }

    private static boolean isAddress(String host) {
        if (host.indexOf(':') >= 0) {
            return true;
        }
        // A host whose last label is a number is an IPv4 address (as in the URL standard): no such name exists.
        String last = host.substring(host.lastIndexOf('.') + 1);
        return !last.isEmpty() && last.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
