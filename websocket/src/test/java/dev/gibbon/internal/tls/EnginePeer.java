package dev.gibbon.internal.tls;

import dev.gibbon.internal.transport.MemoryPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a TLS connection in memory, by the JDK's engine and nothing of ours. Nothing waits: {@link #pump} does what can
 * be done now. For one thread.
 */
public final class EnginePeer {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final MemoryPeer peer;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final ByteArrayOutputStream toSend = new ByteArrayOutputStream();
    private byte[] cipher = {};
    private byte[] unsent = {};
    private @Nullable SSLException failure;
    private boolean ended;
    private boolean reading = true;
    private int recordBytes = 1 << 14;
    private int mostWritten = Integer.MAX_VALUE;
    private boolean corrupting;

    /** Takes an engine whose role is set. */
    public EnginePeer(SSLEngine engine, MemoryPeer peer) {
        this.engine = engine;
        this.peer = peer;
        try {
            engine.beginHandshake();
        } catch (SSLException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The engine, for what this class does not do. */
    public SSLEngine engine() {
        return engine;
    }

    /** The pipe below. */
    public MemoryPeer pipe() {
        return peer;
    }

    /** Plain bytes a record. */
    public EnginePeer recordBytes(int most) {
        recordBytes = most;
        return this;
    }

    /** Bytes of a write to the pipe; they come one after the other. */
    public EnginePeer mostWritten(int most) {
        mostWritten = most;
        return this;
    }

    /** Whether the pipe is read. */
    public EnginePeer reading(boolean wanted) {
        reading = wanted;
        return this;
    }

    /** The last byte of what is sent from now on is changed on its way. */
    public EnginePeer corrupting() {
        corrupting = true;
        return this;
    }

    /** Sends plain bytes as soon as it can. */
    public EnginePeer send(byte[] bytes) {
        toSend.writeBytes(bytes);
        return this;
    }

    /** Sends close_notify behind what is to be sent. */
    public EnginePeer endTls() {
        pump();
        engine.closeOutbound();
        pump();
        return this;
    }

    /** Everything received since the last call. */
    public byte[] received() {
        byte[] bytes = received.toByteArray();
        received.reset();
        return bytes;
    }

    /** Whether close_notify came. */
    public boolean ended() {
        return ended;
    }

    /** Whether the stream below has ended too. */
    public boolean atEnd() {
        return peer.atEnd();
    }

    /** What broke TLS; an alert of the other end says its name. */
    public @Nullable SSLException failure() {
        return failure;
    }

    /** Whether the handshake is complete. */
    public boolean isSecured() {
        return failure == null
                && !engine.getSession().getProtocol().equals("NONE")
                && engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Bytes that wait for room in the pipe. */
    public int unsent() {
        return unsent.length;
    }

    /** Does what can be done now. True if anything happened. */
    public boolean pump() {
        try {
            boolean any = readPipe();
            boolean more = true;
            while (more) {
                more = step();
                any |= more;
            }
            return writePipe() || any;
        } catch (SSLException e) {
            failure = failure == null ? e : failure;
            try {
                wrap(NOTHING.duplicate());
                writePipe();
            } catch (IOException late) {
                e.addSuppressed(late);
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean step() throws IOException {
        if (failure != null) {
            return false;
        }
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            return true;
        }
        if (status == HandshakeStatus.NEED_WRAP && !(ended && !engine.isOutboundDone() && isThirteen())) {
            return wrap(NOTHING.duplicate());
        }
        if (cipher.length > 0 && !ended) {
            if (unwrap()) {
                return true;
            }
        }
        if (status == HandshakeStatus.NOT_HANDSHAKING && toSend.size() > 0 && !engine.isOutboundDone()) {
            byte[] all = toSend.toByteArray();
            ByteBuffer some = ByteBuffer.wrap(all, 0, Math.min(recordBytes, all.length));
            boolean did = wrap(some);
            toSend.reset();
            toSend.write(all, some.position(), all.length - some.position());
            return did;
        }
        return false;
    }

    private boolean isThirteen() {
        return engine.getSession().getProtocol().equals("TLSv1.3");
    }

    private boolean wrap(ByteBuffer plain) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        SSLEngineResult result = engine.wrap(plain, record);
        byte[] more = new byte[unsent.length + record.position()];
        System.arraycopy(unsent, 0, more, 0, unsent.length);
        record.flip().get(more, unsent.length, record.limit());
        if (corrupting && more.length > unsent.length) {
            more[more.length - 1] ^= 1;
        }
        unsent = more;
        return result.bytesProduced() > 0 || result.bytesConsumed() > 0;
    }

    private boolean unwrap() throws IOException {
        ByteBuffer in = ByteBuffer.wrap(cipher);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        SSLEngineResult result = engine.unwrap(in, out);
        received.write(out.array(), 0, out.position());
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        cipher = rest;
        ended |= engine.isInboundDone();
        return result.bytesConsumed() > 0;
    }

    private boolean readPipe() throws IOException {
        byte[] more = reading ? peer.read(Integer.MAX_VALUE) : new byte[0];
        if (more.length == 0) {
            return false;
        }
        byte[] both = java.util.Arrays.copyOf(cipher, cipher.length + more.length);
        System.arraycopy(more, 0, both, cipher.length, more.length);
        cipher = both;
        return true;
    }

    private boolean writePipe() throws IOException {
        int at;
        try {
            at = peer.write(unsent, 0, Math.min(unsent.length, mostWritten));
        } catch (IOException gone) {
            // Nobody reads any more; what the other end sent may still be here.
            return false;
        }
        unsent = java.util.Arrays.copyOfRange(unsent, at, unsent.length);
        return at > 0;
    }
}
