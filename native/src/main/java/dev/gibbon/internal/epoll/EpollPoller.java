package dev.gibbon.internal.epoll;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An epoll instance. Links are registered once, edge-triggered for everything, so that what their handlers want costs no
 * call; a link that has more to read or to write than its handler took is called again by the next poll.
 */
final class EpollPoller implements Poller {
    private static final int CTL_ADD = 1;
    private static final int CTL_MOD = 3;
    private static final int MOST_EVENTS = 1024;
    // struct epoll_event is packed on x86-64 alone.
    private static final boolean PACKED = !System.getProperty("os.arch").equals("aarch64");
    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int DATA_AT = PACKED ? 4 : 8;

    private final Calls calls = new Calls();
    // As long as this object, not as long as the poller is open: nothing that was freed can be touched.
    private final MemorySegment events = Arena.ofAuto().allocate((long) EVENT_BYTES * MOST_EVENTS, 8);
    private final MemorySegment control = Arena.ofAuto().allocate(EVENT_BYTES, 8);
    private final Wakeup wakeup;
    private final int epoll;
    private final ArrayDeque<EpollLink> again = new ArrayDeque<>();
    private final ArrayDeque<EpollConnecting> decided = new ArrayDeque<>();
    private @Nullable Watched[] table = new Watched[16];
    private int[] free = new int[16];
    private int freeCount;
    private int generations;
    // Events that were harvested and not told yet; more than none only while they are told, or after a handler threw.
    private int harvested;
    private int told;
    private boolean closed;

    EpollPoller() throws IOException {
        for (int slot = table.length - 1; slot >= 0; slot--) {
            free[freeCount++] = slot;
        }
        int made = calls.epollCreate();
        if (made < 0) {
            throw Errno.plain(-made);
        }
        epoll = made;
        try {
            wakeup = new Wakeup(calls);
        } catch (IOException e) {
            Calls.close(epoll);
            throw e;
        }
        try {
            register(wakeup, wakeup.descriptor(), Watched.EPOLLIN | Watched.EPOLLET);
        } catch (IOException e) {
            wakeup.close();
            Calls.close(epoll);
            throw e;
        }
    }

    Calls calls() {
        return calls;
    }

    @Override
    public void poll(long timeoutNanos) throws IOException {
        if (closed) {
            throw new ClosedSelectorException();
        }
        // Only those of before: who has more, or connects, from inside waits for the next poll.
        int leftAgain = again.size();
        int leftDecided = decided.size();
        if (told == harvested) {
            told = 0;
            harvested = await(leftAgain + leftDecided > 0 ? 0 : timeoutNanos);
        }
        tell();
        for (; leftAgain > 0 && !again.isEmpty(); leftAgain--) {
            again.removeFirst().goOn();
        }
        for (; leftDecided > 0 && !decided.isEmpty(); leftDecided--) {
            decided.removeFirst().tell();
        }
    }

    /** Waits for events and returns how many. */
    int await(long timeoutNanos) throws IOException {
        int milliseconds;
        if (timeoutNanos <= 0) {
            milliseconds = 0;
        } else if (timeoutNanos == Long.MAX_VALUE) {
            milliseconds = -1;
        } else {
            // Rounded up: waking a little late beats spinning through the last millisecond.
            milliseconds = (int) Math.min(Integer.MAX_VALUE, timeoutNanos / 1_000_000 + 1);
        }
        int count = calls.epollWait(epoll, events.address(), MOST_EVENTS, milliseconds);
        if (count < 0) {
            throw Errno.plain(-count);
        }
        return count;
    }

    /** An event is never lost, for an edge comes once: after a handler threw, the next poll goes on where this one stopped. */
    private void tell() {
        while (told < harvested) {
            long at = (long) EVENT_BYTES * told++;
            long data = events.get(JAVA_LONG_UNALIGNED, at + DATA_AT);
            Watched watched = table[(int) data];
            if (watched != null && watched.generation == (int) (data >>> 32)) {
                watched.ready(events.get(JAVA_INT, at));
            }
        }
    }

    @Override
    public void wakeup() {
        wakeup.wakeup();
    }

    // ---- who is watched

    /** Watches a descriptor from now on. */
    void register(Watched watched, int descriptor, int interest) throws IOException {
        if (closed) {
            throw new ClosedSelectorException();
        }
        if (freeCount == 0) {
            grow();
        }
        int slot = free[freeCount - 1];
        int generation = ++generations;
        int failed = control(CTL_ADD, descriptor, interest, slot, generation);
        if (failed < 0) {
            throw Errno.plain(-failed);
        }
        freeCount--;
        watched.slot = slot;
        watched.generation = generation;
        table[slot] = watched;
    }

    /**
     * Changes what is watched for.
     *
     * @throws IllegalStateException if the system refuses, which it has no reason for
     */
    void change(Watched watched, int descriptor, int interest) {
        int failed = control(CTL_MOD, descriptor, interest, watched.slot, watched.generation);
        if (failed < 0) {
            throw new IllegalStateException("cannot change what is watched for: " + Errno.text(-failed));
        }
    }

    private int control(int what, int descriptor, int interest, int slot, int generation) {
        control.set(JAVA_INT, 0, interest);
        control.set(JAVA_LONG_UNALIGNED, DATA_AT, ((long) generation << 32) | slot);
        return calls.epollControl(epoll, what, descriptor, control.address());
    }

    /** Lets a link take the place of the attempt that connected it. */
    void replace(Watched old, Watched next) {
        next.slot = old.slot;
        next.generation = old.generation;
        table[next.slot] = next;
        old.slot = -1;
    }

    /** Forgets what is about to be closed, which ends the system's watching too. */
    void forget(Watched watched) {
        int slot = watched.slot;
        if (slot >= 0) {
            watched.slot = -1;
            table[slot] = null;
            free[freeCount++] = slot;
        }
    }

    private void grow() {
        int slots = table.length;
        table = Arrays.copyOf(table, 2 * slots);
        free = Arrays.copyOf(free, 2 * slots);
        for (int slot = 2 * slots - 1; slot >= slots; slot--) {
            free[freeCount++] = slot;
        }
    }

    // ---- links, acceptors, attempts

    @Override
    public void attach(Link link, LinkHandler handler) throws IOException {
        ((EpollLink) link).attach(this, handler);
    }

    /** Has a link called by the next poll. */
    void again(EpollLink link) {
        again.addLast(link);
    }

    @Override
    public Acceptor listen(SocketAddress address, ListenOptions options, AcceptHandler handler) throws IOException {
        return EpollAcceptor.open(this, address, options, handler);
    }

    @Override
    public Connecting connect(SocketAddress address, ConnectOptions options, ConnectHandler handler) {
        EpollConnecting connecting = new EpollConnecting(this, address, handler);
        connecting.begin(options);
        return connecting;
    }

    /** Has an attempt told by the next poll. */
    void decided(EpollConnecting connecting) {
        decided.addLast(connecting);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        again.clear();
        failDecided();
        for (Watched watched : Arrays.copyOf(table, table.length)) {
            if (watched != null) {
                end(watched);
            }
        }
        // Who was told of a failure may have tried another address.
        failDecided();
        wakeup.close();
        Calls.close(epoll);
    }

    private void failDecided() {
        while (!decided.isEmpty()) {
            end(decided.removeFirst());
        }
    }

    /** A handler that throws must not keep the rest open. */
    private static void end(Watched watched) {
        try {
            watched.pollerClosed();
        } catch (Throwable e) {
            System.getLogger("dev.gibbon").log(System.Logger.Level.ERROR, "a handler failed as its poller closed", e);
        }
    }

    /** What wakes the poller. Each write is an edge, so nobody ever needs to read what was written. */
    private static final class Wakeup extends Watched {
        private static final MemorySegment ONE = one();

        private final int descriptor;
        private final DescriptorGuard guard;

        Wakeup(Calls calls) throws IOException {
            int made = calls.eventfd();
            if (made < 0) {
                throw Errno.plain(-made);
            }
            descriptor = made;
            guard = new DescriptorGuard(made);
        }

        private static MemorySegment one() {
            MemorySegment one = Arena.global().allocate(JAVA_LONG);
            one.set(JAVA_LONG, 0, 1);
            return one;
        }

        int descriptor() {
            return descriptor;
        }

        void wakeup() {
            if (guard.enter()) {
                try {
                    Calls.write(descriptor, ONE.address(), JAVA_LONG.byteSize());
                } finally {
                    guard.leave();
                }
            }
        }

        void close() {
            guard.close();
        }

        @Override
        void ready(int events) {
            // It has done what it is for.
        }

        @Override
        void pollerClosed() {
            // The poller closes it last.
        }
    }
}
