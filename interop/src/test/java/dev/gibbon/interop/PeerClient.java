package dev.gibbon.interop;

import java.net.URI;

/** A client of another implementation. For one thread; closing it ends what it has started. */
interface PeerClient extends AutoCloseable {
    /** Opens a connection, whatever certificate the server shows. */
    Conversation connect(URI uri, Offer offer) throws Exception;

    @Override
    default void close() {}
}
