package dev.gibbon.benchmarks.load;

/** What the sessions of a run do, by its mode. Called on the generator's thread. */
interface Play {

    /** All sessions are open: what has to be done before any load. Asked again after each turn as long as it is true. */
    default boolean gather() {
        return false;
    }

    /** How many sessions are ready for the load. */
    default long gathered() {
        return 0;
    }

    /** All sessions are ready, or for handshakes none is: the load begins. */
    void begin();

    /** A session's handshake is done. */
    void opened(Session session);

    /** So many replies came on a session. */
    void replied(Session session, int count);

    /** A session's closing handshake is done, and it has ended. */
    void closed(Session session);

    /** A session has broken; its error has been counted. */
    void lost(Session session);

    /** A turn of the loop is over. */
    void turn();

    /** No more is to be sent; what is in flight may still come. */
    void stop();

    /** How many replies a session has still to get; less than 0 if it got more than were sent. */
    default long due(Session session) {
        return session.sent() - session.received();
    }

    /** How many sessions wait for replies, or for their end. */
    long outstanding();

    /** What it means that they did not come. */
    String missing(long count);
}
