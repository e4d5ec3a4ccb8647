package dev.gibbon.testkit.autobahn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * An endpoint that echoes, after its opening handshake, as seen from the other end of its connection. One per case; for one
 * thread. It is asked for octets only: everything that is judged, the {@link Referee} judges.
 */
public interface Subject {

    /** Whether it is the server, so that frames sent to it are masked and those it sends are not. */
    boolean isServer();

    /**
     * Hands it a piece of the stream, so that it sees this piece by itself as far as its transport can promise that.
     *
     * @param octets the array, which it must not change
     * @param from where the piece begins
     * @param to where it ends
     * @throws IOException if the connection broke
     */
    void send(byte[] octets, int from, int to) throws IOException;

    /**
     * Takes what it has sent.
     *
     * @param into gets the octets; has an array, and room
     * @param patience how long to wait when there is nothing; a subject in memory, which has answered before {@link #send}
     *     returned, need not wait
     * @return how many octets, 0 if none came in time, -1 if it ended the connection cleanly
     * @throws IOException if the connection broke
     */
    int receive(ByteBuffer into, Duration patience) throws IOException;

    /**
     * Ends the stream towards it.
     *
     * @throws IOException if the connection broke
     */
    void finish() throws IOException;
}
