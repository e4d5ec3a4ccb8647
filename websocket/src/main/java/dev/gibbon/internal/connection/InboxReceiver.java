package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The blocking style: copies what comes into an {@link Inbox}, from which whoever holds the socket takes it. As it is, it is a
 * client's: there is no thread of its own, and nobody's return ends the connection.
 */
public sealed class InboxReceiver implements Receiver permits BlockingReceiver {
    /** Whoever holds the socket may be doing something else for hours, and the server wants to go. */
    private static final long ANSWER_NANOS = 1_000_000_000L;

    private final String peer;
    private @Nullable Inbox inbox;

    /**
     * Makes a receiver for one connection.
     *
     * @param peer where it leads, for logs
     */
    public InboxReceiver(String peer) {
        this.peer = peer;
    }

    @Override
    public boolean wantsParts() {
        return true;
    }

    @Override
    public void opened(Connection connection) {
        Inbox fed = new Inbox(connection);
        inbox = fed;
        connection.socket().inbox(fed);
    }

    final Inbox inbox() {
        Inbox present = inbox;
        if (present == null) {
            throw new IllegalStateException("not opened");
        }
        return present;
    }

    @Override
    public void message(Connection connection, ByteBuffer buffer, int offset, int length, boolean text) {
        inbox().add(buffer, offset, length, text, true, true, 0);
    }

    @Override
    public void part(
            Connection connection,
            ByteBuffer buffer,
            int offset,
            int length,
            boolean text,
            boolean first,
            boolean last) {
        inbox().add(
                        buffer,
                        offset,
                        length,
                        text,
                        first,
                        last,
                        connection.engine().payloadMissing());
    }

    @Override
    public void ping(Connection connection, ByteBuffer buffer, int offset, int length) {
        // The pong is the library's business.
    }

    @Override
    public void pong(Connection connection, ByteBuffer buffer, int offset, int length) {
        // ping() of the socket has noted it.
    }

    @Override
    public void drained(Connection connection) {
        // Senders wait for room instead.
    }

    @Override
    public void inputEnded(Connection connection, Runnable closing) {
        if (inbox().whenTaken(closing)) {
            closing.run();
        }
    }

    @Override
    public long answerNanos() {
        return ANSWER_NANOS;
    }

    @Override
    public void takesNoMore(Connection connection) {
        inbox().overlook();
    }

    @Override
    public void closed(Connection connection, CloseInfo info) {
        Inbox present = inbox;
        if (present != null) {
            present.end();
        }
    }

    @Override
    public String describe() {
        return "the client of " + peer;
    }
}
