package dev.gibbon.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One end of an in-memory link. */
final class MemoryLink implements Link {
    private final MemoryPipe in;
    private final MemoryPipe out;
    private final SocketAddress local;
    private final SocketAddress remote;
    private final Faults faults;
    private @Nullable MemoryPoller poller;
    private @Nullable LinkHandler handler;
    private boolean wantsRead;
    private boolean wantsWrite;
    private final AtomicInteger calls = new AtomicInteger();
    private int pollsToWait;
    private volatile boolean closed;

    MemoryLink(MemoryPipe in, MemoryPipe out, SocketAddress local, SocketAddress remote, Faults faults) {
        this.in = in;
        this.out = out;
        this.local = local;
        this.remote = remote;
        this.faults = faults;
        this.pollsToWait = faults.delayPolls();
    }

    /** True if the poller is new to it. */
    boolean attach(MemoryPoller to, LinkHandler first) throws IOException {
        if (closed) {
            throw new IOException("the link is closed");
        }
        if (poller == to) {
            handler = first;
            interest(false, false);
            return false;
        }
        if (poller != null) {
            throw new IllegalStateException("the link belongs to another poller");
        }
        poller = to;
        handler = first;
        in.onChange(to::wakeup);
        out.onRoom(to::wakeup);
        return true;
    }

    /** Calls the handler for what is ready. True if anything was. */
    boolean dispatch() {
        boolean called = false;
        LinkHandler now = handler;
        if (now != null && wantsWrite && out.writable()) {
            now.writable();
            called = true;
        }
        now = handler;
        if (now != null && wantsRead && in.readable()) {
            if (pollsToWait > 0) {
                pollsToWait--;
                return called;
            }
            pollsToWait = faults.delayPolls();
            now.readable();
            called = true;
        }
        return called;
    }

    boolean isReady() {
        return handler != null && ((wantsWrite && out.writable()) || (wantsRead && in.readable()));
    }

    private void call() throws IOException {
        if (closed) {
            throw new IOException("the link is closed");
        }
        if (calls.incrementAndGet() == faults.failAfterCalls()) {
            in.reset();
            out.reset();
            throw new IOException("injected fault at call " + calls.get());
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        call();
        return in.read(target, faults.mostRead());
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        call();
        return out.write(source, faults.mostWritten());
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
        call();
        long count = out.write(first, faults.mostWritten());
        if (!first.hasRemaining() && count < faults.mostWritten()) {
            count += out.write(second, faults.mostWritten() - (int) count);
        }
        return count;
    }

    @Override
    public boolean writableByOthers() {
        return true;
    }

    @Override
    public void interest(boolean readable, boolean writable) {
        wantsRead = readable;
        wantsWrite = writable;
    }

    @Override
    public void handler(LinkHandler next) {
        handler = next;
    }

    @Override
    public void shutdownOutput() {
        out.end();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        handler = null;
        // As TCP does it: closing with unread bytes resets, so that the peer may lose what was on its way.
        if (in.readable() && !in.isEnded()) {
            out.reset();
        } else {
            out.end();
        }
        in.closeReader();
        detach();
    }

    @Override
    public void reset() {
        if (!closed) {
            closed = true;
            handler = null;
            in.reset();
            out.reset();
            detach();
        }
    }

    private void detach() {
        MemoryPoller attached = poller;
        poller = null;
        if (attached != null) {
            attached.detach(this);
        }
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }
}
