package dev.gibbon.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/** A listening channel. Takes a bounded number of newcomers each time it is ready, so that they cannot starve the loop. */
final class NioAcceptor implements Poller.Acceptor, NioPoller.Selectable {
    private static final int MOST_PER_TURN = 64;

    private final ServerSocketChannel channel;
    private final Poller.ListenOptions options;
    private final Poller.AcceptHandler handler;
    private final SocketAddress address;
    private @Nullable SelectionKey key;

    NioAcceptor(ServerSocketChannel channel, Poller.ListenOptions options, Poller.AcceptHandler handler)
            throws IOException {
        this.channel = channel;
        this.options = options;
        this.handler = handler;
        this.address = channel.getLocalAddress();
    }

    void key(SelectionKey registered) {
        key = registered;
    }

    @Override
    public void ready(SelectionKey ignored) {
        for (int i = 0; i < MOST_PER_TURN && channel.isOpen(); i++) {
            SocketChannel accepted;
            try {
                accepted = channel.accept();
            } catch (IOException e) {
                handler.acceptFailed(e);
                return;
            }
            if (accepted == null) {
                return;
            }
            try {
                accepted.configureBlocking(false);
                if (NioPoller.isTcp(address)) {
                    accepted.setOption(StandardSocketOptions.TCP_NODELAY, options.tcpNoDelay());
                }
                if (options.sendBufferBytes() > 0) {
                    accepted.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferBytes());
                }
                handler.accepted(new NioLink(accepted));
            } catch (IOException e) {
                // The newcomer has gone already; the next one may be there.
                NioLink.closeQuietly(accepted);
            }
        }
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public void accepting(boolean wanted) {
        SelectionKey registered = key;
        if (registered != null && registered.isValid()) {
            registered.interestOps(wanted ? SelectionKey.OP_ACCEPT : 0);
        }
    }

    @Override
    public void close() {
        NioLink.closeQuietly(channel);
        if (address instanceof UnixDomainSocketAddress unix) {
            try {
                Files.deleteIfExists(unix.getPath());
            } catch (IOException e) {
                System.getLogger("dev.gibbon").log(System.Logger.Level.WARNING, "cannot delete " + unix, e);
            }
        }
    }
}
