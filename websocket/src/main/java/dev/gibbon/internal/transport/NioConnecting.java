package dev.gibbon.internal.transport;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A channel on its way to being connected. What is decided at once, as most things local are, is told by the next poll all the
 * same, so that nobody is called from inside his own call. Only for the poller's loop.
 */
final class NioConnecting implements Poller.Connecting, NioPoller.Selectable {
    private final NioPoller poller;
    private final SocketAddress address;
    private final Poller.ConnectHandler handler;
    private @Nullable SocketChannel channel;
    private @Nullable NioLink connected;
    private @Nullable IOException failure;
    private boolean over;

    NioConnecting(NioPoller poller, SocketAddress address, Poller.ConnectHandler handler) {
        this.poller = poller;
        this.address = address;
        this.handler = handler;
    }

    void begin(Selector selector, Poller.ConnectOptions options) {
        try {
            if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
                throw new UnknownHostException(inet.getHostString() + " is not resolved");
            }
            boolean unix = address instanceof UnixDomainSocketAddress;
            SocketChannel opened = unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
            channel = opened;
            opened.configureBlocking(false);
            prepare(opened, options, unix);
            if (opened.connect(address)) {
                succeeded(opened, opened.register(selector, 0));
                poller.decided(this);
            } else {
                opened.register(selector, SelectionKey.OP_CONNECT, this);
            }
        } catch (IOException | RuntimeException e) {
            // Runtime exceptions as well: the JDK throws some for addresses that it does not like.
            failed(e instanceof IOException io ? io : new IOException(e.toString(), e));
            poller.decided(this);
        }
    }

    private static void prepare(SocketChannel opened, Poller.ConnectOptions options, boolean unix) throws IOException {
        if (!unix) {
            opened.setOption(StandardSocketOptions.TCP_NODELAY, options.tcpNoDelay());
        }
        // Before connecting: the window's scale is agreed in the first segment.
        if (options.receiveBufferBytes() > 0) {
            opened.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
        }
        if (options.sendBufferBytes() > 0) {
            opened.setOption(StandardSocketOptions.SO_SNDBUF, options.sendBufferBytes());
        }
        if (options.localAddress() != null) {
            opened.bind(options.localAddress());
        }
    }

    @Override
    public void ready(SelectionKey key) {
        SocketChannel connecting = channel;
        if (over || connecting == null) {
            return;
        }
        try {
            if (!connecting.finishConnect()) {
                return;
            }
            if (address.equals(connecting.getLocalAddress())) {
                // Nobody listened, and by chance the system chose the very port as ours: TCP then connects to itself.
                throw new ConnectException("Connection refused");
            }
            succeeded(connecting, key);
        } catch (IOException e) {
            failed(e);
        }
        tell();
    }

    private void succeeded(SocketChannel open, SelectionKey key) {
        connected = new NioLink(open, key);
    }

    private void failed(IOException cause) {
        failure = cause;
        closeChannel();
    }

    /** Tells what was decided, once. */
    void tell() {
        if (over) {
            return;
        }
        over = true;
        NioLink link = connected;
        if (link != null) {
            handler.connected(link);
        } else {
            handler.connectFailed(failure == null ? new IOException("nothing was decided") : failure);
        }
    }

    void pollerClosed() {
        if (!over) {
            over = true;
            closeChannel();
            handler.connectFailed(new IOException("the poller was closed"));
        }
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            closeChannel();
        }
    }

    private void closeChannel() {
        SocketChannel opened = channel;
        channel = null;
        if (opened != null) {
            NioLink.closeQuietly(opened);
        }
    }
}
