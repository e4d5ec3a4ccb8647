package dev.gibbon.internal.tls;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.transport.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a TLS link: makes records and writes them. Records that the socket does not take are kept, in a
 * buffer from the loop's pool, and nothing more is encrypted until they have gone. Only for the loop's thread.
 *
 * <p>Bytes are reported as written only as far as their records have left. So whoever sends sees an empty queue when everything is
 * with the system, progress when the peer takes something, and what is lost when the connection breaks. He presents the
 * rest again, as he must on any link; what is encrypted of it already is counted, not encrypted twice.
 */
final class TlsOutput {
    /** Records that are gathered for one write: enough to make the call cheap, few enough to be kept for a peer that stalls. */
    private static final int RECORDS_A_WRITE = 4;

    private static final int BUFFER_BYTES = 128 << 10;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final EventLoop loop;
    private final Link inner;
    private final SSLEngine engine;
    private final ByteBuffer[] sources = new ByteBuffer[2];
    private @Nullable ByteBuffer kept;
    /** Plain bytes that are encrypted in {@link #kept} and not yet reported as written. */
    private int unreported;
    /** The engine has something to say that did not fit. */
    private boolean owed;

    TlsOutput(EventLoop loop, Link inner, SSLEngine engine) {
        this.loop = loop;
        this.inner = inner;
        this.engine = engine;
    }

    /** Whether records wait for the socket. */
    boolean isPending() {
        return kept != null;
    }

    /** Whether the engine's own answers wait for the socket; then nothing more may be read that could add to them. */
    boolean owes() {
        return owed;
    }

    /** Encrypts and writes what fits of both. */
    long write(ByteBuffer first, ByteBuffer second) throws IOException {
        long reported = report(first, second);
        if (kept != null || !(first.hasRemaining() || second.hasRemaining())) {
            return reported;
        }
        ByteBuffer net = loop.buffers().acquire(BUFFER_BYTES);
        try {
            while (kept == null && (first.hasRemaining() || second.hasRemaining())) {
                reported += writeSome(first, second, net.clear());
            }
        } finally {
            loop.buffers().release(net);
            sources[0] = NOTHING;
            sources[1] = NOTHING;
        }
        return reported;
    }

    /** Goes on with what is kept, and reports what of it has left. */
    private long report(ByteBuffer first, ByteBuffer second) throws IOException {
        int gone = flushKept();
        // A record is longer than what it carries, so bytes that have left stand for at least as many plain ones less
        // one
        // that is reported with the last of them.
        int report = kept == null ? unreported : Math.min(unreported - 1, gone);
        report = (int) Math.min(Math.max(0, report), (long) first.remaining() + second.remaining());
        unreported -= report;
        int ofFirst = Math.min(report, first.remaining());
        first.position(first.position() + ofFirst);
        second.position(second.position() + report - ofFirst);
        return report;
    }

    /** Writes one batch of records. */
    private int writeSome(ByteBuffer first, ByteBuffer second, ByteBuffer net) throws IOException {
        int firstAt = first.position();
        int secondAt = second.position();
        sources[0] = first;
        sources[1] = second;
        int record = engine.getSession().getPacketBufferSize();
        for (int i = 0; i < RECORDS_A_WRITE && net.remaining() >= record; i++) {
            SSLEngineResult result = engine.wrap(sources, 0, 2, net);
            if (result.getStatus() == Status.CLOSED) {
                throw new IOException("the TLS connection is closed for writing");
            }
            if (result.getStatus() != Status.OK) {
                throw new SSLException("TLS cannot write: " + result);
            }
            if (!first.hasRemaining() && !second.hasRemaining()) {
                break;
            }
            if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
                throw new SSLException("TLS makes no progress in writing: " + result);
            }
        }
        int ofFirst = first.position() - firstAt;
        int taken = ofFirst + second.position() - secondAt;
        net.flip();
        int gone = inner.write(net);
        if (!net.hasRemaining()) {
            return taken;
        }
        keep(net);
        int report = Math.max(0, Math.min(taken - 1, gone));
        unreported = taken - report;
        first.position(firstAt + Math.min(ofFirst, report));
        second.position(secondAt + Math.max(0, report - ofFirst));
        return report;
    }

    /** Writes what is kept as far as it goes, and then what the engine wants to say. True if nothing is left. */
    boolean flush() throws IOException {
        flushKept();
        return kept == null && (!owed || sayOwed());
    }

    private int flushKept() throws IOException {
        ByteBuffer rest = kept;
        if (rest == null) {
            return 0;
        }
        int gone = inner.write(rest);
        if (!rest.hasRemaining()) {
            kept = null;
            loop.buffers().release(rest);
        }
        return gone;
    }

    /** Writes what the engine has to say by itself: handshake, alerts, new keys. True if all of it has left. */
    boolean sayOwed() throws IOException {
        owed = true;
        flushKept();
        if (kept != null) {
            return false;
        }
        ByteBuffer net = loop.buffers().acquire(BUFFER_BYTES);
        try {
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                if (net.remaining() < engine.getSession().getPacketBufferSize() && !send(net)) {
                    return false;
                }
                SSLEngineResult result = engine.wrap(NOTHING.duplicate(), net);
                if (result.getStatus() == Status.CLOSED) {
                    break;
                }
                if (result.getStatus() != Status.OK || result.bytesProduced() == 0) {
                    throw new SSLException("TLS wants to write, but does not: " + result);
                }
            }
            owed = false;
            return send(net);
        } finally {
            loop.buffers().release(net);
        }
    }

    /** Writes a buffer that was filled; keeps what is not taken. True, and it is empty again, if all was taken. */
    private boolean send(ByteBuffer net) throws IOException {
        net.flip();
        if (net.hasRemaining()) {
            inner.write(net);
        }
        if (net.hasRemaining()) {
            keep(net);
            return false;
        }
        net.clear();
        return true;
    }

    private void keep(ByteBuffer net) {
        kept = loop.buffers().acquire(net.remaining()).put(net).flip();
    }

    /** Drops what is kept. */
    void release() {
        ByteBuffer rest = kept;
        if (rest != null) {
            kept = null;
            loop.buffers().release(rest);
        }
        unreported = 0;
        owed = false;
    }
}
