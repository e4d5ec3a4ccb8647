package dev.gibbon.internal.transport;

/** The transport that a run of the tests is about: NIO, or the one that the property names. */
final class SystemTransport {
    private SystemTransport() {}

    static Transport underTest() {
        return Transports.of(Transports.byProperty(System.getProperty(Transports.PROPERTY, "nio")));
    }
}
