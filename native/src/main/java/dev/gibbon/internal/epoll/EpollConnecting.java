package dev.gibbon.internal.epoll;

import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * A socket on its way to being connected. What is decided at once, as most things local are, is told by the next poll all the
 * same, so that nobody is called from inside his own call. Only for the poller's loop.
 */
final class EpollConnecting extends Watched implements Poller.Connecting {
    private final EpollPoller poller;
    private final SocketAddress address;
    private final Poller.ConnectHandler handler;
    private int descriptor = -1;
    private @Nullable IOException failure;
    private boolean over;

    EpollConnecting(EpollPoller poller, SocketAddress address, Poller.ConnectHandler handler) {
        this.poller = poller;
        this.address = address;
        this.handler = handler;
    }

    /** The result of a call that must not fail. */
    static int check(int result) throws IOException {
        if (result < 0) {
            throw Errno.forSocket(-result);
        }
        return result;
    }

    void begin(Poller.ConnectOptions options) {
        try {
            if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
                throw new UnknownHostException(inet.getHostString() + " is not resolved");
            }
            Calls calls = poller.calls();
            int family = Sockaddr.familyOf(address, options.localAddress());
            descriptor = check(calls.socket(family));
            prepare(calls, family, options);
            int result = calls.connect(descriptor, address, family);
            if (result == -Errno.EAGAIN) {
                throw new ConnectException("the backlog of " + address + " is full");
            }
            if (result != -Errno.EINPROGRESS) {
                check(result);
            }
            // What is connected already has its event waiting: the next poll tells.
            poller.register(this, descriptor, EpollLink.INTEREST);
        } catch (IOException | RuntimeException e) {
            failed(e instanceof IOException io ? io : new IOException(e.toString(), e));
            poller.decided(this);
        }
    }

    private void prepare(Calls calls, int family, Poller.ConnectOptions options) throws IOException {
        if (family != Sockaddr.AF_UNIX) {
            check(calls.option(descriptor, Calls.IPPROTO_TCP, Calls.TCP_NODELAY, options.tcpNoDelay() ? 1 : 0));
        }
        if (family == Sockaddr.AF_INET6) {
            check(calls.option(descriptor, Calls.IPPROTO_IPV6, Calls.IPV6_V6ONLY, 0));
        }
        // Before connecting: the window's scale is agreed in the first segment.
        if (options.receiveBufferBytes() > 0) {
            check(calls.option(descriptor, Calls.SOL_SOCKET, Calls.SO_RCVBUF, options.receiveBufferBytes()));
        }
        if (options.sendBufferBytes() > 0) {
            check(calls.option(descriptor, Calls.SOL_SOCKET, Calls.SO_SNDBUF, options.sendBufferBytes()));
        }
        if (options.localAddress() != null) {
            check(calls.bind(descriptor, options.localAddress(), family));
        }
    }

    @Override
    void ready(int events) {
        if (over || (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) {
            return;
        }
        Calls calls = poller.calls();
        int result = calls.option(descriptor, Calls.SOL_SOCKET, Calls.SO_ERROR);
        if (result != 0) {
            failed(Errno.forSocket(Math.abs(result)));
            tell();
            return;
        }
        if (address instanceof InetSocketAddress && address.equals(calls.localAddress(descriptor))) {
            // Nobody listened, and by chance the system chose the very port as ours: TCP then connects to itself.
            failed(new ConnectException("Connection refused"));
            tell();
            return;
        }
        over = true;
        EpollLink link = EpollLink.connected(descriptor, address, poller);
        descriptor = -1;
        poller.replace(this, link);
        link.told(events);
        handler.connected(link);
    }

    private void failed(IOException cause) {
        failure = cause;
        closeDescriptor();
    }

    /** Tells of the failure, once. */
    void tell() {
        if (!over) {
            over = true;
            handler.connectFailed(failure == null ? new IOException("nothing was decided") : failure);
        }
    }

    @Override
    void pollerClosed() {
        if (!over) {
            over = true;
            closeDescriptor();
            handler.connectFailed(new IOException("the poller was closed"));
        }
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            closeDescriptor();
        }
    }

    private void closeDescriptor() {
        int closing = descriptor;
        if (closing >= 0) {
            descriptor = -1;
            poller.forget(this);
            Calls.close(closing);
        }
    }
}
