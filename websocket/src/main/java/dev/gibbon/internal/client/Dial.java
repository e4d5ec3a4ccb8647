package dev.gibbon.internal.client;

import dev.gibbon.ProxyException;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.TimerWheel;
import dev.gibbon.internal.transport.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One target being dialed: the choice of the proxy, names, addresses, the tunnel. Several ways to the target are tried in turn,
 * each with its share of the deadline. Only for the loop's thread.
 */
final class Dial extends TimerWheel.Timer implements Dialing {
    /** Of a name that is looked up for a SOCKS proxy; each address costs a connection to the proxy. */
    private static final int MOST_TUNNELS = 8;

    /**
     * A way to the target.
     *
     * @param address of the target, where it was looked up for a proxy; else null
     */
    private record Way(ProxyServer proxy, @Nullable InetAddress address) {}

    private final EventLoop loop;
    private final DialSettings settings;
    private final DialTarget target;
    private final long began;
    private final long deadline;
    private final DialHandler handler;
    private final Runnable whenEnding = () -> fail(new IOException("the event loops were closed"));
    private final Deque<Way> ways = new ArrayDeque<>();
    private final List<IOException> failures = new ArrayList<>();
    private Way way = new Way(ProxyServer.DIRECT, null);
    /** What is under way now. */
    private @Nullable Dialing step;

    private String doing = "choosing the proxy";
    private boolean over;

    Dial(EventLoop loop, DialSettings settings, DialTarget target, long deadline, DialHandler handler) {
        this.loop = loop;
        this.settings = settings;
        this.target = target;
        this.began = loop.now();
        this.deadline = deadline;
        this.handler = handler;
    }

    void begin() {
        loop.whenEnding(whenEnding);
        loop.timers().arm(this, deadline);
        SocketAddress address = target.address();
        if (address != null) {
            race(List.of(address), target.toString(), this::succeed);
        } else if (settings.proxies().mayWait()) {
            step = OffLoop.ask(
                    loop, settings.lookups(), () -> settings.proxies().choose(target), this::chosen, this::fail);
        } else {
            try {
                chosen(settings.proxies().choose(target));
            } catch (IOException e) {
                loop.execute(() -> fail(e));
            }
        }
    }

    private void chosen(List<ProxyServer> proxies) {
        for (ProxyServer proxy : proxies) {
            ways.addLast(new Way(proxy, null));
        }
        nextWay();
    }

    private void nextWay() {
        Way next = ways.pollFirst();
        if (next == null) {
            fail(Failures.of("cannot connect to " + target, failures));
            return;
        }
        way = next;
        long now = loop.now();
        loop.timers().arm(this, now + Math.max(0, deadline - now) / (ways.size() + 1));
        ProxyServer proxy = next.proxy();
        if (proxy.kind() == ProxyServer.Kind.DIRECT) {
            addressesOf(target.host(), found -> race(at(found, target.port()), target.toString(), this::succeed));
        } else if (proxy.kind() == ProxyServer.Kind.SOCKS5 && next.address() == null) {
            addressesOf(target.host(), found -> {
                List<InetAddress> few = found.subList(0, Math.min(MOST_TUNNELS, found.size()));
                for (int i = few.size() - 1; i >= 0; i--) {
                    ways.addFirst(new Way(proxy, few.get(i)));
                }
                nextWay();
            });
        } else {
            addressesOf(
                    proxy.host(),
                    found -> race(at(found, proxy.port()), "the proxy " + proxy, link -> openTunnel(proxy, link)));
        }
    }

    private static List<InetSocketAddress> at(List<InetAddress> found, int port) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (InetAddress address : found) {
            addresses.add(new InetSocketAddress(address, port));
        }
        return addresses;
    }

    // ---- names and addresses

    private void addressesOf(String host, Consumer<List<InetAddress>> then) {
        InetAddress literal = Addresses.literal(host);
        if (literal != null) {
            then.accept(List.of(literal));
            return;
        }
        doing = "looking up " + host;
        step = OffLoop.ask(
                loop,
                settings.lookups(),
                () -> settings.resolver().resolve(host),
                found -> {
                    if (found.isEmpty()) {
                        wayFailed(unknown(host, "it has no address", null));
                    } else {
                        then.accept(Addresses.inTurn(found));
                    }
                },
                cause -> wayFailed(unknown(host, String.valueOf(cause.getMessage()), cause)));
    }

    private static IOException unknown(String host, String how, @Nullable IOException cause) {
        UnknownHostException failure = new UnknownHostException("cannot look up " + host + ": " + how);
        if (cause != null) {
            failure.initCause(cause);
        }
        return failure;
    }

    private void race(List<? extends SocketAddress> addresses, String what, Consumer<Link> won) {
        doing = "connecting to " + what;
        step = AddressRace.begin(
                loop,
                addresses,
                settings.options(),
                deadline() - loop.now(),
                won,
                lost -> wayFailed(Failures.of("cannot connect to " + what, lost)));
    }

    // ---- through a proxy

    private void openTunnel(ProxyServer proxy, Link link) {
        doing = "asking the proxy " + proxy + " for a tunnel to " + target;
        boolean socks = proxy.kind().isSocks();
        InetAddress known = way.address() == null ? Addresses.literal(target.host()) : way.address();
        try {
            TunnelProtocol protocol = socks
                    ? new SocksTunnel(proxy, target.host(), target.port(), known)
                    : new HttpTunnel(proxy, target.host(), target.port());
            Link secured = proxy.kind() == ProxyServer.Kind.HTTPS
                    ? settings.proxySecurity().over(loop, link, proxy.host(), proxy.port())
                    : link;
            step = TunnelOpening.begin(
                    loop, secured, protocol, this::succeed, cause -> tunnelFailed(proxy, protocol, cause));
        } catch (IOException | RuntimeException e) {
            link.close();
            fail(new IOException("cannot ask the proxy " + proxy + ": " + e.getMessage(), e));
        }
    }

    private void tunnelFailed(ProxyServer proxy, TunnelProtocol protocol, IOException cause) {
        IOException failure = cause instanceof ProxyException ? cause : brokeOff(proxy, cause);
        Way next = ways.peekFirst();
        // What a proxy refuses is refused: only an address of the target that it cannot reach leaves the others to try.
        if (protocol.isTargetUnreachable() && next != null && next.proxy().equals(proxy)) {
            failures.add(failure);
            nextWay();
        } else if (failures.isEmpty()) {
            fail(failure);
        } else {
            failures.add(failure);
            fail(Failures.of("cannot connect to " + target, failures));
        }
    }

    private static IOException brokeOff(ProxyServer proxy, IOException cause) {
        String message = "the connection to the proxy " + proxy + " failed: " + cause.getMessage();
        boolean tls = cause instanceof SSLException || cause.getCause() instanceof SSLException;
        return tls ? new SSLException(message, cause) : new IOException(message, cause);
    }

    // ---- the end

    /** This way does not get as far as the target or the proxy. */
    private void wayFailed(IOException cause) {
        if (way.proxy().kind() != ProxyServer.Kind.DIRECT) {
            tellSelector(way.proxy(), cause);
        }
        if (ways.isEmpty() && failures.isEmpty()) {
            fail(cause);
        } else {
            failures.add(cause);
            nextWay();
        }
    }

    private void tellSelector(ProxyServer proxy, IOException cause) {
        if (settings.proxies().mayWait()) {
            try {
                settings.lookups().execute(() -> settings.proxies().unreachable(target, proxy, cause));
            } catch (RejectedExecutionException e) {
                failures.add(new IOException("no thread to tell the proxy selector", e));
            }
        }
    }

    private void succeed(Link link) {
        cancel();
        handler.dialed(link);
    }

    private void fail(IOException cause) {
        if (!over) {
            cancel();
            handler.dialFailed(cause);
        }
    }

    @Override
    protected void expired(long now) {
        Dialing late = step;
        IOException refusal = late instanceof TunnelOpening opening ? opening.refusal() : null;
        if (refusal != null) {
            fail(refusal);
            return;
        }
        List<IOException> tried = new ArrayList<>(failures);
        if (late instanceof AddressRace race) {
            tried.addAll(race.failures());
        }
        String limit = "connectTimeout of " + (deadline - began) / 1_000_000L + " ms";
        if (now >= deadline) {
            fail(Failures.timeout(limit + " has passed while " + doing, tried));
            return;
        }
        if (late != null) {
            late.cancel();
        }
        wayFailed(Failures.timeout("its share of the " + limit + " has passed while " + doing, List.of()));
    }

    @Override
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        loop.timers().disarm(this);
        loop.notWhenEnding(whenEnding);
        Dialing now = step;
        step = null;
        if (now != null) {
            now.cancel();
        }
    }
}
