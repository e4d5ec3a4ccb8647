/** WebSocket server and client. */
module dev.gibbon {
    requires transitive dev.gibbon.protocol;
    requires jdk.jfr;
    requires static org.jspecify;

    exports dev.gibbon;
}
