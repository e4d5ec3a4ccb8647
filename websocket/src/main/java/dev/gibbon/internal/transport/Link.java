package dev.gibbon.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * One connected byte stream. Nothing here waits. Only for the thread of the loop whose poller it is attached to; before that,
 * for one thread.
 */
public interface Link {
    /**
     * Attaches this link, which no poller has yet; it is not interested in anything at first. A link that stands in front of
     * another one attaches that one, with itself between.
     *
     * @throws IOException if the link was closed meanwhile
     */
    default void attach(Poller poller, LinkHandler handler) throws IOException {
        poller.attach(this, handler);
    }

    /**
     * Reads what is there.
     *
     * @return bytes read, 0 if there are none now, -1 at the end of the stream
     * @throws IOException if the connection is broken
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Whether a stream whose handler was just called that it is readable is over, for those who throw away what comes: it ended,
     * or it broke. False if only a read can tell. To read where the peer has cut the connection makes an exception with its
     * stack, which costs as much as all the library does for a handshake.
     */
    default boolean isAtEnd() {
        return false;
    }

    /**
     * Writes what fits now. What was not taken comes first in the next call: a link may have begun to work on it.
     *
     * @return bytes written, perhaps 0
     * @throws IOException if the connection is broken
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Writes what fits now of two buffers, the first one first; see {@link #write(ByteBuffer)}.
     *
     * @return bytes written of both
     * @throws IOException if the connection is broken
     */
    long write(ByteBuffer first, ByteBuffer second) throws IOException;

    /**
     * {@link #write(ByteBuffer)} for the last bytes, if {@link #shutdownOutput} follows at once when they fit: a link may keep them
     * back, so that both leave together.
     *
     * @return bytes written, perhaps 0
     * @throws IOException if the connection is broken
     */
    default int writeLast(ByteBuffer source) throws IOException {
        return write(source);
    }

    /**
     * Whether {@link #writeAside} may be called on other threads while the loop lets one of them: together with reads, polls and
     * {@link #interest}, but never together with another write, nor with anything that ends the link or its output.
     */
    default boolean writableByOthers() {
        return false;
    }

    /**
     * {@link #write(ByteBuffer)} for a thread that is not the loop's, where {@link #writableByOthers} says so.
     *
     * @return bytes written, perhaps 0
     * @throws IOException if the connection is broken
     */
    default int writeAside(ByteBuffer source) throws IOException {
        return write(source);
    }

    /** Says which calls the handler wants. Cheap when nothing changes. */
    void interest(boolean readable, boolean writable);

    /** Changes who is called. */
    void handler(LinkHandler handler);

    /** Ends our direction after what was written. A broken connection is not an error here. */
    void shutdownOutput();

    /** Closes at once; what the system has not sent may be lost if the peer's bytes were not read. Idempotent. */
    void close();

    /** Closes with a reset where the transport has one. Idempotent. */
    void reset();

    /** The peer's address; also after the end. For any thread. */
    SocketAddress remoteAddress();

    /** Our address; also after the end. For any thread. */
    SocketAddress localAddress();

    /** The TLS session that protects this link, once its handshake is complete; null on a link without TLS. */
    default @Nullable SSLSession tlsSession() {
        return null;
    }
}
