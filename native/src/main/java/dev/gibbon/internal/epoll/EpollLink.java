package dev.gibbon.internal.epoll;

import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A connected socket. The system tells changes only, so this remembers what it was told: that there may be bytes, until a read
 * took fewer than it could have; that there may be room, until a write did not fit.
 */
final class EpollLink extends Watched implements Link {
    /** Everything, told when it changes. Urgent bytes too: a read stops at them, though more may be behind. */
    static final int INTEREST = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLPRI | EPOLLET;

    private static final int READING = EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLERR | EPOLLHUP;
    private static final int WRITING = EPOLLOUT | EPOLLERR | EPOLLHUP;
    private static final SocketAddress UNKNOWN = InetSocketAddress.createUnresolved("unknown", 0);

    /** Null if it is told by {@link #remoteOfIpv4}, or unknown. */
    private final @Nullable SocketAddress remote;
    /** As {@link Sockaddr#packIpv4} has it: most connections need no object for who is at the other end. */
    private final long remoteOfIpv4;
    /** Null if it must be asked for; once known it stays. */
    private @Nullable SocketAddress local;
    /** Below zero once closed. Other threads read it, and the loop changes it, under this object's lock. */
    private int descriptor;

    private @Nullable EpollPoller poller;
    private @Nullable LinkHandler handler;
    private boolean wantsRead;
    private boolean wantsWrite;
    private boolean mayRead;
    private boolean full;
    /** A short read does not mean that there is nothing: the end, an error or urgent bytes came. */
    private boolean readToTheEnd;
    /** An error came. */
    private boolean broken;
    /** Waits in the poller's queue. */
    private boolean queued;

    EpollLink(int descriptor, @Nullable SocketAddress local, @Nullable SocketAddress remote) {
        this(descriptor, local, remote, Sockaddr.NO_IPV4);
    }

    private EpollLink(
            int descriptor, @Nullable SocketAddress local, @Nullable SocketAddress remote, long remoteOfIpv4) {
        this.descriptor = descriptor;
        this.local = local;
        this.remote = remote;
        this.remoteOfIpv4 = remoteOfIpv4;
    }

    /** A link that was accepted just now. */
    static EpollLink accepted(int descriptor, @Nullable SocketAddress local, Calls calls) {
        long ipv4 = calls.acceptedFromIpv4();
        return new EpollLink(descriptor, local, ipv4 == Sockaddr.NO_IPV4 ? calls.acceptedFrom() : null, ipv4);
    }

    /** A link that takes the place of the attempt that connected it. */
    static EpollLink connected(int descriptor, SocketAddress remote, EpollPoller poller) {
        EpollLink link = new EpollLink(descriptor, null, remote);
        link.poller = poller;
        return link;
    }

    /** For tests of the options. */
    int descriptor() {
        return descriptor;
    }

    void attach(EpollPoller to, LinkHandler first) throws IOException {
        if (descriptor < 0) {
            throw new ClosedChannelException();
        }
        if (poller == null) {
            to.register(this, descriptor, INTEREST);
            poller = to;
        } else if (poller != to) {
            throw new IllegalStateException("the link belongs to another poller");
        }
        handler = first;
        wantsRead = false;
        wantsWrite = false;
    }

    @Override
    void ready(int events) {
        if ((events & WRITING) != 0) {
            full = false;
        }
        if ((events & READING) != 0) {
            mayRead = true;
            readToTheEnd |= (events & (READING & ~EPOLLIN)) != 0;
            broken |= (events & EPOLLERR) != 0;
        }
        // One that is queued is called once, from there.
        if (!queued) {
            call();
        }
    }

    /** What a connecting socket was told along with being connected. */
    void told(int events) {
        mayRead = (events & READING) != 0;
        readToTheEnd = (events & (READING & ~EPOLLIN)) != 0;
    }

    /** Its turn in the poller's queue. */
    void goOn() {
        queued = false;
        call();
    }

    private void call() {
        try {
            LinkHandler called = handler;
            if (called != null && wantsWrite && !full) {
                called.writable();
            }
            called = handler;
            if (called != null && wantsRead && mayRead) {
                called.readable();
            }
        } finally {
            callAgainIfDue();
        }
    }

    private void callAgainIfDue() {
        if (((wantsRead && mayRead) || (wantsWrite && !full)) && !queued && handler != null && poller != null) {
            queued = true;
            poller.again(this);
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int length = target.remaining();
        if (length == 0) {
            return 0;
        }
        int asked = target.isDirect() ? length : Math.min(length, Calls.SCRATCH_BYTES);
        int count = calls().recv(open(), target);
        if (count > 0) {
            if (count < asked && !readToTheEnd) {
                mayRead = false;
            }
            return count;
        }
        if (count == 0) {
            return -1;
        }
        if (count == -Errno.EAGAIN) {
            mayRead = false;
            return 0;
        }
        throw Errno.forRead(-count);
    }

    /** An error has cut both directions; a plain end may have bytes before it. */
    @Override
    public boolean isAtEnd() {
        return broken;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return write(source, 0);
    }

    @Override
    public int writeLast(ByteBuffer source) throws IOException {
        return write(source, Calls.MSG_MORE);
    }

    private int write(ByteBuffer source, int flags) throws IOException {
        int length = source.remaining();
        if (length == 0) {
            return 0;
        }
        return (int) written(calls().send(open(), source, flags), length);
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
        long length = (long) first.remaining() + second.remaining();
        if (length == 0) {
            return 0;
        }
        return written(calls().send(open(), first, second), length);
    }

    @Override
    public boolean writableByOthers() {
        return true;
    }

    /**
     * Leaves {@code full} alone, which is the loop's: if there was no room, the loop's next write finds out. Set from here it could
     * hide the event that came meanwhile.
     */
    @Override
    public int writeAside(ByteBuffer source) throws IOException {
        if (!source.hasRemaining()) {
            return 0;
        }
        int count = Calls.sendAside(open(), source);
        if (count >= 0 || count == -Errno.EAGAIN) {
            return Math.max(0, count);
        }
        throw Errno.plain(-count);
    }

    private long written(long count, long wanted) throws IOException {
        if (count == wanted) {
            return count;
        }
        if (count >= 0) {
            full = true;
            return count;
        }
        if (count == -Errno.EAGAIN) {
            full = true;
            return 0;
        }
        throw Errno.plain((int) -count);
    }

    private int open() throws ClosedChannelException {
        if (descriptor < 0) {
            throw new ClosedChannelException();
        }
        return descriptor;
    }

    private Calls calls() {
        EpollPoller present = poller;
        return present != null ? present.calls() : new Calls();
    }

    @Override
    public void interest(boolean readable, boolean writable) {
        if (readable == wantsRead && writable == wantsWrite) {
            return;
        }
        wantsRead = readable;
        wantsWrite = writable;
        callAgainIfDue();
    }

    @Override
    public void handler(LinkHandler next) {
        handler = next;
    }

    @Override
    public void shutdownOutput() {
        if (descriptor >= 0 && calls().shutdownOutput(descriptor) != 0) {
            // The connection is broken: the next read says so.
            interest(true, false);
        }
    }

    @Override
    public void close() {
        handler = null;
        int closing = descriptor;
        if (closing < 0) {
            return;
        }
        synchronized (this) {
            if (local == null) {
                local = calls().localAddress(closing);
            }
            descriptor = -1;
        }
        if (poller != null) {
            poller.forget(this);
        }
        Calls.close(closing);
    }

    @Override
    void pollerClosed() {
        close();
    }

    @Override
    public void reset() {
        if (descriptor >= 0 && (remoteOfIpv4 != Sockaddr.NO_IPV4 || remote instanceof InetSocketAddress)) {
            // Linger of zero makes close send RST, so that a peer that does not read cannot keep our memory.
            int ignored = calls().linger(descriptor, 0);
        }
        close();
    }

    @Override
    public SocketAddress remoteAddress() {
        if (remoteOfIpv4 != Sockaddr.NO_IPV4) {
            return Sockaddr.unpackIpv4(remoteOfIpv4);
        }
        return remote == null ? UNKNOWN : remote;
    }

    /** Asks with memory of its own, since the loop uses the poller's meanwhile. */
    @Override
    public synchronized SocketAddress localAddress() {
        if (local == null && descriptor >= 0) {
            local = new Calls().localAddress(descriptor);
        }
        return local == null ? UNKNOWN : local;
    }
}
