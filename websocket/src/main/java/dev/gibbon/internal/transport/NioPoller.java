package dev.gibbon.internal.transport;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A selector. Keys carry what is called when they are ready: a link, an acceptor or an attempt to connect. */
final class NioPoller implements Poller {
    private final Selector selector;
    // Attempts that were decided at once; told by the next poll.
    private final ArrayDeque<NioConnecting> decided = new ArrayDeque<>();
    // One object for ever: select(Consumer) then walks the ready keys without an iterator or a set.
    private final Consumer<SelectionKey> dispatch = key -> ((Selectable) key.attachment()).ready(key);

    NioPoller(Selector selector) {
        this.selector = selector;
    }

    /** What a key carries. */
    interface Selectable {
        void ready(SelectionKey key);
    }

    @Override
    public void poll(long timeoutNanos) throws IOException {
        if (timeoutNanos <= 0 || !decided.isEmpty()) {
            selector.selectNow(dispatch);
        } else if (timeoutNanos == Long.MAX_VALUE) {
            selector.select(dispatch);
        } else {
            // Rounded up: waking a little late beats spinning through the last millisecond.
            selector.select(dispatch, TimeUnit.NANOSECONDS.toMillis(timeoutNanos + 999_999));
        }
        // Only those of before: who connects again from inside waits for the next poll.
        for (int left = decided.size(); left > 0 && !decided.isEmpty(); left--) {
            decided.removeFirst().tell();
        }
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public Acceptor listen(SocketAddress address, ListenOptions options, AcceptHandler handler) throws IOException {
        boolean unix = address instanceof UnixDomainSocketAddress;
        ServerSocketChannel channel = openFor(address);
        try {
            channel.configureBlocking(false);
            if (!unix) {
                // A server that starts again must not wait for old connections to leave TIME_WAIT.
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            if (options.receiveBufferBytes() > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
            }
            channel.bind(address, options.backlog());
            NioAcceptor acceptor = new NioAcceptor(channel, options, handler);
            acceptor.key(channel.register(selector, SelectionKey.OP_ACCEPT, acceptor));
            return acceptor;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static ServerSocketChannel openFor(SocketAddress address) throws IOException {
        if (address instanceof UnixDomainSocketAddress) {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        }
        // Connections to an IPv4 address cost the system a little more through a socket that could do IPv6, too. The
        // wildcard means both.
        boolean onlyIpv4 = address instanceof InetSocketAddress inet
                && inet.getAddress() instanceof Inet4Address ip
                && !ip.isAnyLocalAddress();
        return onlyIpv4 ? ServerSocketChannel.open(StandardProtocolFamily.INET) : ServerSocketChannel.open();
    }

    @Override
    public Connecting connect(SocketAddress address, ConnectOptions options, ConnectHandler handler) {
        NioConnecting connecting = new NioConnecting(this, address, handler);
        connecting.begin(selector, options);
        return connecting;
    }

    /** Has an attempt told by the next poll. */
    void decided(NioConnecting connecting) {
        decided.addLast(connecting);
    }

    @Override
    public void attach(Link link, LinkHandler handler) throws IOException {
        ((NioLink) link).attach(selector, handler);
    }

    @Override
    public void close() throws IOException {
        if (!selector.isOpen()) {
            return;
        }
        List<NioConnecting> left = new ArrayList<>(decided);
        decided.clear();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof NioConnecting connecting) {
                left.add(connecting);
            }
        }
        left.forEach(NioConnecting::pollerClosed);
        selector.close();
    }

    static boolean isTcp(SocketAddress address) {
        return address instanceof InetSocketAddress;
    }
}
