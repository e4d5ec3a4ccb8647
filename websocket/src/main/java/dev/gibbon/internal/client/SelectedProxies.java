package dev.gibbon.internal.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link ProxySelector} says. It is asked about {@code https} for {@code wss} and about {@code http} for {@code ws}. */
public final class SelectedProxies implements ProxyChoice {
    private final @Nullable ProxySelector given;
    private final @Nullable ProxyCredentials credentials;

    /**
     * Asks a selector.
     *
     * @param given null for the process's default at each time
     * @param credentials for its proxies, which have none of their own
     */
    public SelectedProxies(@Nullable ProxySelector given, @Nullable ProxyCredentials credentials) {
        this.given = given;
        this.credentials = credentials;
    }

    private @Nullable ProxySelector selector() {
        return given == null ? ProxySelector.getDefault() : given;
    }

    private static URI uri(DialTarget target) {
        return URI.create((target.secure() ? "https://" : "http://") + target.authority() + "/");
    }

    @Override
    public boolean mayWait() {
        return true;
    }

    @Override
    public List<ProxyServer> choose(DialTarget target) throws IOException {
        ProxySelector selector = selector();
        if (selector == null) {
            return List.of(ProxyServer.DIRECT);
        }
        List<Proxy> selected;
        try {
            selected = selector.select(uri(target));
        } catch (RuntimeException e) {
            throw new IOException("the proxy selector failed for " + target + ": " + e, e);
        }
        if (selected == null || selected.isEmpty()) {
            throw new IOException("the proxy selector chose nothing for " + target + ", not even a direct connection");
        }
        List<ProxyServer> proxies = new ArrayList<>();
        for (Proxy proxy : selected) {
            proxies.add(proxy(proxy).orCredentials(credentials));
        }
        return proxies;
    }

    private static ProxyServer proxy(Proxy proxy) throws IOException {
        if (proxy.type() == Proxy.Type.DIRECT) {
            return ProxyServer.DIRECT;
        }
        if (!(proxy.address() instanceof InetSocketAddress address)) {
            throw new IOException("the proxy selector chose " + proxy + ", whose address is of an unknown kind");
        }
        if (proxy.type() == Proxy.Type.SOCKS && Integer.getInteger("socksProxyVersion", 5) == 4) {
            throw new IOException("the proxy " + proxy + " is of a kind that is not supported: SOCKS 4");
        }
        // As the JDK does it, the proxy of a selector looks up the names.
        ProxyServer.Kind kind = proxy.type() == Proxy.Type.SOCKS ? ProxyServer.Kind.SOCKS5H : ProxyServer.Kind.HTTP;
        return new ProxyServer(kind, address.getHostString(), address.getPort(), null);
    }

    @Override
    public void unreachable(DialTarget target, ProxyServer proxy, IOException cause) {
        ProxySelector selector = selector();
        if (selector != null) {
            SocketAddress address = InetSocketAddress.createUnresolved(proxy.host(), proxy.port());
            selector.connectFailed(uri(target), address, cause);
        }
    }
}
