package dev.gibbon.internal.epoll;

import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.Poller;
import dev.gibbon.internal.transport.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;

/** The transport of Linux: an epoll instance per loop. For any thread. */
final class EpollTransport implements Transport {
    @Override
    public Poller openPoller() throws IOException {
        return new EpollPoller();
    }

    /** The connection stays, the channel is closed: from then on its descriptor is ours alone. */
    @Override
    public Link adopt(SocketChannel channel) throws IOException {
        SocketAddress remote = channel.getRemoteAddress();
        return new EpollLink(ChannelDescriptor.take(channel), null, remote);
    }

    @Override
    public String name() {
        return "native";
    }

    /**
     * Makes the calls that every loop makes, and one that must fail in a certain way.
     *
     * @throws IOException if the answers are not those of Linux
     */
    void tryOut() throws IOException {
        Calls calls = new Calls();
        int failed = calls.epollWait(-1, 0, 1, 0);
        if (failed != -Errno.EBADF) {
            throw new IOException("epoll_wait of no descriptor answered " + failed);
        }
        calls.tryOut();
        try (EpollPoller poller = new EpollPoller()) {
            poller.wakeup();
            if (poller.await(0) != 1) {
                throw new IOException("a wake-up did not arrive");
            }
        }
    }
}
