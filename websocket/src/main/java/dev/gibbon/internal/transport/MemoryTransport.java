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
    private final Map<SocketAddress, MemoryPoller.Listening> listening = new ConcurrentHashMap<>();
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
        MemoryPoller.Listening acceptor = listening.get(address);
        if (acceptor == null) {
            throw new ConnectException("nobody listens on " + address);
        }
        SocketAddress name = new MemoryAddress("peer-" + peers.incrementAndGet());
        MemoryPipe toServer = new MemoryPipe(pipeBytes);
        MemoryPipe toPeer = new MemoryPipe(pipeBytes);
        MemoryLink accepted = new MemoryLink(toServer, toPeer, address, name, faults);
        acceptor.arrive(accepted);
        return new MemoryPeer(toPeer, toServer, accepted);
    }

    void bind(SocketAddress address, MemoryPoller.Listening acceptor) throws BindException {
        if (listening.putIfAbsent(address, acceptor) != null) {
            throw new BindException("address in use: " + address);
        }
    }

    void unbind(SocketAddress address) {
        listening.remove(address);
    }
}
