import dev.gibbon.internal.transport.TransportProvider;

/** WebSocket server and client. */
// The module with the native transport is built after this one, and may be absent.
@SuppressWarnings("module")
module dev.gibbon {
    requires transitive dev.gibbon.protocol;
    requires jdk.jfr;
    requires static org.jspecify;

    exports dev.gibbon;
    exports dev.gibbon.internal.transport to
            dev.gibbon.epoll;

    uses TransportProvider;
}
