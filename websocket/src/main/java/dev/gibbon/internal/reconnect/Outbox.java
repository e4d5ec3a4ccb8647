package dev.gibbon.internal.reconnect;

import dev.gibbon.Message;
import dev.gibbon.OutboxPolicy;
import dev.gibbon.SendResult;
import dev.gibbon.WebSocket;
import dev.gibbon.internal.loop.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The door for messages: to the connection while there is one, else into a bounded queue that goes out first when there is one
 * again. For any thread. The lock keeps the order between the two; nothing waits while it is held.
 */
public final class Outbox {
    /** What a message costs beyond its payload, as in a connection's own queue. */
    private static final long COST = 64;

    private final EventLoop loop;
    private final long maxBytes;
    private final OutboxPolicy policy;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private final ArrayDeque<Message> kept = new ArrayDeque<>();
    private long bytes;
    private long dropped;
    private @Nullable WebSocket opening;
    private @Nullable WebSocket socket;
    private boolean ended;

    /** An empty outbox of a reconnecting socket on this loop. */
    public Outbox(EventLoop loop, long maxBytes, OutboxPolicy policy) {
        this.loop = loop;
        this.maxBytes = maxBytes;
        this.policy = policy;
    }

    /** Sends, keeps or refuses a message. */
    public SendResult offer(Message message) {
        lock.lock();
        try {
            if (ended) {
                return SendResult.CLOSED;
            }
            WebSocket open = door();
            SendResult result = open == null ? SendResult.CLOSED : open.trySend(message);
            // Closed: it is ending, and we have not been told yet.
            return result == SendResult.CLOSED ? keep(message) : result;
        } finally {
            lock.unlock();
        }
    }

    /** The connection that takes a message now, and not behind others. */
    private @Nullable WebSocket door() {
        if (opening != null && loop.inLoop()) {
            return opening;
        }
        return kept.isEmpty() ? socket : null;
    }

    private SendResult keep(Message message) {
        long cost = message.size() + COST;
        if (cost > maxBytes) {
            return SendResult.FULL;
        }
        if (cost > maxBytes - bytes) {
            switch (policy) {
                case REFUSE -> {
                    return SendResult.FULL;
                }
                case DROP_NEWEST -> {
                    dropped++;
                    return SendResult.ACCEPTED;
                }
                case DROP_OLDEST -> {
                    while (cost > maxBytes - bytes) {
                        remove();
                        dropped++;
                    }
                }
            }
        }
        kept.add(message.copy());
        bytes += cost;
        return SendResult.ACCEPTED;
    }

    private void remove() {
        bytes -= kept.remove().size() + COST;
    }

    /** There is a connection, and until {@link #connected} only what is sent in its callbacks, on the loop, goes there. */
    void opening(WebSocket open) {
        lock.lock();
        try {
            opening = open;
        } finally {
            lock.unlock();
        }
    }

    /** The connection is for all: what was kept goes first. Returns whether all of it went. */
    boolean connected(WebSocket open) {
        lock.lock();
        try {
            opening = null;
            socket = open;
            return flush();
        } finally {
            lock.unlock();
        }
    }

    /** Hands over what the connection has room for. Returns false if it should be called again. */
    boolean flush() {
        lock.lock();
        try {
            WebSocket open = socket;
            while (open != null && !kept.isEmpty()) {
                SendResult result = open.trySend(kept.element());
                if (result == SendResult.FULL) {
                    return false;
                }
                if (result == SendResult.CLOSED) {
                    return true;
                }
                remove();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** There is no connection now. */
    void disconnected() {
        lock.lock();
        try {
            opening = null;
            socket = null;
        } finally {
            lock.unlock();
        }
    }

    /** There will be no connection any more. Returns how many messages are dropped that were kept. */
    int end() {
        lock.lock();
        try {
            ended = true;
            opening = null;
            socket = null;
            int unsent = kept.size();
            kept.clear();
            bytes = 0;
            return unsent;
        } finally {
            lock.unlock();
        }
    }

    /** What is kept now, bytes with their cost. */
    public long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** How many messages the policy has dropped. */
    public long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }
}
