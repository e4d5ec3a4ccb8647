package dev.gibbon.internal.client;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.TimerWheel;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a connected proxy for a tunnel. Knows no deadline, but for the reasons of a refusal; whoever gives up cancels it, which
 * closes the link. Only for the loop's thread.
 */
final class TunnelOpening extends TimerWheel.Timer implements Dialing, LinkHandler {
    /** How long the body of a refusal is waited for. */
    private static final long REASONS_NANOS = 1_000_000_000L;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final EventLoop loop;
    private final Link link;
    private final TunnelProtocol protocol;
    private final Consumer<Link> opened;
    private final Consumer<IOException> failed;
    private ByteBuffer sending = NOTHING;
    /** What writing said, while what came before that is still being read. */
    private @Nullable IOException broken;

    private boolean over;

    private TunnelOpening(
            EventLoop loop, Link link, TunnelProtocol protocol, Consumer<Link> opened, Consumer<IOException> failed) {
        this.loop = loop;
        this.link = link;
        this.protocol = protocol;
        this.opened = opened;
        this.failed = failed;
    }

    /** Begins. One of the two is called, never from inside; after a failure the link is closed. */
    static TunnelOpening begin(
            EventLoop loop, Link link, TunnelProtocol protocol, Consumer<Link> opened, Consumer<IOException> failed) {
        TunnelOpening opening = new TunnelOpening(loop, link, protocol, opened, failed);
        opening.sending = ByteBuffer.wrap(protocol.request());
        try {
            link.attach(loop.poller(), opening);
            // The first bytes leave when the link says that there is room, so that nothing is told from inside.
            link.interest(true, true);
        } catch (IOException e) {
            loop.execute(() -> opening.fail(e));
        }
        return opening;
    }

    @Override
    public void writable() {
        if (over) {
            return;
        }
        try {
            if (sending.hasRemaining()) {
                link.write(sending);
            }
            link.interest(true, sending.hasRemaining());
        } catch (IOException e) {
            // A proxy that refuses may have said why, and closed: that comes first.
            broken = e;
            readable();
            fail(e);
        }
    }

    @Override
    public void readable() {
        if (over) {
            return;
        }
        ByteBuffer in = loop.readBuffer();
        try {
            int count = link.read(in);
            if (count < 0) {
                IOException first = protocol.refusal() == null ? broken : null;
                fail(first == null ? protocol.ended() : first);
                return;
            }
            in.flip();
            while (in.hasRemaining() && !protocol.isOpen()) {
                send(protocol.take(in));
            }
            if (protocol.isOpen()) {
                open(in);
            } else if (protocol.refusal() != null && !armed()) {
                loop.timers().arm(this, loop.now() + REASONS_NANOS);
            }
        } catch (IOException e) {
            IOException refusal = protocol.refusal();
            IOException first = broken == null ? e : broken;
            fail(refusal == null ? first : refusal);
        } catch (RuntimeException e) {
            fail(new IOException("asking a proxy failed: " + e, e));
        }
    }

    private void send(byte[] bytes) throws IOException {
        if (bytes.length > 0) {
            if (sending.hasRemaining()) {
                // It answered before it had the question.
                throw protocol.ended();
            }
            sending = ByteBuffer.wrap(bytes);
            link.write(sending);
            link.interest(true, sending.hasRemaining());
        }
    }

    private void open(ByteBuffer left) {
        over = true;
        loop.timers().disarm(this);
        link.interest(false, false);
        opened.accept(left.hasRemaining() ? new ReadAheadLink(loop, link, left) : link);
    }

    @Override
    protected void expired(long now) {
        IOException refusal = protocol.refusal();
        fail(refusal == null ? protocol.ended() : refusal);
    }

    private void fail(IOException cause) {
        if (!over) {
            cancel();
            failed.accept(cause);
        }
    }

    /** What the proxy has said already when time runs out. */
    @Nullable
    IOException refusal() {
        return protocol.refusal();
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            loop.timers().disarm(this);
            link.close();
        }
    }
}
