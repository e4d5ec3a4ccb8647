package dev.gibbon.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Waits for many links at once, and calls their handlers. Belongs to one loop; only {@link #wakeup()} is for other threads.
 */
public interface Poller extends AutoCloseable {
    /**
     * Waits until a link is ready, a wake-up comes or the time has passed, then calls the handlers of the ready links.
     *
     * @param timeoutNanos the longest wait; 0 only looks, {@link Long#MAX_VALUE} waits without limit
     * @throws IOException if the poller is broken
     */
    void poll(long timeoutNanos) throws IOException;

    /** Ends the wait of {@link #poll}, now or next time. For any thread. */
    void wakeup();

    /**
     * Binds an address and accepts from it.
     *
     * @throws IOException if the address is taken or cannot be bound
     */
    Acceptor listen(SocketAddress address, ListenOptions options, AcceptHandler handler) throws IOException;

    /**
     * Begins to connect. Nothing here waits or throws for what the network says: the handler is told exactly once, from a later
     * {@link #poll}, unless the attempt is cancelled before. A poller that closes fails what is still connecting.
     *
     * @param address resolved; one that is not fails
     */
    Connecting connect(SocketAddress address, ConnectOptions options, ConnectHandler handler);

    /**
     * Attaches a link of this poller's transport; everybody else calls {@link Link#attach}. One that this poller connected is
     * registered already: it only changes hands.
     *
     * @throws IOException if the link was closed meanwhile
     */
    void attach(Link link, LinkHandler handler) throws IOException;

    /** Releases what the poller holds and fails what is still connecting; links are not closed. */
    @Override
    void close() throws IOException;

    /** A listening socket. */
    interface Acceptor {
        /** The bound address. */
        SocketAddress address();

        /** Accepts, or leaves newcomers in the backlog. Only on the poller's loop. */
        void accepting(boolean wanted);

        /** Stops listening. Only on the poller's loop. */
        void close();
    }

    /** Takes newcomers, on the loop that listens. */
    interface AcceptHandler {
        /** A connection was accepted; it belongs to no poller yet. */
        void accepted(Link link);

        /** Accepting failed, for example because the process has too many open files. */
        void acceptFailed(IOException cause);
    }

    /**
     * How to listen and what to set on accepted sockets.
     *
     * @param backlog connections that may wait
     * @param receiveBufferBytes 0 for the system's choice
     * @param sendBufferBytes 0 for the system's choice
     * @param tcpNoDelay whether small writes leave at once
     */
    record ListenOptions(int backlog, int receiveBufferBytes, int sendBufferBytes, boolean tcpNoDelay) {}

    /** An attempt to connect. */
    interface Connecting {
        /** Ends the attempt and closes its socket; its handler is not called any more. Idempotent. Only on the poller's loop. */
        void cancel();
    }

    /** Told how an attempt to connect ended, on its loop. */
    interface ConnectHandler {
        /** It is connected; the link belongs to this poller, wants nothing yet and is the handler's to close. */
        void connected(Link link);

        /** It failed, and nothing is left of it. */
        void connectFailed(IOException cause);
    }

    /**
     * How to connect.
     *
     * @param receiveBufferBytes 0 for the system's choice
     * @param sendBufferBytes 0 for the system's choice
     * @param tcpNoDelay whether small writes leave at once
     * @param localAddress from where; null for the system's choice
     */
    record ConnectOptions(
            int receiveBufferBytes,
            int sendBufferBytes,
            boolean tcpNoDelay,
            @Nullable SocketAddress localAddress) {
        /** The system's choice of everything, without delay. */
        public static final ConnectOptions DEFAULT = new ConnectOptions(0, 0, true, null);
    }
}
