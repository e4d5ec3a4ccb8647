package dev.gibbon.internal.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A transport without a network: links are pairs of pipes in memory, addresses are names in one object of this class. Faults can
 * be injected: see {@link Faults}. Deterministic when the loops are driven by hand.
 */
public final class MemoryTransport implements Transport {
    private final Map<SocketAddress, Target> listening = new ConcurrentHashMap<>();
    private final AtomicInteger peers = new AtomicInteger();
    private final int pipeBytes;

    /**
     * Makes a network of its own.
     *
     * @param pipeBytes what a pipe holds in each direction, as a socket's buffers would
     */
    public MemoryTransport(int pipeBytes) {
        if (pipeBytes < 1) {
            throw new IllegalArgumentException("pipeBytes is " + pipeBytes + ": expected at least 1");
        }
        this.pipeBytes = pipeBytes;
    }

    @Override
    public Poller openPoller() {
        return new MemoryPoller(this);
    }

    @Override
    public Link adopt(SocketChannel channel) throws IOException {
        throw new IOException("the in-memory transport takes no channels");
    }

    @Override
    public String name() {
        return "memory";
    }

    /**
     * Connects to a listening address; the other end goes to its acceptor.
     *
     * @param faults what goes wrong for the accepted end
     * @return our end, for one thread
     * @throws IOException if nobody listens there
     */
    public MemoryPeer connect(SocketAddress address, Faults faults) throws IOException {
        return connect(address, freshName(), faults);
    }

    /**
     * The same from an address of the test's choice.
     *
     * @param from what the accepted end sees as its peer
     */
    public MemoryPeer connect(SocketAddress address, SocketAddress from, Faults faults) throws IOException {
        if (!(listening.get(address) instanceof MemoryPoller.Listening acceptor)) {
            throw new ConnectException("nobody listens on " + address);
        }
        ForTest ends = forTest(address, from, faults);
        acceptor.arrive(ends.link());
        return ends.peer();
    }

    /**
     * Listens on an address for a test, which plays the peer of everybody who connects to it.
     *
     * @throws BindException if the address is taken
     */
    public MemoryListener peers(SocketAddress address) throws BindException {
        MemoryListener listener = new MemoryListener(this, address);
        bind(address, listener);
        return listener;
    }

    void connect(SocketAddress address, MemoryConnecting attempt) {
        Target target = listening.get(address);
        if (target == null) {
            attempt.refuse(new ConnectException("Connection refused"));
        } else {
            target.arrive(attempt);
        }
    }

    /** Both ends of a new link to an address. */
    Pair pair(SocketAddress address) {
        SocketAddress name = freshName();
        MemoryPipe toAccepted = new MemoryPipe(pipeBytes);
        MemoryPipe toConnected = new MemoryPipe(pipeBytes);
        return new Pair(
                new MemoryLink(toConnected, toAccepted, name, address, Faults.NONE),
                new MemoryLink(toAccepted, toConnected, address, name, Faults.NONE));
    }

    /** A new link whose other end a test holds. */
    ForTest forTest(SocketAddress local, SocketAddress remote, Faults faults) {
        MemoryPipe toLink = new MemoryPipe(pipeBytes);
        MemoryPipe toPeer = new MemoryPipe(pipeBytes);
        MemoryLink link = new MemoryLink(toLink, toPeer, local, remote, faults);
        return new ForTest(link, new MemoryPeer(toPeer, toLink, link));
    }

    /** A name for somebody who connects. */
    SocketAddress freshName() {
        return new MemoryAddress("peer-" + peers.incrementAndGet());
    }

    /** Somebody who listens. */
    interface Target {
        /** Somebody connects; it decides now or later. */
        void arrive(MemoryConnecting attempt);
    }

    /** Two ends of a link. */
    record Pair(MemoryLink connected, MemoryLink accepted) {}

    /** An end for a loop and an end for a test. */
    record ForTest(MemoryLink link, MemoryPeer peer) {}

    void bind(SocketAddress address, Target acceptor) throws BindException {
        if (listening.putIfAbsent(address, acceptor) != null) {
            throw new BindException("address in use: " + address);
        }
    }

    void unbind(SocketAddress address) {
        listening.remove(address);
    }
}
