package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketHandler;
import dev.gibbon.internal.loop.HandlerThreads;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The blocking style: copies what comes into an {@link Inbox}, from which the handler takes it in a thread of its own. */
public final class BlockingReceiver implements Receiver {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    private final WebSocketHandler handler;
    private @Nullable Inbox inbox;

    /** Makes a receiver for one connection. */
    public BlockingReceiver(WebSocketHandler handler) {
        this.handler = handler;
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
        HandlerThreads.start(() -> run(connection, fed));
    }

    private void run(Connection connection, Inbox fed) {
        ConnectedSocket socket = connection.socket();
        try {
            handler.handle(socket);
            socket.close(1000, "", null);
        } catch (WebSocketClosedException e) {
            // The ordinary way for a handler to learn of the end.
            socket.close(1000, "", null);
        } catch (Throwable e) {
            if (socket.closeInfo() == null) {
                LOG.log(Level.WARNING, describe() + " threw; the connection is closed with 1011", e);
            } else {
                LOG.log(Level.DEBUG, describe() + " threw after the connection had ended", e);
            }
            socket.close(1011, "the handler failed", e);
        } finally {
            fed.abandon();
        }
    }

    private Inbox inbox() {
        Inbox present = inbox;
        if (present == null) {
            throw new IllegalStateException("not opened");
        }
        return present;
    }

    @Override
    public void message(ByteBuffer buffer, int offset, int length, boolean text) {
        inbox().add(buffer, offset, length, text, true, true);
    }

    @Override
    public void part(ByteBuffer buffer, int offset, int length, boolean text, boolean first, boolean last) {
        inbox().add(buffer, offset, length, text, first, last);
    }

    @Override
    public void ping(ByteBuffer buffer, int offset, int length) {
        // The pong is the library's business.
    }

    @Override
    public void pong(ByteBuffer buffer, int offset, int length) {
        // ping() of the socket has noted it.
    }

    @Override
    public void drained() {
        // Senders wait for room instead.
    }

    @Override
    public void inputEnded(Runnable closing) {
        if (inbox().whenTaken(closing)) {
            closing.run();
        }
    }

    @Override
    public void takesNoMore() {
        inbox().overlook();
    }

    @Override
    public void closed(CloseInfo info) {
        Inbox present = inbox;
        if (present != null) {
            present.end();
        }
    }

    @Override
    public String describe() {
        return handler.getClass().getName();
    }
}
