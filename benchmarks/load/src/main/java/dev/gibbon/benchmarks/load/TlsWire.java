package dev.gibbon.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLParameters;

/**
 * Bytes under TLS, with the server's name checked. All of it happens on the generator's thread, key exchanges too: of a server with
 * TLS the load tells that it works and how it compares with itself, while the generator itself costs as much as the server.
 */
final class TlsWire implements Wire {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SSLEngine engine;
    private final ByteBuffer recordsIn;
    private final ByteBuffer recordsOut;
    private final int largestPlain;
    private boolean established;
    private boolean atEnd;
    private boolean hasMore;

    TlsWire(SocketChannel channel, SSLContext context, String host, int port) throws IOException {
        this.channel = channel;
        engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        recordsIn = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        recordsOut =
                ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).flip();
        largestPlain = engine.getSession().getApplicationBufferSize();
        engine.beginHandshake();
    }

    @Override
    public boolean establish() throws IOException {
        while (!established) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> {
                    if (!flush()) {
                        return false;
                    }
                    wrap(NOTHING);
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    ByteBuffer plain = ByteBuffer.allocate(largestPlain);
                    if (unwrap(plain) == SSLEngineResult.Status.BUFFER_UNDERFLOW && !receive()) {
                        return false;
                    }
                    if (atEnd) {
                        throw new LoadFault("the server ended the connection within the TLS handshake");
                    }
                }
                default -> established = true;
            }
        }
        return flush();
    }

    @Override
    public int read(ByteBuffer in) throws IOException {
        int before = in.position();
        hasMore = false;
        while (true) {
            if (in.remaining() < largestPlain) {
                hasMore = true;
                break;
            }
            SSLEngineResult.Status status = unwrap(in);
            if (status == SSLEngineResult.Status.CLOSED) {
                atEnd = true;
                break;
            }
            if (status == SSLEngineResult.Status.BUFFER_UNDERFLOW && (!receive() || atEnd)) {
                break;
            }
            answerPeer();
        }
        int count = in.position() - before;
        return count == 0 && atEnd ? -1 : count;
    }

    /** What TLS itself wants to say, such as its half of a change of keys. */
    private void answerPeer() throws IOException {
        if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK) {
            runTasks();
        }
        if (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP && flush()) {
            wrap(NOTHING);
            flush();
        }
    }

    @Override
    public boolean hasMore() {
        return hasMore;
    }

    @Override
    public int write(ByteBuffer out) throws IOException {
        int before = out.position();
        while (out.hasRemaining() && flush()) {
            int at = out.position();
            wrap(out);
            if (out.position() == at) {
                // TLS has something of its own to say first, or to hear.
                break;
            }
        }
        return out.position() - before;
    }

    @Override
    public boolean flush() throws IOException {
        while (recordsOut.hasRemaining()) {
            if (channel.write(recordsOut) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Makes one record; only when the one before has been written. */
    private void wrap(ByteBuffer plain) throws IOException {
        recordsOut.clear();
        try {
            if (engine.wrap(plain, recordsOut).getStatus() == SSLEngineResult.Status.CLOSED) {
                throw new LoadFault("the server ended TLS");
            }
        } finally {
            recordsOut.flip();
        }
    }

    private SSLEngineResult.Status unwrap(ByteBuffer plain) throws IOException {
        recordsIn.flip();
        try {
            return engine.unwrap(recordsIn, plain).getStatus();
        } finally {
            recordsIn.compact();
        }
    }

    /** Whether anything came, be it the end. */
    private boolean receive() throws IOException {
        int count = channel.read(recordsIn);
        atEnd = count < 0;
        return count != 0;
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}
