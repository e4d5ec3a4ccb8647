package dev.gibbon.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;

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
     * Attaches a link of this poller's transport; everybody else calls {@link Link#attach}.
     *
     * @throws IOException if the link was closed meanwhile
     */
    void attach(Link link, LinkHandler handler) throws IOException;

    /** Releases what the poller holds; links are not closed. */
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
}
