package dev.gibbon.internal.client;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The proxies of the environment: {@code wss} goes by HTTPS_PROXY, {@code ws} by HTTP_PROXY, both by ALL_PROXY where that is not
 * set, and neither for whom NO_PROXY covers. Lower case wins over upper case; an empty variable is none.
 */
public final class EnvironmentProxies implements ProxyChoice {
    private final List<ProxyServer> secure;
    private final List<ProxyServer> plain;
    private final NoProxy exceptions;

    private EnvironmentProxies(@Nullable ProxyServer secure, @Nullable ProxyServer plain, NoProxy exceptions) {
        this.secure = List.of(secure == null ? ProxyServer.DIRECT : secure);
        this.plain = List.of(plain == null ? ProxyServer.DIRECT : plain);
        this.exceptions = exceptions;
    }

    /**
     * Reads the variables.
     *
     * @param credentials for a proxy that has none in its URI
     * @throws IllegalArgumentException if one is not a proxy that is supported; it names the variable
     */
    public static EnvironmentProxies of(Map<String, String> environment, @Nullable ProxyCredentials credentials) {
        ProxyServer all = proxy(environment, "all_proxy", credentials);
        ProxyServer https = proxy(environment, "https_proxy", credentials);
        ProxyServer http = proxy(environment, "http_proxy", credentials);
        Variable none = Variable.find(environment, "no_proxy");
        return new EnvironmentProxies(
                https == null ? all : https,
                http == null ? all : http,
                none == null ? NoProxy.NOBODY : NoProxy.parse(none.value));
    }

    private static @Nullable ProxyServer proxy(
            Map<String, String> environment, String name, @Nullable ProxyCredentials credentials) {
        Variable variable = Variable.find(environment, name);
        if (variable == null) {
            return null;
        }
        // A CGI program gets the field "Proxy" of a request as HTTP_PROXY: whoever sends the request would choose the
        // proxy.
        if (variable.name.equals("HTTP_PROXY") && environment.containsKey("REQUEST_METHOD")) {
            return null;
        }
        try {
            return ProxyServer.parse(variable.value).orCredentials(credentials);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the environment variable " + variable.name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public List<ProxyServer> choose(DialTarget target) {
        if (exceptions.covers(target.host(), target.port())) {
            return List.of(ProxyServer.DIRECT);
        }
        return target.secure() ? secure : plain;
    }

    @Override
    public boolean speaksTls() {
        return secure.get(0).kind() == ProxyServer.Kind.HTTPS || plain.get(0).kind() == ProxyServer.Kind.HTTPS;
    }

    private record Variable(String name, String value) {
        static @Nullable Variable find(Map<String, String> environment, String lower) {
            for (String name : List.of(lower, lower.toUpperCase(Locale.ROOT))) {
                String value = environment.get(name);
                if (value != null && !value.isBlank()) {
                    return new Variable(name, value);
                }
            }
            return null;
        }
    }
}
