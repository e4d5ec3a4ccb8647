package dev.gibbon.internal.tls;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS over another link, in either role. It drives the handshake by itself as soon as it is attached; until that is complete a
 * read brings nothing and a write takes nothing. A failure is told by the next read or write, after the peer was sent an
 * alert; from then on reads throw away what still comes, so that whoever lingers lets the alert arrive.
 *
 * <p>When bytes are left that can be read without the socket, the handler is called again, if it wants to read. At rest no buffer is
 * held. Only for the loop's thread; key exchanges are computed by the loop's workers, and nobody touches the engine meanwhile.
 */
public final class TlsLink implements Link, LinkHandler, Runnable {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Told how a handshake ends: one of the two, once, or none if the link is closed before. On the loop. */
    public interface Observer {
        /** The handshake is complete. */
        default void secured(TlsLink link) {}

        /** The handshake failed; the same is told by the next read. */
        default void failed(TlsLink link, IOException cause) {}
    }

    private enum Phase {
        /** The keys are agreed upon. */
        HANDSHAKE,
        /** Bytes go both ways. */
        OPEN,
        /** Broken; an alert may be on its way. */
        FAILED,
        /** Gone. */
        CLOSED
    }

    private final EventLoop loop;
    private final Link inner;
    private final SSLEngine engine;
    private final Observer observer;
    private final TlsInput input;
    private final TlsOutput output;
    private @Nullable LinkHandler handler;
    private @Nullable IOException failure;
    /** Read by the workers, to spare what nobody waits for. */
    private volatile Phase phase = Phase.HANDSHAKE;

    private boolean attached;
    private boolean wantsRead;
    private boolean wantsWrite;
    /** A worker has the engine. */
    private boolean computing;

    private boolean failureTold;
    private boolean scheduled;
    private boolean shutWanted;
    private boolean shut;

    private TlsLink(EventLoop loop, Link inner, SSLEngine engine, Observer observer) {
        this.loop = loop;
        this.inner = inner;
        this.engine = engine;
        this.observer = observer;
        this.input = new TlsInput(loop, inner, engine);
        this.output = new TlsOutput(loop, inner, engine);
    }

    /**
     * Puts TLS on a link.
     *
     * @param loop the link's loop
     * @param inner the link, attached to the loop's poller or not yet
     * @param engine new, its role and parameters set
     * @param early bytes of the peer that were read before; copied
     * @param observer told how the handshake ends
     */
    public static TlsLink over(EventLoop loop, Link inner, SSLEngine engine, ByteBuffer early, Observer observer) {
        TlsLink link = new TlsLink(loop, inner, engine, observer);
        link.input.early(early);
        return link;
    }

    /** The same, with nothing read before. */
    public static TlsLink over(EventLoop loop, Link inner, SSLEngine engine, Observer observer) {
        return over(loop, inner, engine, NOTHING.duplicate(), observer);
    }

    @Override
    public void attach(Poller poller, LinkHandler first) throws IOException {
        handler = first;
        if (attached) {
            return;
        }
        inner.attach(poller, this);
        attached = true;
        try {
            engine.beginHandshake();
        } catch (RuntimeException | IOException e) {
            // Settings that cannot work, such as no common protocol; it is told as any other failure.
            fail(e);
        }
        again();
        updateInner();
    }

    // ---- the handshake

    private void handshake(boolean mayRead) {
        boolean read = mayRead;
        int taken = 0;
        try {
            while (phase == Phase.HANDSHAKE && !computing) {
                HandshakeStatus status = engine.getHandshakeStatus();
                if (status == HandshakeStatus.NEED_TASK) {
                    compute();
                } else if (status == HandshakeStatus.NEED_WRAP) {
                    if (!output.sayOwed()) {
                        break;
                    }
                } else if (status == HandshakeStatus.NEED_UNWRAP) {
                    if (output.isPending() || !input.takeHandshake(read)) {
                        break;
                    }
                    read = false;
                    if (++taken == TlsInput.MOST_RECORDS_WITHOUT_DATA) {
                        again();
                        break;
                    }
                } else {
                    secured();
                }
            }
        } catch (RuntimeException | IOException e) {
            fail(e);
        }
        if (phase != Phase.CLOSED) {
            input.trim();
        }
    }

    private void secured() {
        SSLSession session = engine.getSession();
        input.secured(session.getProtocol());
        phase = Phase.OPEN;
        observer.secured(this);
        again();
    }

    /** Has the workers compute what would hold the loop. */
    private void compute() {
        Runnable first = engine.getDelegatedTask();
        if (first == null) {
            return;
        }
        loop.workers().execute(() -> {
            Throwable thrown = null;
            try {
                for (Runnable task = first; task != null && phase != Phase.CLOSED; task = engine.getDelegatedTask()) {
                    task.run();
                }
            } catch (Throwable e) {
                thrown = e;
            }
            Throwable outcome = thrown;
            try {
                loop.execute(() -> computed(outcome));
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, "computed after the loops were closed", e);
            }
        });
        computing = true;
    }

    private void computed(@Nullable Throwable thrown) {
        computing = false;
        if (phase == Phase.CLOSED) {
            return;
        }
        try {
            if (thrown != null) {
                fail(thrown);
            } else if (phase == Phase.OPEN) {
                heed(engine.getHandshakeStatus(), input.isEnded());
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
        run();
    }

    /** What the engine wants after a record. */
    void heed(HandshakeStatus status, boolean ended) throws IOException {
        if (status == HandshakeStatus.NEED_TASK) {
            compute();
        } else if (status == HandshakeStatus.NEED_WRAP && (!ended || input.isLegacy())) {
            // The peer's new keys want ours; TLS 1.2 answers close_notify at once. TLS 1.3 leaves our direction open.
            output.sayOwed();
        }
    }

    /** Whether records may be decrypted now. */
    boolean mayDecrypt() {
        return phase == Phase.OPEN && !computing && !output.owes();
    }

    // ---- calls from the link below, and again by the loop

    @Override
    public void readable() {
        if (phase == Phase.HANDSHAKE) {
            handshake(true);
        } else if (wantsRead) {
            callReadable();
        }
        settle();
    }

    @Override
    public void writable() {
        try {
            if (phase == Phase.OPEN && wantsWrite && !computing && !output.owes()) {
                // It comes back with what it could not write before, and so goes on with what is kept.
                callWritable();
            }
            if (phase != Phase.CLOSED && !computing && output.flush() && phase == Phase.HANDSHAKE) {
                handshake(false);
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
        settle();
    }

    @Override
    public void run() {
        scheduled = false;
        if (phase == Phase.CLOSED) {
            return;
        }
        loop.refresh();
        if (phase == Phase.HANDSHAKE) {
            handshake(false);
        } else {
            if (wantsWrite && (phase == Phase.FAILED ? !failureTold : !computing && !output.isPending())) {
                callWritable();
            }
            if (phase != Phase.CLOSED && wantsRead && hasMore()) {
                callReadable();
            }
        }
        settle();
    }

    private void callReadable() {
        LinkHandler called = handler;
        if (called != null) {
            called.readable();
        }
    }

    private void callWritable() {
        LinkHandler called = handler;
        if (called != null) {
            called.writable();
        }
    }

    /** After each event: what is wanted of the link below, and whether to come back without it. */
    private void settle() {
        if (phase == Phase.CLOSED) {
            return;
        }
        if (shutWanted && !shut && !computing) {
            shutNow();
        }
        updateInner();
        if (wantsRead && hasMore()) {
            again();
        }
    }

    private void again() {
        if (!scheduled) {
            scheduled = true;
            loop.nextTurn(this);
        }
    }

    private boolean hasMore() {
        return switch (phase) {
            case OPEN -> mayDecrypt() && input.hasMore();
            case FAILED -> !failureTold;
            case HANDSHAKE, CLOSED -> false;
        };
    }

    private void updateInner() {
        boolean read = switch (phase) {
            case HANDSHAKE -> !computing && !output.isPending();
            case OPEN -> wantsRead && mayDecrypt() && !input.isEnded();
            case FAILED -> wantsRead;
            case CLOSED -> false;
        };
        boolean write = output.isPending() || (phase == Phase.OPEN && wantsWrite && !computing);
        if (phase != Phase.CLOSED) {
            inner.interest(read, write);
        }
    }

    // ---- what its user calls

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (phase == Phase.OPEN && !computing) {
            try {
                return input.read(target, this);
            } catch (IOException | RuntimeException e) {
                fail(e);
            }
        }
        IOException broken = failure;
        if (broken != null && phase != Phase.CLOSED) {
            if (!failureTold) {
                failureTold = true;
                throw broken;
            }
            return input.discard() < 0 ? -1 : 0;
        }
        requireOpen();
        return 0;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return (int) write(source, NOTHING.duplicate());
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
        IOException broken = failure;
        if (broken != null) {
            failureTold = true;
            throw new IOException(broken.getMessage(), broken);
        }
        requireOpen();
        if (shutWanted) {
            throw new IOException("the output was shut down");
        }
        if (phase != Phase.OPEN || computing || output.owes()) {
            return 0;
        }
        try {
            return output.write(first, second);
        } catch (IOException | RuntimeException e) {
            fail(e);
            failureTold = true;
            throw e;
        }
    }

    private void requireOpen() throws IOException {
        if (phase == Phase.CLOSED) {
            throw new IOException("the link is closed");
        }
    }

    @Override
    public void interest(boolean readable, boolean writable) {
        wantsRead = readable;
        wantsWrite = writable;
        updateInner();
        if ((readable && hasMore()) || (writable && failure != null && !failureTold)) {
            again();
        }
    }

    @Override
    public void handler(LinkHandler next) {
        handler = next;
    }

    // ---- the end

    /** Whether our direction has ended, so that the peer owes us no goodbye. */
    boolean isOutputShut() {
        return shutWanted;
    }

    @Override
    public void shutdownOutput() {
        if (shutWanted || phase == Phase.CLOSED) {
            return;
        }
        shutWanted = true;
        settle();
    }

    /** Says close_notify behind what is kept, and ends the stream below behind that. */
    private void shutNow() {
        if (shut) {
            return;
        }
        try {
            engine.closeOutbound();
            if (!output.sayOwed()) {
                return;
            }
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "ending TLS", e);
            output.release();
        }
        shut = true;
        inner.shutdownOutput();
    }

    private void fail(Throwable cause) {
        if (phase == Phase.FAILED) {
            // Not even the alert gets through.
            output.release();
            shut = true;
        }
        if (phase == Phase.FAILED || phase == Phase.CLOSED) {
            return;
        }
        final boolean handshaking = phase == Phase.HANDSHAKE;
        IOException broken = cause instanceof IOException io ? io : new SSLException("TLS failed: " + cause, cause);
        failure = broken;
        phase = Phase.FAILED;
        input.release();
        shutWanted = true;
        if (broken instanceof SSLException) {
            // The engine has an alert for the peer; it needs no answer.
            if (!computing) {
                shutNow();
            }
        } else {
            output.release();
            shut = true;
        }
        if (handshaking) {
            observer.failed(this, broken);
        }
        again();
    }

    @Override
    public void close() {
        if (phase == Phase.CLOSED) {
            return;
        }
        if (phase == Phase.OPEN && !computing && !shutWanted) {
            try {
                engine.closeOutbound();
                output.sayOwed();
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.DEBUG, "closing TLS", e);
            }
        }
        end();
        inner.close();
    }

    @Override
    public void reset() {
        if (phase != Phase.CLOSED) {
            end();
            inner.reset();
        }
    }

    private void end() {
        phase = Phase.CLOSED;
        handler = null;
        input.release();
        output.release();
    }

    @Override
    public SocketAddress remoteAddress() {
        return inner.remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return inner.localAddress();
    }

    @Override
    public @Nullable SSLSession tlsSession() {
        return phase == Phase.HANDSHAKE ? null : engine.getSession();
    }

    @Override
    public String toString() {
        return "TLS to " + inner.remoteAddress();
    }
}
