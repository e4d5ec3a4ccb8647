/** The WebSocket protocol as bytes in, events out: no I/O, threads, locks, clocks or loggers. */
module dev.gibbon.protocol {
    requires static org.jspecify;

    exports dev.gibbon.protocol;
    exports dev.gibbon.protocol.deflate;
    exports dev.gibbon.protocol.handshake;
}
