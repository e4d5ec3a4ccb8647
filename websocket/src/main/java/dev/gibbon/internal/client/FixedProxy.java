package dev.gibbon.internal.client;

import java.util.List;

/** One proxy for all targets but some. */
public final class FixedProxy implements ProxyChoice {
    private final List<ProxyServer> proxy;
    private final NoProxy exceptions;

    private FixedProxy(List<ProxyServer> proxy, NoProxy exceptions) {
        this.proxy = proxy;
        this.exceptions = exceptions;
    }

    /**
     * A proxy.
     *
     * @param exceptions in the grammar of NO_PROXY
     */
    public static FixedProxy of(ProxyServer proxy, String exceptions) {
        return new FixedProxy(List.of(proxy), NoProxy.parse(exceptions));
    }

    @Override
    public List<ProxyServer> choose(DialTarget target) {
        return exceptions.covers(target.host(), target.port()) ? List.of(ProxyServer.DIRECT) : proxy;
    }

    @Override
    public boolean speaksTls() {
        return proxy.get(0).kind() == ProxyServer.Kind.HTTPS;
    }
}
