package dev.gibbon.internal.client;

import dev.gibbon.CloseInfo;
import dev.gibbon.internal.connection.AgreedExtensions;
import dev.gibbon.internal.connection.Connection;
import dev.gibbon.internal.connection.ConnectionOwner;
import dev.gibbon.internal.connection.ConnectionSettings;
import dev.gibbon.internal.connection.Receiver;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.protocol.handshake.ClientHandshake;
import dev.gibbon.protocol.handshake.ReceivedResponse;
import java.net.ProtocolException;

/** The owner of all clients' connections, which nobody counts or closes together, and where they are made. */
enum ClientConnections implements ConnectionOwner {
    /** All of them. */
    ALL;

    private static final byte[] NO_BODY = {};

    /**
     * The connection of an opening handshake that was accepted, not yet on the loop.
     *
     * @throws ProtocolException if the extensions of the answer break a rule
     */
    static Connection make(
            ClientSettings settings,
            ConnectionSettings connections,
            Receiver receiver,
            Exchange answered,
            ReceivedResponse response,
            ClientHandshake.Accepted accepted)
            throws ProtocolException {
        // The field as it came; several count as one list (RFC 9110, 5.3).
        String field = String.join(", ", response.fields().all("Sec-WebSocket-Extensions"));
        AgreedExtensions extensions = connections.agree(field, accepted.extensions());
        Link link = answered.link();
        boolean secure = answered.hop().uri().secure();
        ClientRequest sent = new ClientRequest(
                answered.hop().uri(),
                answered.handshake().fields(),
                settings.subprotocols(),
                link.remoteAddress(),
                link.localAddress(),
                // In clear through a proxy that speaks TLS, the link's session is the proxy's.
                secure ? link.tlsSession() : null);
        Connection connection = new Connection(
                answered.loop(),
                link,
                ALL,
                connections,
                receiver,
                answered.loop().masks(),
                sent,
                accepted.subprotocol(),
                extensions);
        connection.socket().response(new ClientResponse(response.status(), response.fields(), NO_BODY));
        return connection;
    }

    @Override
    public void connectionEnded(Connection connection, CloseInfo info) {
        // The application is told by its socket.
    }

    @Override
    public void linkClosed(Connection connection) {
        // Nothing was held for it.
    }
}
