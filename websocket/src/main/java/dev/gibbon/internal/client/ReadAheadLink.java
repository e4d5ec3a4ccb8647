package dev.gibbon.internal.client;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A link from which more was read than was wanted: it gives those bytes first, and calls its handler for them, since the poller
 * does not know of them.
 */
final class ReadAheadLink implements Link, Runnable {
    private final EventLoop loop;
    private final Link link;
    private final ByteBuffer ahead;
    private @Nullable LinkHandler handler;
    private boolean wantsRead;
    private boolean calling;
    private boolean closed;

    /** Puts bytes in front of a link; they are copied. */
    ReadAheadLink(EventLoop loop, Link link, ByteBuffer ahead) {
        this.loop = loop;
        this.link = link;
        this.ahead = ByteBuffer.allocate(ahead.remaining()).put(ahead).flip();
    }

    @Override
    public void attach(Poller poller, LinkHandler first) throws IOException {
        link.attach(poller, first);
        handler = first;
        wantsRead = false;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (closed || !ahead.hasRemaining()) {
            return link.read(target);
        }
        int count = Math.min(ahead.remaining(), target.remaining());
        target.put(ahead.slice(ahead.position(), count));
        ahead.position(ahead.position() + count);
        callAgain();
        return count;
    }

    @Override
    public void interest(boolean readable, boolean writable) {
        wantsRead = readable;
        link.interest(readable, writable);
        callAgain();
    }

    private void callAgain() {
        if (wantsRead && ahead.hasRemaining() && !calling && !closed) {
            calling = true;
            loop.execute(this);
        }
    }

    @Override
    public void run() {
        calling = false;
        LinkHandler called = handler;
        if (called != null && wantsRead && ahead.hasRemaining() && !closed) {
            called.readable();
            callAgain();
        }
    }

    @Override
    public void handler(LinkHandler next) {
        handler = next;
        link.handler(next);
        callAgain();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return link.write(source);
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
        return link.write(first, second);
    }

    @Override
    public void shutdownOutput() {
        link.shutdownOutput();
    }

    @Override
    public void close() {
        closed = true;
        link.close();
    }

    @Override
    public void reset() {
        closed = true;
        link.reset();
    }

    @Override
    public SocketAddress remoteAddress() {
        return link.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return link.localAddress();
    }
}
