package dev.gibbon;

import dev.gibbon.internal.client.DialSettings;
import dev.gibbon.internal.client.EnvironmentProxies;
import dev.gibbon.internal.client.FixedProxy;
import dev.gibbon.internal.client.ProxyChoice;
import dev.gibbon.internal.client.ProxyCredentials;
import dev.gibbon.internal.client.ProxyServer;
import dev.gibbon.internal.client.SelectedProxies;
import dev.gibbon.internal.tls.ClientTls;
import dev.gibbon.internal.tls.TlsLink;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Through which proxy a client connects: HTTP proxies by CONNECT (RFC 9110, 9.3.6), in clear or over TLS, and SOCKS 5 (RFC 1928), each
 * with user and password if need be. {@code ws} goes through the proxy's tunnel just as {@code wss} does. A proxy that is not
 * supported or cannot be reached is an error, never a direct connection; one that refuses fails with a {@link ProxyException}.
 *
 * <p>Credentials for an HTTP proxy are sent with the first request (Basic, RFC 7617), not only after a 407: to whom they go is known,
 * and a second connection is spared. Over {@code http://} they go in clear. They appear in no message and no log.
 *
 * <p>Immutable; for any thread.
 */
public final class ProxySettings {
    private static final ProxySettings NONE = new ProxySettings(new None(), null, null);

    private final Source source;
    private final @Nullable ProxyCredentials credentials;
    private final @Nullable SSLContext sslContext;

    private ProxySettings(Source source, @Nullable ProxyCredentials credentials, @Nullable SSLContext sslContext) {
        this.source = source;
        this.credentials = credentials;
        this.sslContext = sslContext;
        // So that what is wrong is told here and not when somebody connects.
        source.choice(credentials);
    }

    /**
     * No proxy: the default of a client.
     *
     * @return direct connections
     */
    public static ProxySettings none() {
        return NONE;
    }

    /**
     * One proxy: {@code scheme://[user[:password]@]host[:port]}. The schemes are {@code http} (port 80 if none is given), {@code https}
     * (443), {@code socks5} (1080; the target's name is looked up here) and {@code socks5h} (1080; the proxy looks it up). User and
     * password are percent-encoded.
     *
     * @param uri the proxy
     * @return it for every target
     * @throws IllegalArgumentException if it is none, or of a kind that is not supported
     */
    public static ProxySettings of(String uri) {
        return new ProxySettings(new Explicit(ProxyServer.parse(uri), ""), null, null);
    }

    /**
     * One proxy, as {@link #of(String)}.
     *
     * @param uri the proxy
     * @return it for every target
     * @throws IllegalArgumentException if it is none, or of a kind that is not supported
     */
    public static ProxySettings of(URI uri) {
        return of(uri.toString());
    }

    /**
     * What the process's {@link ProxySelector#getDefault()} says for each attempt; as set up by the JDK it reads {@code https.proxyHost},
     * {@code socksProxyHost} and so on.
     *
     * @return the JDK's proxies
     */
    public static ProxySettings system() {
        return new ProxySettings(new Selector(null), null, null);
    }

    /**
     * What a selector says for each attempt. It is asked about {@code https://host:port/} for {@code wss} and {@code http://host:port/}
     * for {@code ws}, never on an event loop. Its proxies are tried in turn: the next one when one cannot be reached, not when it
     * refuses. Its HTTP proxies are spoken to in clear, its SOCKS proxies are SOCKS 5 and look up the names.
     *
     * @param selector the selector; it is told of proxies that cannot be reached
     * @return its proxies
     */
    public static ProxySettings of(ProxySelector selector) {
        return new ProxySettings(new Selector(selector), null, null);
    }

    /**
     * The proxies of the environment: {@code HTTPS_PROXY} for {@code wss}, {@code HTTP_PROXY} for {@code ws}, {@code ALL_PROXY} for
     * both where that one is not set, and none for whom {@code NO_PROXY} names. The lower-case name of a variable comes first. A value is
     * one of {@link #of(String)}, or without a scheme an {@code http} proxy. {@code HTTP_PROXY} in upper case does not count in a CGI
     * program, where a request sets it.
     *
     * <p>{@code NO_PROXY} has entries between commas or blanks: {@code *}; an IP address or a range of them such as
     * {@code 10.0.0.0/8}; or a domain, with or without a dot or {@code *.} in front, which stands for itself and for all names within it.
     * {@code :port} may follow. No name is looked up for it, and local names count as any other.
     *
     * @return the proxies, as the variables are now
     * @throws IllegalArgumentException if a variable is no proxy that is supported; the message names it
     */
    public static ProxySettings environment() {
        return environment(System.getenv());
    }

    static ProxySettings environment(Map<String, String> variables) {
        return new ProxySettings(new Environment(Map.copyOf(variables)), null, null);
    }

    /**
     * Reaches some targets without the proxy of {@link #of(String)}.
     *
     * @param list as {@code NO_PROXY} of {@link #environment()}
     * @return a copy with this list
     * @throws IllegalStateException if the settings are not of one proxy: a selector or the environment has a list of its own
     */
    public ProxySettings except(String list) {
        if (source instanceof Explicit explicit) {
            return new ProxySettings(new Explicit(explicit.proxy, list), credentials, sslContext);
        }
        throw new IllegalStateException("exceptions are for one proxy: these settings are " + this);
    }

    /**
     * Credentials for a proxy that has none in its URI, as those of a selector.
     *
     * @param user for HTTP without a colon, for SOCKS 1 to 255 bytes of UTF-8
     * @param password for SOCKS 1 to 255 bytes of UTF-8
     * @return a copy with them
     * @throws IllegalArgumentException if they cannot be sent to such a proxy
     */
    public ProxySettings credentials(String user, String password) {
        return new ProxySettings(source, new ProxyCredentials(user, password), sslContext);
    }

    /**
     * Whom to trust for TLS to an {@code https} proxy. It has nothing to do with TLS to the target, which goes through the tunnel.
     *
     * @param context else the JDK's default
     * @return a copy with it
     */
    public ProxySettings sslContext(SSLContext context) {
        return new ProxySettings(source, credentials, context);
    }

    ProxyChoice choice() {
        return source.choice(credentials);
    }

    /** TLS to the proxies; made here and not on a loop, since the JDK's context reads files. */
    DialSettings.ProxySecurity security() {
        if (!choice().speaksTls()) {
            return DialSettings.NO_TLS;
        }
        ClientTls tls = new ClientTls(sslContext, null);
        return (loop, link, host, port) -> TlsLink.over(loop, link, tls.engine(host, port), new TlsLink.Observer() {});
    }

    /** Shows no credentials. */
    @Override
    public String toString() {
        return "ProxySettings[" + source + "]";
    }

    /** Where the proxies come from. */
    private interface Source {
        ProxyChoice choice(@Nullable ProxyCredentials credentials);
    }

    private record None() implements Source {
        @Override
        public ProxyChoice choice(@Nullable ProxyCredentials credentials) {
            return ProxyChoice.NONE;
        }

        @Override
        public String toString() {
            return "none";
        }
    }

    private record Explicit(ProxyServer proxy, String exceptions) implements Source {
        @Override
        public ProxyChoice choice(@Nullable ProxyCredentials credentials) {
            return FixedProxy.of(proxy.orCredentials(credentials), exceptions);
        }

        @Override
        public String toString() {
            return proxy + (exceptions.isEmpty() ? "" : " except " + exceptions);
        }
    }

    private record Selector(@Nullable ProxySelector selector) implements Source {
        @Override
        public ProxyChoice choice(@Nullable ProxyCredentials credentials) {
            return new SelectedProxies(selector, credentials);
        }

        @Override
        public String toString() {
            return selector == null ? "system" : "selector";
        }
    }

    private record Environment(Map<String, String> variables) implements Source {
        @Override
        public ProxyChoice choice(@Nullable ProxyCredentials credentials) {
            return EnvironmentProxies.of(variables, credentials);
        }

        @Override
        public String toString() {
            // The values hold credentials.
            return "environment";
        }
    }
}
