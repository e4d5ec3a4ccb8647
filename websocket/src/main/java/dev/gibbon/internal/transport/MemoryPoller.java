package dev.gibbon.internal.transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Polls in-memory links by looking at each of them; meant for tests and examples, not for thousands. */
final class MemoryPoller implements Poller {
    private final MemoryTransport transport;
    private final List<MemoryLink> links = new ArrayList<>();
    private final List<Listening> acceptors = new ArrayList<>();
    private final List<MemoryConnecting> connecting = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    /** Guarded by the lock. */
    private boolean wake;

    MemoryPoller(MemoryTransport transport) {
        this.transport = transport;
    }

    @Override
    public void poll(long timeoutNanos) throws IOException {
        if (timeoutNanos > 0 && !anyReady()) {
            await(timeoutNanos);
        }
        lock.lock();
        try {
            wake = false;
        } finally {
            lock.unlock();
        }
        for (Listening acceptor : List.copyOf(acceptors)) {
            acceptor.dispatch();
        }
        for (MemoryConnecting attempt : List.copyOf(connecting)) {
            attempt.dispatch();
        }
        for (MemoryLink link : List.copyOf(links)) {
            link.dispatch();
        }
    }

    private boolean anyReady() {
        return acceptors.stream().anyMatch(Listening::isReady)
                || connecting.stream().anyMatch(MemoryConnecting::isDecided)
                || links.stream().anyMatch(MemoryLink::isReady);
    }

    private void await(long nanos) throws IOException {
        lock.lock();
        try {
            long left = nanos;
            while (!wake && left > 0) {
                if (nanos == Long.MAX_VALUE) {
                    woken.await();
                } else {
                    left = woken.awaitNanos(left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while polling", e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wakeup() {
        lock.lock();
        try {
            wake = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Acceptor listen(SocketAddress address, ListenOptions options, AcceptHandler handler) throws IOException {
        Listening acceptor = new Listening(address, options.backlog(), handler);
        transport.bind(address, acceptor);
        acceptors.add(acceptor);
        return acceptor;
    }

    @Override
    public Connecting connect(SocketAddress address, ConnectOptions options, ConnectHandler handler) {
        MemoryConnecting attempt = new MemoryConnecting(this, handler);
        connecting.add(attempt);
        transport.connect(address, attempt);
        return attempt;
    }

    void forget(MemoryConnecting attempt) {
        connecting.remove(attempt);
    }

    @Override
    public void attach(Link link, LinkHandler handler) throws IOException {
        MemoryLink attached = (MemoryLink) link;
        if (attached.attach(this, handler)) {
            links.add(attached);
        }
    }

    void detach(MemoryLink link) {
        links.remove(link);
    }

    @Override
    public void close() {
        new ArrayDeque<>(acceptors).forEach(Listening::close);
        List.copyOf(connecting).forEach(MemoryConnecting::pollerClosed);
    }

    /** A listening name. */
    final class Listening implements Acceptor, MemoryTransport.Target {
        private final SocketAddress address;
        private final int backlog;
        private final AcceptHandler handler;
        private final Queue<MemoryLink> waiting = new ConcurrentLinkedQueue<>();
        private volatile boolean accepting = true;

        Listening(SocketAddress address, int backlog, AcceptHandler handler) {
            this.address = address;
            this.backlog = backlog;
            this.handler = handler;
        }

        void arrive(MemoryLink link) throws IOException {
            if (waiting.size() >= backlog) {
                throw new IOException("the backlog of " + backlog + " is full");
            }
            waiting.add(link);
            wakeup();
        }

        @Override
        public void arrive(MemoryConnecting attempt) {
            MemoryTransport.Pair pair = transport.pair(address);
            try {
                arrive(pair.accepted());
                attempt.decide(pair.connected());
            } catch (IOException e) {
                attempt.refuse(e);
            }
        }

        boolean isReady() {
            return accepting && !waiting.isEmpty();
        }

        void dispatch() {
            for (MemoryLink link = accepting ? waiting.poll() : null; link != null; link = waiting.poll()) {
                handler.accepted(link);
            }
        }

        @Override
        public SocketAddress address() {
            return address;
        }

        @Override
        public void accepting(boolean wanted) {
            accepting = wanted;
        }

        @Override
        public void close() {
            transport.unbind(address);
            acceptors.remove(this);
            for (MemoryLink link = waiting.poll(); link != null; link = waiting.poll()) {
                link.reset();
            }
        }
    }
}
