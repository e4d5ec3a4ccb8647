package dev.gibbon.internal.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A connected channel and its key. */
final class NioLink implements Link, NioPoller.Selectable {
    private static final SocketAddress UNKNOWN = InetSocketAddress.createUnresolved("unknown", 0);

    private final SocketChannel channel;
    private @Nullable SelectionKey key;
    private @Nullable LinkHandler handler;
    private int interest;
    /** A closed channel tells its addresses no more. Set by the loop, read by any thread. */
    private volatile @Nullable Ends closedWith;

    /** Where it went, from where. */
    private record Ends(SocketAddress remote, SocketAddress local) {}

    NioLink(SocketChannel channel) {
        this.channel = channel;
    }

    /** A link that was connected with a key of its own. */
    NioLink(SocketChannel channel, SelectionKey registered) {
        this.channel = channel;
        this.key = registered;
        registered.attach(this);
        registered.interestOps(0);
    }

    /** For tests of the options. */
    SocketChannel channel() {
        return channel;
    }

    void attach(Selector selector, LinkHandler first) throws IOException {
        SelectionKey registered = key;
        if (registered == null) {
            handler = first;
            key = channel.register(selector, 0, this);
            return;
        }
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        if (registered.selector() != selector) {
            throw new IllegalStateException("the link belongs to another poller");
        }
        handler = first;
        interest(false, false);
    }

    @Override
    public void ready(SelectionKey ready) {
        LinkHandler called = handler;
        if (called == null || !ready.isValid()) {
            return;
        }
        int ops = ready.readyOps();
        if ((ops & SelectionKey.OP_WRITE) != 0) {
            called.writable();
        }
        if ((ops & SelectionKey.OP_READ) != 0 && (interest & SelectionKey.OP_READ) != 0 && ready.isValid()) {
            LinkHandler now = handler;
            if (now != null) {
                now.readable();
            }
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public boolean isAtEnd() {
        try {
            return NioPoller.isTcp(channel.getLocalAddress())
                    && channel.socket().getInputStream().available() == 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
        return channel.write(new ByteBuffer[] {first, second});
    }

    @Override
    public boolean writableByOthers() {
        return true;
    }

    @Override
    public void interest(boolean readable, boolean writable) {
        int wanted = (readable ? SelectionKey.OP_READ : 0) | (writable ? SelectionKey.OP_WRITE : 0);
        SelectionKey registered = key;
        if (wanted == interest || registered == null) {
            return;
        }
        interest = wanted;
        try {
            registered.interestOps(wanted);
        } catch (CancelledKeyException e) {
            // Closed meanwhile: nobody will be called any more, which is what the closer wanted.
            interest = 0;
        }
    }

    @Override
    public void handler(LinkHandler next) {
        handler = next;
    }

    @Override
    public void shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            // The connection is broken: the next read says so.
            interest(true, false);
        }
    }

    @Override
    public void close() {
        handler = null;
        if (channel.isOpen()) {
            closedWith = new Ends(remoteAddress(), localAddress());
        }
        closeQuietly(channel);
    }

    @Override
    public void reset() {
        try {
            if (channel.isOpen() && NioPoller.isTcp(channel.getLocalAddress())) {
                // Linger of zero makes close send RST, so that a peer that does not read cannot keep our memory.
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            // It goes away with close, one way or the other.
        }
        close();
    }

    @Override
    public SocketAddress remoteAddress() {
        try {
            SocketAddress address = channel.getRemoteAddress();
            return address == null ? UNKNOWN : address;
        } catch (IOException e) {
            Ends known = closedWith;
            return known == null ? UNKNOWN : known.remote;
        }
    }

    @Override
    public SocketAddress localAddress() {
        try {
            SocketAddress address = channel.getLocalAddress();
            return address == null ? UNKNOWN : address;
        } catch (IOException e) {
            Ends known = closedWith;
            return known == null ? UNKNOWN : known.local;
        }
    }

    static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            System.getLogger("dev.gibbon").log(System.Logger.Level.DEBUG, "closing", e);
        }
    }
}
