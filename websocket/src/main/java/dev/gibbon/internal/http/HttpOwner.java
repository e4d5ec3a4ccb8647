package dev.gibbon.internal.http;

import dev.gibbon.internal.connection.ConnectionOwner;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.proxied.Forwarding;
import dev.gibbon.protocol.MaskSource;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.HostPolicy;
import dev.gibbon.protocol.handshake.OpeningHandshake;

/** The server, as its connections in the handshake see it. */
public interface HttpOwner extends ConnectionOwner {
    /** The pages. */
    Routes<Page> pages();

    /** The endpoints. */
    Routes<ServedEndpoint> endpoints();

    /** Limits on a request's head. */
    HeadLimits headLimits();

    /** The names the server answers to. */
    HostPolicy hosts();

    /** Whose word is taken for who the client is. */
    Forwarding forwarding();

    /** Nanoseconds from accept, or from the last response, to the end of the next request's handshake. */
    long handshakeNanos();

    /** Whether newcomers are turned away, because the server is closing. */
    boolean closing();

    /** The judge of a loop, which holds a digest. */
    OpeningHandshake judge(EventLoop loop);

    /** Never asked by a server's engine. */
    MaskSource masks();

    /** A handshake was completed. */
    void upgraded();

    /** A request was answered with 400 or more. */
    void refused();

    /** A connection that never became a WebSocket is gone. */
    void httpClosed();
}
