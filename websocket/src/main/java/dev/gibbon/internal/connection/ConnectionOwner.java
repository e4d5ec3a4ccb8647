package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;

/** A server or a client: told on the connection's loop when one of its connections goes. */
public interface ConnectionOwner {
    /** The terminal event is about to be told to the application. */
    void connectionEnded(Connection connection, CloseInfo info);

    /** The link is closed and nothing is held any more. */
    void linkClosed(Connection connection);
}
