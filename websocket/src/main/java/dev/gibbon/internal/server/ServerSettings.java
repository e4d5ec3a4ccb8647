package dev.gibbon.internal.server;

import dev.gibbon.internal.http.Page;
import dev.gibbon.internal.http.Routes;
import dev.gibbon.internal.http.ServedEndpoint;
import dev.gibbon.internal.proxied.Forwarding;
import dev.gibbon.internal.proxied.TrustedAddresses;
import dev.gibbon.internal.tls.ServerContext;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.HostPolicy;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a server was built with.
 *
 * @param address where to listen
 * @param tls spoken there; null for none
 * @param plainAddress where to listen without TLS besides; null for nowhere
 * @param backlog connections that may wait to be accepted
 * @param receiveBufferBytes 0 for the system's choice
 * @param sendBufferBytes 0 for the system's choice
 * @param tcpNoDelay whether small writes leave at once
 * @param maxConnections beyond it 503
 * @param handshakeTimeout from accept to the end of the handshake
 * @param headLimits limits on a request's head
 * @param hosts the names the server answers to
 * @param proxyProtocol who begins with a header of the PROXY protocol
 * @param forwarding whose word is taken for who the client is
 * @param pages what is answered to GET
 * @param endpoints what is served to WebSockets
 */
public record ServerSettings(
        SocketAddress address,
        @Nullable ServerContext tls,
        @Nullable SocketAddress plainAddress,
        int backlog,
        int receiveBufferBytes,
        int sendBufferBytes,
        boolean tcpNoDelay,
        int maxConnections,
        Duration handshakeTimeout,
        HeadLimits headLimits,
        HostPolicy hosts,
        TrustedAddresses proxyProtocol,
        Forwarding forwarding,
        Routes<Page> pages,
        Routes<ServedEndpoint> endpoints) {}
