package dev.gibbon.internal.tls;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.transport.Link;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a TLS link: reads records and decrypts them where the caller wants the bytes. Only what cannot be handed
 * over at once is kept: the beginning of a record, and what of a record does not fit the caller's buffer. Both lie in
 * buffers from the loop's pool, as large as what has come. Only for the loop's thread.
 */
final class TlsInput {
    /** What one read of the socket can bring. */
    private static final int BUFFER_BYTES = 128 << 10;

    /** The pool has no smaller buffers. */
    private static final int SMALLEST_BYTES = 1 << 10;

    /**
     * Records that one event may take that bring no data: new keys, pieces of a handshake. One read of the socket brings thousands,
     * and each may cost as much as a key or a copy of all pieces before it; the others on the loop have their turn between.
     */
    static final int MOST_RECORDS_WITHOUT_DATA = 32;

    private static final int RECORD_HEADER = 5;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final EventLoop loop;
    private final Link inner;
    private final SSLEngine engine;
    private @Nullable ByteBuffer records;
    private @Nullable ByteBuffer plain;
    private @Nullable IOException late;
    /** The protocol is older than TLS 1.3. */
    private boolean legacy;
    /** The peer has said that nothing follows. */
    private boolean ended;

    private boolean endTold;

    TlsInput(EventLoop loop, Link inner, SSLEngine engine) {
        this.loop = loop;
        this.inner = inner;
        this.engine = engine;
    }

    /** Takes bytes that were read before. */
    void early(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            records = loop.buffers().acquire(bytes.remaining()).put(bytes).flip();
        }
    }

    /** The handshake is complete. */
    void secured(String protocol) {
        legacy = !protocol.equals("TLSv1.3");
    }

    /** Whether the protocol is older than TLS 1.3. */
    boolean isLegacy() {
        return legacy;
    }

    /** Whether something can be read without the socket. */
    boolean hasMore() {
        return plain != null || late != null || (ended && !endTold) || (!ended && hasWholeRecord());
    }

    /** Whether nothing can follow from the socket. */
    boolean isEnded() {
        return ended;
    }

    // ---- the handshake

    /**
     * Takes a record of the handshake.
     *
     * @param mayRead whether the socket may be read; each event reads it once, so that no peer can hold the loop
     * @return false if none has come whole
     */
    boolean takeHandshake(boolean mayRead) throws IOException {
        if (unwrapHandshake()) {
            return true;
        }
        if (!mayRead) {
            return false;
        }
        if (fill() < 0) {
            throw new EOFException("the peer ended the stream during the TLS handshake");
        }
        return unwrapHandshake();
    }

    private boolean unwrapHandshake() throws IOException {
        ByteBuffer in = records;
        if (in == null || !in.hasRemaining()) {
            return false;
        }
        SSLEngineResult result = engine.unwrap(in, NOTHING.duplicate());
        return switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> false;
            case BUFFER_OVERFLOW -> throw new SSLException("application data during the TLS handshake");
            case CLOSED -> throw new SSLException("the peer closed TLS during the handshake");
            case OK -> result.bytesConsumed() > 0 || result.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP;
        };
    }

    // ---- application data

    /**
     * Decrypts into a buffer.
     *
     * @param link asked whether it may go on after each record, and told what the engine wants
     * @return bytes put there, -1 at the end of the stream
     */
    int read(ByteBuffer target, TlsLink link) throws IOException {
        int start = target.position();
        takePlain(target);
        if (plain == null && late == null) {
            decrypt(target, start, link);
            if (target.position() == start
                    && target.hasRemaining()
                    && !ended
                    && link.mayDecrypt()
                    && !hasWholeRecord()) {
                if (fill() < 0) {
                    endOfStream(link);
                } else {
                    decrypt(target, start, link);
                }
            }
        }
        trim();
        int count = target.position() - start;
        IOException failed = late;
        if (count == 0 && failed != null) {
            late = null;
            throw failed;
        }
        if (count == 0 && ended) {
            endTold = true;
            return -1;
        }
        return count;
    }

    private void endOfStream(TlsLink link) throws IOException {
        if (!link.isOutputShut()) {
            // RFC 8446, 6.1: a stream that ends without close_notify may have been cut off by somebody between.
            throw new EOFException("the peer ended the stream without the close_notify of TLS: it may be truncated");
        }
        ended = true;
    }

    private void decrypt(ByteBuffer target, int start, TlsLink link) throws IOException {
        int without = 0;
        try {
            while (target.hasRemaining()
                    && plain == null
                    && !ended
                    && link.mayDecrypt()
                    && without < MOST_RECORDS_WITHOUT_DATA) {
                int before = target.position();
                ByteBuffer in = records;
                if (in == null || !in.hasRemaining() || !next(in, target, start, link)) {
                    return;
                }
                without += target.position() == before ? 1 : 0;
            }
        } catch (SSLException e) {
            if (target.position() == start) {
                throw e;
            }
            // What came whole before is handed over before the failure is known.
            late = e;
        }
    }

    /** Decrypts one record. False if there is none. */
    private boolean next(ByteBuffer in, ByteBuffer target, int start, TlsLink link) throws IOException {
        int type = in.get(in.position());
        if (legacy && type == HANDSHAKE) {
            throw new RenegotiationRefusedException();
        }
        if (legacy && type == ALERT && target.position() > start) {
            // TLS 1.2 ends both directions with one close_notify (RFC 5246, 7.2.1). What came before it can still be
            // answered,
            // if it is handed over first.
            return false;
        }
        SSLEngineResult result = engine.unwrap(in, target);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            if (!hasWholeRecord()) {
                return false;
            }
            ByteBuffer aside = loop.buffers().acquire(engine.getSession().getApplicationBufferSize());
            plain = aside.limit(0);
            result = engine.unwrap(in, aside.clear());
            aside.flip();
            takePlain(target);
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                throw new SSLException("TLS wants more room than it asked for: " + result);
            }
        }
        if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
            return false;
        }
        if (result.getStatus() == Status.CLOSED || (result.bytesProduced() == 0 && engine.isInboundDone())) {
            ended = true;
        }
        link.heed(result.getHandshakeStatus(), ended);
        return result.bytesConsumed() > 0;
    }

    private void takePlain(ByteBuffer target) {
        ByteBuffer from = plain;
        if (from == null) {
            return;
        }
        int count = Math.min(from.remaining(), target.remaining());
        target.put(target.position(), from, from.position(), count);
        target.position(target.position() + count);
        from.position(from.position() + count);
        if (!from.hasRemaining()) {
            plain = null;
            loop.buffers().release(from);
        }
    }

    // ---- records

    private boolean hasWholeRecord() {
        ByteBuffer in = records;
        if (in == null || in.remaining() < RECORD_HEADER) {
            return false;
        }
        int length = in.getShort(in.position() + 3) & 0xffff;
        return in.remaining() >= RECORD_HEADER + length;
    }

    /** Reads the socket behind what is left. */
    private int fill() throws IOException {
        ByteBuffer in = records;
        if (in == null) {
            in = loop.buffers().acquire(BUFFER_BYTES);
        } else if (in.capacity() < BUFFER_BYTES) {
            ByteBuffer small = in;
            in = loop.buffers().acquire(BUFFER_BYTES).put(small);
            loop.buffers().release(small);
        } else {
            in.compact();
        }
        records = in;
        try {
            return inner.read(in);
        } finally {
            in.flip();
        }
    }

    /** Throws away what the socket has. */
    int discard() throws IOException {
        release();
        ByteBuffer into = loop.buffers().acquire(BUFFER_BYTES);
        try {
            return inner.read(into);
        } finally {
            loop.buffers().release(into);
        }
    }

    /** Keeps no more room than what is left needs. */
    void trim() {
        ByteBuffer in = records;
        if (in == null) {
            return;
        }
        if (!in.hasRemaining() || ended) {
            records = null;
            loop.buffers().release(in);
        } else if (in.capacity() > SMALLEST_BYTES && in.remaining() <= in.capacity() / 2) {
            records = loop.buffers().acquire(in.remaining()).put(in).flip();
            loop.buffers().release(in);
        }
    }

    /** Drops what is held. */
    void release() {
        ByteBuffer in = records;
        if (in != null) {
            records = null;
            loop.buffers().release(in);
        }
        ByteBuffer rest = plain;
        if (rest != null) {
            plain = null;
            loop.buffers().release(rest);
        }
    }
}
