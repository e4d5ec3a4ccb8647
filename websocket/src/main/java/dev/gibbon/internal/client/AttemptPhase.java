package dev.gibbon.internal.client;

/** What an attempt to connect is doing, and what is said when its deadline passes meanwhile. */
enum AttemptPhase {
    /** The application is asked for headers and cookies. */
    PREPARING("the suppliers of headers and cookies took longer than connectTimeout"),
    /** Somebody else's deadline. */
    DIALING(""),
    /** TLS agrees on keys. */
    SECURING("the TLS handshake took longer than handshakeTimeout"),
    /** The request goes, the answer comes. */
    EXCHANGING("no answer to the opening handshake came within handshakeTimeout"),
    /** The application is told of new cookies. */
    STORING("the cookie handler took longer than handshakeTimeout"),
    /** There is a connection, or a failure. */
    OVER("");

    private final String overdue;

    AttemptPhase(String overdue) {
        this.overdue = overdue;
    }

    String overdue() {
        return overdue;
    }
}
