package dev.gibbon.internal.epoll;

import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket, which the system tells of as long as somebody waits. Takes a bounded number of newcomers each time, so that
 * they cannot starve the loop. TCP's options are set on it once: accepted sockets inherit them.
 */
final class EpollAcceptor extends Watched implements Poller.Acceptor {
    private static final int MOST_PER_TURN = 64;

    private final EpollPoller poller;
    private final Poller.ListenOptions options;
    private final Poller.AcceptHandler handler;
    private final SocketAddress address;
    /** The local address of all who come, where only one can be; else null. */
    private final @Nullable SocketAddress ofNewcomers;

    private int descriptor;

    private EpollAcceptor(
            EpollPoller poller,
            Poller.ListenOptions options,
            Poller.AcceptHandler handler,
            SocketAddress address,
            int descriptor) {
        this.poller = poller;
        this.options = options;
        this.handler = handler;
        this.address = address;
        this.descriptor = descriptor;
        this.ofNewcomers =
                address instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress() ? null : address;
    }

    static EpollAcceptor open(
            EpollPoller poller, SocketAddress address, Poller.ListenOptions options, Poller.AcceptHandler handler)
            throws IOException {
        Calls calls = poller.calls();
        int family = Sockaddr.familyOf(address, null);
        int descriptor = EpollConnecting.check(calls.socket(family));
        boolean bound = false;
        try {
            prepare(calls, descriptor, family, options);
            EpollConnecting.check(calls.bind(descriptor, address, family));
            bound = true;
            EpollConnecting.check(calls.listen(descriptor, options.backlog()));
            SocketAddress where = calls.localAddress(descriptor);
            EpollAcceptor acceptor =
                    new EpollAcceptor(poller, options, handler, where == null ? address : where, descriptor);
            poller.register(acceptor, descriptor, EPOLLIN);
            return acceptor;
        } catch (IOException | RuntimeException e) {
            Calls.close(descriptor);
            if (bound) {
                deleteFile(address);
            }
            throw e;
        }
    }

    private static void prepare(Calls calls, int descriptor, int family, Poller.ListenOptions options)
            throws IOException {
        if (family != Sockaddr.AF_UNIX) {
            // A server that starts again must not wait for old connections to leave TIME_WAIT.
            EpollConnecting.check(calls.option(descriptor, Calls.SOL_SOCKET, Calls.SO_REUSEADDR, 1));
            EpollConnecting.check(
                    calls.option(descriptor, Calls.IPPROTO_TCP, Calls.TCP_NODELAY, options.tcpNoDelay() ? 1 : 0));
            if (options.sendBufferBytes() > 0) {
                EpollConnecting.check(
                        calls.option(descriptor, Calls.SOL_SOCKET, Calls.SO_SNDBUF, options.sendBufferBytes()));
            }
        }
        if (family == Sockaddr.AF_INET6) {
            EpollConnecting.check(calls.option(descriptor, Calls.IPPROTO_IPV6, Calls.IPV6_V6ONLY, 0));
        }
        if (options.receiveBufferBytes() > 0) {
            EpollConnecting.check(
                    calls.option(descriptor, Calls.SOL_SOCKET, Calls.SO_RCVBUF, options.receiveBufferBytes()));
        }
    }

    @Override
    void ready(int events) {
        for (int i = 0; i < MOST_PER_TURN && descriptor >= 0; i++) {
            int accepted = poller.calls().accept(descriptor);
            if (accepted >= 0) {
                welcome(accepted);
            } else if (accepted == -Errno.EAGAIN) {
                return;
            } else if (!Errno.isOfNewcomer(-accepted)) {
                handler.acceptFailed(Errno.plain(-accepted));
                return;
            }
        }
    }

    private void welcome(int accepted) {
        Calls calls = poller.calls();
        if (address instanceof UnixDomainSocketAddress && options.sendBufferBytes() > 0) {
            int ignored = calls.option(accepted, Calls.SOL_SOCKET, Calls.SO_SNDBUF, options.sendBufferBytes());
        }
        EpollLink link = EpollLink.accepted(accepted, ofNewcomers, calls);
        boolean taken = false;
        try {
            handler.accepted(link);
            taken = true;
        } finally {
            if (!taken) {
                link.close();
            }
        }
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public void accepting(boolean wanted) {
        if (descriptor >= 0) {
            poller.change(this, descriptor, wanted ? EPOLLIN : 0);
        }
    }

    @Override
    public void close() {
        int closing = descriptor;
        if (closing < 0) {
            return;
        }
        descriptor = -1;
        poller.forget(this);
        Calls.close(closing);
        deleteFile(address);
    }

    private static void deleteFile(@Nullable SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress unix) {
            try {
                Files.deleteIfExists(unix.getPath());
            } catch (IOException e) {
                System.getLogger("dev.gibbon").log(System.Logger.Level.WARNING, "cannot delete " + unix, e);
            }
        }
    }

    @Override
    void pollerClosed() {
        close();
    }
}
