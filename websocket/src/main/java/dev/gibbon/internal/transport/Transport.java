package dev.gibbon.internal.transport;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * Makes pollers. There is an NIO, an in-memory and, in a module of its own, a native implementation; all methods are for any
 * thread.
 */
public interface Transport {
    /**
     * Opens the poller of one loop.
     *
     * @throws IOException if the system has none left
     */
    Poller openPoller() throws IOException;

    /**
     * Wraps a connected channel that somebody else opened.
     *
     * @throws IOException if the channel cannot be used, or this transport takes none
     */
    Link adopt(SocketChannel channel) throws IOException;

    /** The name for logs and stats. */
    String name();
}
