package dev.gibbon.internal.client;

import dev.gibbon.CloseInfo;
import dev.gibbon.internal.connection.Connection;
import dev.gibbon.internal.connection.ConnectionOwner;

/** The owner of all clients' connections, which nobody counts or closes together. */
enum ClientConnections implements ConnectionOwner {
    /** All of them. */
    ALL;

    @Override
    public void connectionEnded(Connection connection, CloseInfo info) {
        // The application is told by its socket.
    }

    @Override
    public void linkClosed(Connection connection) {
        // Nothing was held for it.
    }
}
