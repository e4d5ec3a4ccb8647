package dev.gibbon.internal.transport;

import java.net.ConnectException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A listening address in memory that belongs to a test: it accepts, refuses, or leaves everybody hanging until the test decides.
 * For one thread.
 */
public final class MemoryListener implements AutoCloseable, MemoryTransport.Target {
    private final MemoryTransport transport;
    private final SocketAddress address;
    private final Queue<MemoryConnecting> hanging = new ArrayDeque<>();
    private final Queue<MemoryPeer> accepted = new ArrayDeque<>();
    private Faults faults = Faults.NONE;
    private Answer answer = Answer.ACCEPT;
    private int attempts;

    /** What happens to those who connect. */
    public enum Answer {
        /** They are connected. */
        ACCEPT,
        /** They are told so at once. */
        REFUSE,
        /** They hear nothing, as from behind a firewall that drops. */
        HANG
    }

    MemoryListener(MemoryTransport transport, SocketAddress address) {
        this.transport = transport;
        this.address = address;
    }

    /** Answers like this from now on, those who hang already included. */
    public MemoryListener answer(Answer next) {
        answer = next;
        if (next != Answer.HANG) {
            for (MemoryConnecting attempt = hanging.poll(); attempt != null; attempt = hanging.poll()) {
                decide(attempt);
            }
        }
        return this;
    }

    /** What goes wrong, for the connecting end, on links from now on. */
    public MemoryListener faults(Faults next) {
        faults = next;
        return this;
    }

    @Override
    public void arrive(MemoryConnecting attempt) {
        attempts++;
        decide(attempt);
    }

    private void decide(MemoryConnecting attempt) {
        if (attempt.isOver()) {
            return;
        }
        switch (answer) {
            case REFUSE -> attempt.refuse(new ConnectException("Connection refused"));
            case HANG -> hanging.add(attempt);
            case ACCEPT -> {
                MemoryTransport.ForTest ends = transport.forTest(transport.freshName(), address, faults);
                accepted.add(ends.peer());
                attempt.decide(ends.link());
            }
        }
    }

    /** The next one who was accepted; null if there is none. */
    public @Nullable MemoryPeer next() {
        return accepted.poll();
    }

    /** How many have tried up to now. */
    public int attempts() {
        return attempts;
    }

    /** How many hang and have not given up. */
    public int hanging() {
        hanging.removeIf(MemoryConnecting::isOver);
        return hanging.size();
    }

    /** Stops listening; those who hang go on hanging. */
    @Override
    public void close() {
        transport.unbind(address);
    }
}
