package dev.gibbon.internal.connection;

import dev.gibbon.Message;
import dev.gibbon.WebSocketClosedException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Receives one message after the other until the connection has ended. For one thread. */
final class MessageIterator implements Iterator<Message> {
    private final ConnectedSocket socket;
    private final Inbox inbox;
    private @Nullable Message next;

    MessageIterator(ConnectedSocket socket, Inbox inbox) {
        this.socket = socket;
        this.inbox = inbox;
    }

    @Override
    public boolean hasNext() {
        if (next != null) {
            return true;
        }
        try {
            next = inbox.take(Long.MAX_VALUE);
        } catch (WebSocketClosedException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            socket.close(1001, "interrupted", null);
            return false;
        }
        return next != null;
    }

    @Override
    public Message next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the connection has ended");
        }
        Message message = next;
        next = null;
        if (message == null) {
            throw new NoSuchElementException("the connection has ended");
        }
        return message;
    }
}
