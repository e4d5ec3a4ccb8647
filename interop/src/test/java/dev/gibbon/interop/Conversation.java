package dev.gibbon.interop;

import java.util.List;

/**
 * The client's end of one open connection, whoever implements it. For one thread. Closing it cuts the connection if it is still
 * there.
 */
interface Conversation extends AutoCloseable {
    /** The value of Sec-WebSocket-Extensions in the server's answer, or "" if there was none. */
    String extensions();

    void send(Heard.Message message) throws Exception;

    /** Sends one message in these fragments; those of text are cut between characters. */
    default void sendParts(boolean isText, List<byte[]> parts) throws Exception {
        throw new UnsupportedOperationException("this client sends no fragments");
    }

    default void ping(byte[] payload) throws Exception {
        throw new UnsupportedOperationException("this client sends no pings of the application");
    }

    void close(int code, String reason) throws Exception;

    /** What is heard next, in bounded time. */
    Heard hear() throws Exception;

    @Override
    void close();
}
