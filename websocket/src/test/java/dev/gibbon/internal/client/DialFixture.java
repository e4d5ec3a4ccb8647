package dev.gibbon.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.MemoryListener;
import dev.gibbon.internal.transport.MemoryTransport;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Dialing in memory: a network, a name service and a clock that belong to the test. */
final class DialFixture implements AutoCloseable, DialHandler {
    final MemoryTransport transport = new MemoryTransport(8192);
    final LoopGroup group;
    final Map<String, List<InetAddress>> names = new LinkedHashMap<>();
    final List<String> lookedUp = new ArrayList<>();
    final Queue<Runnable> lookups = new ArrayDeque<>();
    boolean nameServiceHangs;
    private long clock = 1_000_000_000_000L;

    @Nullable
    Link dialed;

    @Nullable
    IOException failure;

    int told;

    DialFixture() {
        group = LoopGroup.manual(transport, 1, () -> clock);
    }

    EventLoop loop() {
        return group.loops().get(0);
    }

    DialSettings settings() {
        return settings(ProxyChoice.NONE);
    }

    DialSettings settings(ProxyChoice proxies) {
        return new DialSettings(
                Poller.ConnectOptions.DEFAULT, proxies, (loop, link, host, port) -> link, this::resolve, this::lookUp);
    }

    private List<InetAddress> resolve(String host) throws UnknownHostException {
        lookedUp.add(host);
        List<InetAddress> found = names.get(host);
        if (found == null) {
            throw new UnknownHostException(host);
        }
        return found;
    }

    private void lookUp(Runnable task) {
        if (nameServiceHangs) {
            lookups.add(task);
        } else {
            task.run();
        }
    }

    /** The name service answers those who wait. */
    void answerLookups() {
        for (Runnable task = lookups.poll(); task != null; task = lookups.poll()) {
            task.run();
        }
        settle();
    }

    void name(String host, String... addresses) {
        List<InetAddress> all = new ArrayList<>();
        for (String address : addresses) {
            all.add(Addresses.literal(address));
        }
        names.put(host, all);
    }

    MemoryListener listen(String address, int port) {
        try {
            return transport.peers(new InetSocketAddress(Addresses.literal(address), port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Dialing dial(DialTarget target, Duration timeout) {
        return dial(settings(), target, timeout);
    }

    Dialing dial(DialSettings settings, DialTarget target, Duration timeout) {
        loop().refresh();
        int before = told;
        Dialing dialing = new Dialer(settings).dial(loop(), target, loop().now() + timeout.toNanos(), this);
        assertThat(told).as("told from inside dial").isEqualTo(before);
        return dialing;
    }

    @Override
    public void dialed(Link link) {
        told++;
        dialed = link;
    }

    @Override
    public void dialFailed(IOException cause) {
        told++;
        failure = cause;
    }

    void settle() {
        for (int i = 0; i < 40; i++) {
            loop().turn(0);
        }
    }

    void pass(Duration time) {
        long end = clock + time.toNanos();
        while (clock < end) {
            clock = Math.min(end, clock + 10_000_000L);
            loop().turn(0);
            loop().turn(0);
        }
        settle();
    }

    void assertNothingLeft() {
        settle();
        assertThat(loop().timers().armed()).as("timers").isZero();
        assertThat(loop().tenants()).as("tenants").isZero();
        assertThat(group.pooledBytes()).as("pooled bytes").isZero();
    }

    @Override
    public void close() {
        Link open = dialed;
        if (open != null) {
            open.close();
        }
        assertNothingLeft();
        int before = told;
        group.close();
        assertThat(told).as("told at the end").isEqualTo(before);
    }
}
