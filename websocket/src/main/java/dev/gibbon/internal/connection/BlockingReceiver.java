package dev.gibbon.internal.connection;

import dev.gibbon.WebSocketClosedException;
import dev.gibbon.WebSocketHandler;
import dev.gibbon.internal.loop.HandlerThreads;
import java.lang.System.Logger.Level;

/** The blocking style of a server: the handler takes what comes in a thread of its own, and its return ends the connection. */
public final class BlockingReceiver extends InboxReceiver {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    private final WebSocketHandler handler;

    /** Makes a receiver for one connection. */
    public BlockingReceiver(WebSocketHandler handler) {
        super(handler.getClass().getName());
        this.handler = handler;
    }

    @Override
    public void opened(Connection connection) {
        super.opened(connection);
        Inbox fed = inbox();
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

    /** The handler answers what came before, within the closing handshake's time. */
    @Override
    public long answerNanos() {
        return Long.MAX_VALUE;
    }

    @Override
    public String describe() {
        return handler.getClass().getName();
    }
}
