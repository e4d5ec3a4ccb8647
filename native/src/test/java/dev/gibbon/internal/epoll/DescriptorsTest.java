package dev.gibbon.internal.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Descriptors are neither lost nor used after they were closed, whatever happens. */
class DescriptorsTest {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final Poller.ListenOptions LISTEN = new Poller.ListenOptions(1024, 0, 0, true);
    private static final LinkHandler NOBODY = new LinkHandler() {
        @Override
        public void readable() {
            // Not of interest.
        }

        @Override
        public void writable() {
            // Not of interest.
        }
    };

    @TempDir
    private Path folder;

    private final List<Link> accepted = new ArrayList<>();
    private final List<Link> connected = new ArrayList<>();
    private final List<IOException> failures = new ArrayList<>();
    private final Poller.AcceptHandler accepting = new Poller.AcceptHandler() {
        @Override
        public void accepted(Link link) {
            accepted.add(link);
        }

        @Override
        public void acceptFailed(IOException cause) {
            throw new AssertionError(cause);
        }
    };
    private final Poller.ConnectHandler connecting = new Poller.ConnectHandler() {
        @Override
        public void connected(Link link) {
            connected.add(link);
        }

        @Override
        public void connectFailed(IOException cause) {
            failures.add(cause);
        }
    };
    private int before;
    private EpollPoller poller;

    /** The JDK keeps a pair of sockets from when it first closes one. */
    @BeforeAll
    static void letTheJdkOpenItsOwn() throws IOException {
        new ServerSocket(0, 1, InetAddress.getLoopbackAddress()).close();
    }

    @BeforeEach
    void open() throws IOException {
        before = OpenDescriptors.count();
        poller = new EpollPoller();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        poller.close();
        assertThat(OpenDescriptors.count()).isEqualTo(before);
    }

    private static SocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private void pollUntil(int told) throws IOException {
        long began = System.nanoTime();
        while (connected.size() + accepted.size() + failures.size() < told) {
            assertThat(System.nanoTime() - began).isLessThan(MOST_NANOS);
            poller.poll(10_000_000);
        }
    }

    private void closeAll() {
        accepted.forEach(Link::close);
        connected.forEach(Link::close);
        accepted.clear();
        connected.clear();
    }

    @Test
    void thousandsOfConnections() throws IOException {
        Poller.Acceptor acceptor = poller.listen(loopback(), LISTEN, accepting);
        for (int round = 0; round < 30; round++) {
            for (int i = 0; i < 100; i++) {
                poller.connect(acceptor.address(), Poller.ConnectOptions.DEFAULT, connecting);
            }
            pollUntil(200);
            for (Link link : accepted) {
                link.attach(poller, NOBODY);
                link.interest(true, false);
                link.write(ByteBuffer.allocate(9));
            }
            poller.poll(0);
            if (round % 2 == 0) {
                accepted.forEach(Link::reset);
            }
            closeAll();
            // What was harvested or queued for them reaches nobody.
            poller.poll(0);
        }
        acceptor.close();
        acceptor.close();
        assertThat(failures).isEmpty();
    }

    @Test
    void cancelledAndFailedAttempts() throws IOException {
        Poller.Acceptor acceptor = poller.listen(loopback(), LISTEN, accepting);
        SocketAddress closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalSocketAddress();
        }
        for (int i = 0; i < 500; i++) {
            Poller.Connecting cancelled = poller.connect(acceptor.address(), Poller.ConnectOptions.DEFAULT, connecting);
            poller.connect(closed, Poller.ConnectOptions.DEFAULT, connecting);
            if (i % 2 == 0) {
                poller.poll(0);
            }
            cancelled.cancel();
            cancelled.cancel();
            poller.connect(
                    UnixDomainSocketAddress.of(folder.resolve("nobody")), Poller.ConnectOptions.DEFAULT, connecting);
            poller.connect(
                    InetSocketAddress.createUnresolved("nowhere.invalid", 1),
                    Poller.ConnectOptions.DEFAULT,
                    connecting);
        }
        long began = System.nanoTime();
        while (failures.size() < 1500) {
            assertThat(System.nanoTime() - began).isLessThan(MOST_NANOS);
            poller.poll(10_000_000);
        }
        acceptor.close();
        closeAll();
    }

    @Test
    void whatCannotBeBound() throws IOException {
        Poller.Acceptor acceptor = poller.listen(loopback(), LISTEN, accepting);
        assertThatThrownBy(() -> poller.listen(acceptor.address(), LISTEN, accepting))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("in use");
        assertThatThrownBy(() -> poller.listen(
                        // 192.0.2.0/24 is for documentation: no machine has it.
                        new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 0),
                        LISTEN,
                        accepting))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("assign");
        assertThatThrownBy(() ->
                        poller.listen(UnixDomainSocketAddress.of(folder.resolve("x".repeat(200))), LISTEN, accepting))
                .isInstanceOf(SocketException.class);
        assertThatThrownBy(() ->
                        poller.listen(UnixDomainSocketAddress.of(folder.resolve("no/such/folder")), LISTEN, accepting))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aPollerThatClosesWithEverythingOpen() throws IOException {
        Poller.Acceptor tcp = poller.listen(loopback(), LISTEN, accepting);
        Path file = folder.resolve("s");
        poller.listen(UnixDomainSocketAddress.of(file), LISTEN, accepting);
        poller.connect(tcp.address(), Poller.ConnectOptions.DEFAULT, connecting);
        pollUntil(2);
        Link link = accepted.get(0);
        link.attach(poller, NOBODY);
        poller.connect(tcp.address(), Poller.ConnectOptions.DEFAULT, connecting);
        poller.connect(
                InetSocketAddress.createUnresolved("nowhere.invalid", 1), Poller.ConnectOptions.DEFAULT, connecting);

        poller.close();

        assertThat(failures)
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure).hasMessageContaining("closed"));
        assertThat(Files.exists(file)).isFalse();
        assertThatThrownBy(() -> link.write(ByteBuffer.allocateDirect(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> link.read(ByteBuffer.allocateDirect(1))).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(() -> poller.poll(0)).isInstanceOf(ClosedSelectorException.class);
        link.close();
        link.reset();
        link.shutdownOutput();
        poller.wakeup();
        poller.close();
    }

    @Test
    void attachingToAPollerThatIsClosedFails() throws IOException {
        Poller.Acceptor acceptor = poller.listen(loopback(), LISTEN, accepting);
        poller.connect(acceptor.address(), Poller.ConnectOptions.DEFAULT, connecting);
        pollUntil(2);
        EpollPoller other = new EpollPoller();
        other.close();

        assertThatThrownBy(() -> accepted.get(0).attach(other, NOBODY)).isInstanceOf(ClosedSelectorException.class);
        assertThatThrownBy(() -> connected.get(0).attach(other, NOBODY)).isInstanceOf(IllegalStateException.class);
        closeAll();
    }

    /** The number of a descriptor is given again at once; an event for the old owner must not reach the new one. */
    @Test
    void eventsOfAClosedLinkReachNobodyElse() throws IOException {
        Poller.Acceptor acceptor = poller.listen(loopback(), LISTEN, accepting);
        for (int i = 0; i < 3; i++) {
            poller.connect(acceptor.address(), Poller.ConnectOptions.DEFAULT, connecting);
        }
        pollUntil(6);
        List<String> told = new ArrayList<>();
        List<Link> victims = new ArrayList<>(accepted.subList(0, 2));
        Link spare = accepted.get(2);
        for (Link victim : victims) {
            victim.attach(poller, new LinkHandler() {
                @Override
                public void readable() {
                    told.add("victim");
                    // The first one told closes the other, and lets a third take its place in the midst of the batch.
                    Link other = victims.get(victims.get(0) == victim ? 1 : 0);
                    other.close();
                    try {
                        spare.attach(poller, new LinkHandler() {
                            @Override
                            public void readable() {
                                told.add("spare");
                            }

                            @Override
                            public void writable() {
                                told.add("spare");
                            }
                        });
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                    spare.interest(true, false);
                    victim.interest(false, false);
                }

                @Override
                public void writable() {
                    told.add("writable");
                }
            });
        }
        // Takes the first events, so that what comes next is in one batch.
        poller.poll(0);
        victims.forEach(victim -> victim.interest(true, false));
        for (Link link : connected) {
            // The spare one's peer says nothing.
            if (!link.localAddress().equals(spare.remoteAddress())) {
                link.write(ByteBuffer.allocate(1));
            }
        }
        long began = System.nanoTime();
        while (told.isEmpty() && System.nanoTime() - began < MOST_NANOS) {
            poller.poll(10_000_000);
        }
        for (int i = 0; i < 3; i++) {
            poller.poll(0);
        }

        assertThat(told).containsExactly("victim");
        acceptor.close();
        closeAll();
    }

    /** An edge comes once: what was harvested when a handler threw is told by the next poll. */
    @Test
    void aHandlerThatThrowsLosesNothingOfTheOthers() throws IOException {
        Poller.Acceptor acceptor = poller.listen(loopback(), LISTEN, accepting);
        for (int i = 0; i < 10; i++) {
            poller.connect(acceptor.address(), Poller.ConnectOptions.DEFAULT, connecting);
        }
        pollUntil(20);
        Set<Link> told = new HashSet<>();
        for (Link link : accepted) {
            link.attach(poller, new LinkHandler() {
                @Override
                public void readable() {
                    told.add(link);
                    link.interest(false, false);
                    throw new IllegalStateException("thrown by a test");
                }

                @Override
                public void writable() {
                    // Not of interest.
                }
            });
        }
        poller.poll(0);
        accepted.forEach(link -> link.interest(true, false));
        for (Link link : connected) {
            link.write(ByteBuffer.allocate(1));
        }
        int thrown = 0;
        long began = System.nanoTime();
        while (told.size() < 10 && System.nanoTime() - began < MOST_NANOS) {
            try {
                poller.poll(10_000_000);
            } catch (IllegalStateException e) {
                thrown++;
            }
        }
        assertThat(told).hasSize(10);
        assertThat(thrown).isEqualTo(10);
        acceptor.close();
        closeAll();
    }

    @Test
    void wakeUpsWhileThePollerCloses() throws Exception {
        for (int round = 0; round < 50; round++) {
            EpollPoller closing = new EpollPoller();
            AtomicBoolean over = new AtomicBoolean();
            List<Thread> wakers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Thread waker = new Thread(() -> {
                    while (!over.get()) {
                        closing.wakeup();
                    }
                });
                wakers.add(waker);
                waker.start();
            }
            closing.poll(Long.MAX_VALUE);
            closing.close();
            over.set(true);
            for (Thread waker : wakers) {
                waker.join();
            }
        }
    }
}
