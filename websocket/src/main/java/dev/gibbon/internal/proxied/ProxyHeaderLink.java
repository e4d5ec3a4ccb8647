package dev.gibbon.internal.proxied;

import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A link that begins with a header of the PROXY protocol, which it reads and hides: above it the stream begins behind the header,
 * and the peer is the client that the header names. It takes exactly the header's bytes, so that whatever follows, TLS or HTTP,
 * is still in the link below. Only for the loop's thread.
 */
public final class ProxyHeaderLink implements Link {
    private final Link inner;
    private final Consumer<String> complaints;
    private @Nullable ProxyHeader header = new ProxyHeader();
    private @Nullable SocketAddress client;
    private boolean secure;

    /**
     * Stands in front of a link.
     *
     * @param complaints told what is wrong with a header, before the read that meets it throws
     */
    public ProxyHeaderLink(Link inner, Consumer<String> complaints) {
        this.inner = inner;
        this.complaints = complaints;
    }

    /** Whether the proxy says that the client came to it by TLS. */
    public boolean isClientSecure() {
        return secure;
    }

    @Override
    public void attach(Poller poller, LinkHandler handler) throws IOException {
        inner.attach(poller, handler);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ProxyHeader unread = header;
        while (unread != null) {
            int count = readSome(unread, target);
            if (count <= 0) {
                return count;
            }
            unread = header;
        }
        return inner.read(target);
    }

    /** Reads into the target, but leaves it as it was. */
    private int readSome(ProxyHeader unread, ByteBuffer target) throws IOException {
        int start = target.position();
        int limit = target.limit();
        int count;
        try {
            target.limit(start + Math.min(unread.wanted(), limit - start));
            count = inner.read(target);
            unread.take(target.flip().position(start));
        } finally {
            target.limit(limit).position(start);
        }
        String fault = unread.fault();
        if (fault != null) {
            complaints.accept(fault);
            throw new IOException("a header of the PROXY protocol was expected: " + fault);
        }
        if (unread.isComplete()) {
            header = null;
            client = unread.client();
            secure = unread.isSecure();
        }
        return count;
    }

    @Override
    public boolean isAtEnd() {
        return inner.isAtEnd();
    }

    @Override
    public int writeLast(ByteBuffer source) throws IOException {
        return inner.writeLast(source);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return inner.write(source);
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
        return inner.write(first, second);
    }

    /** What is written never meets the header. */
    @Override
    public boolean writableByOthers() {
        return inner.writableByOthers();
    }

    @Override
    public void interest(boolean readable, boolean writable) {
        inner.interest(readable, writable);
    }

    @Override
    public void handler(LinkHandler handler) {
        inner.handler(handler);
    }

    @Override
    public void shutdownOutput() {
        inner.shutdownOutput();
    }

    @Override
    public void close() {
        inner.close();
    }

    @Override
    public void reset() {
        inner.reset();
    }

    /** The client's address, once the header has told it; before that, and if it does not tell, the proxy's. */
    @Override
    public SocketAddress remoteAddress() {
        SocketAddress told = client;
        return told == null ? inner.remoteAddress() : told;
    }

    @Override
    public SocketAddress localAddress() {
        return inner.localAddress();
    }
}
