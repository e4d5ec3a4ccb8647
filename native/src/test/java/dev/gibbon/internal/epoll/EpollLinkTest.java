package dev.gibbon.internal.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets against the JDK's own at the other end. */
class EpollLinkTest {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final byte[] LOOPBACK_OF_IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    @TempDir
    private Path folder;

    private int before;
    private EpollPoller poller;
    private @Nullable Link accepted;
    private int readable;

    private final Poller.AcceptHandler accepting = new Poller.AcceptHandler() {
        @Override
        public void accepted(Link link) {
            accepted = link;
        }

        @Override
        public void acceptFailed(IOException cause) {
            throw new AssertionError(cause);
        }
    };

    private final LinkHandler counting = new LinkHandler() {
        @Override
        public void readable() {
            readable++;
        }

        @Override
        public void writable() {
            // Not of interest.
        }
    };

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
        if (accepted != null) {
            accepted.close();
        }
        poller.close();
        assertThat(OpenDescriptors.count()).isEqualTo(before);
    }

    private Poller.Acceptor listen(byte... address) throws IOException {
        return poller.listen(
                new InetSocketAddress(InetAddress.getByAddress(address), 0),
                new Poller.ListenOptions(8, 8192, 4096, false),
                accepting);
    }

    private Link accept() throws IOException {
        long began = System.nanoTime();
        while (accepted == null && System.nanoTime() - began < MOST_NANOS) {
            poller.poll(10_000_000);
        }
        assertThat(accepted).isNotNull();
        return accepted;
    }

    private void pollUntilReadable(int times) throws IOException {
        long began = System.nanoTime();
        while (readable < times && System.nanoTime() - began < MOST_NANOS) {
            poller.poll(10_000_000);
        }
        assertThat(readable).isGreaterThanOrEqualTo(times);
    }

    private static int port(SocketAddress listening) {
        return ((InetSocketAddress) listening).getPort();
    }

    @Test
    void acceptedSocketsHaveTheOptionsOfTheListener() throws IOException {
        Poller.Acceptor acceptor = listen(LOOPBACK);
        try (SocketChannel peer = SocketChannel.open(acceptor.address())) {
            int descriptor = ((EpollLink) accept()).descriptor();
            Calls calls = new Calls();
            assertThat(calls.option(descriptor, Calls.IPPROTO_TCP, Calls.TCP_NODELAY))
                    .isZero();
            // Linux doubles what it is asked for.
            assertThat(calls.option(descriptor, Calls.SOL_SOCKET, Calls.SO_SNDBUF))
                    .isBetween(4096, 16384);
            assertThat(calls.option(descriptor, Calls.SOL_SOCKET, Calls.SO_RCVBUF))
                    .isBetween(8192, 16384);
            assertThat(accepted.remoteAddress()).isEqualTo(peer.getLocalAddress());
            assertThat(accepted.localAddress()).isEqualTo(peer.getRemoteAddress());
        }
        Poller.Acceptor prompt = poller.listen(
                new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), 0),
                new Poller.ListenOptions(8, 0, 0, true),
                accepting);
        accepted.close();
        accepted = null;
        try (SocketChannel peer = SocketChannel.open(prompt.address())) {
            assertThat(peer.isConnected()).isTrue();
            int descriptor = ((EpollLink) accept()).descriptor();
            assertThat(new Calls().option(descriptor, Calls.IPPROTO_TCP, Calls.TCP_NODELAY))
                    .isEqualTo(1);
        }
    }

    @Test
    void everyInterfaceIsThatOfBothFamilies() throws IOException {
        Poller.Acceptor acceptor = listen(new byte[4]);
        try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), port(acceptor.address()))) {
            Link link = accept();
            assertThat(((InetSocketAddress) link.remoteAddress()).getAddress()).isInstanceOf(Inet4Address.class);
            assertThat(link.remoteAddress()).isEqualTo(peer.getLocalSocketAddress());
            assertThat(link.localAddress()).isEqualTo(peer.getRemoteSocketAddress());
            link.close();
        }
    }

    @Test
    void ipv6IsServedAndConnectedTo() throws IOException {
        Poller.Acceptor acceptor = listen(LOOPBACK_OF_IPV6);
        assertThat(((InetSocketAddress) acceptor.address()).getAddress()).isInstanceOf(Inet6Address.class);
        Link[] connected = new Link[1];
        poller.connect(acceptor.address(), Poller.ConnectOptions.DEFAULT, new Poller.ConnectHandler() {
            @Override
            public void connected(Link link) {
                connected[0] = link;
            }

            @Override
            public void connectFailed(IOException cause) {
                throw new AssertionError(cause);
            }
        });
        Link link = accept();
        poller.poll(0);
        assertThat(connected[0].remoteAddress()).isEqualTo(acceptor.address());
        assertThat(connected[0].localAddress()).isEqualTo(link.remoteAddress());
        connected[0].close();
    }

    @Test
    void aResetIsAnErrorToTheReader() throws IOException {
        Poller.Acceptor acceptor = listen(LOOPBACK);
        SocketChannel peer = SocketChannel.open(acceptor.address());
        Link link = accept();
        link.attach(poller, counting);
        link.interest(true, false);
        peer.setOption(StandardSocketOptions.SO_LINGER, 0);
        peer.close();
        pollUntilReadable(1);

        assertThatThrownBy(() -> link.read(ByteBuffer.allocateDirect(1)))
                .isInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        // No signal, an exception.
        assertThatThrownBy(() -> link.write(ByteBuffer.allocateDirect(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
        assertThatThrownBy(() -> link.write(ByteBuffer.allocateDirect(1), ByteBuffer.allocateDirect(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
    }

    @Test
    void aResetOfOursIsOneForThePeer() throws IOException {
        Poller.Acceptor acceptor = listen(LOOPBACK);
        try (SocketChannel peer = SocketChannel.open(acceptor.address())) {
            accept().reset();
            assertThatThrownBy(() -> peer.read(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void urgentBytesHideNothing() throws IOException {
        Poller.Acceptor acceptor = listen(LOOPBACK);
        try (Socket peer = new Socket()) {
            peer.connect(acceptor.address());
            Link link = accept();
            peer.getOutputStream().write(new byte[] {1, 2});
            peer.sendUrgentData(3);
            peer.getOutputStream().write(new byte[] {4, 5});
            peer.getOutputStream().flush();
            peer.shutdownOutput();
            link.attach(poller, counting);
            link.interest(true, false);
            int sum = 0;
            int count = 0;
            for (int i = 1; count >= 0; i++) {
                pollUntilReadable(i);
                count = link.read(ByteBuffer.allocateDirect(100));
                sum += Math.max(0, count);
            }
            assertThat(sum).isEqualTo(4);
        }
    }

    @Test
    void anotherThreadWritesAndTheLoopLearnsThatThereIsRoomAgain() throws Exception {
        Poller.Acceptor acceptor = listen(LOOPBACK);
        try (SocketChannel peer = SocketChannel.open(acceptor.address())) {
            Link link = accept();
            assertThat(link.writableByOthers()).isTrue();
            int[] writable = new int[1];
            link.attach(poller, new LinkHandler() {
                @Override
                public void readable() {
                    // Not of interest.
                }

                @Override
                public void writable() {
                    writable[0]++;
                    link.interest(false, false);
                }
            });
            poller.poll(0);
            long[] sum = new long[1];
            CompletableFuture.runAsync(() -> {
                        try {
                            assertThat(link.writeAside(ByteBuffer.allocate(0))).isZero();
                            int count = 1;
                            ByteBuffer[] kinds = {
                                ByteBuffer.allocateDirect(100_000),
                                ByteBuffer.allocate(70_000).asReadOnlyBuffer(),
                                ByteBuffer.allocate(70_000).position(3).slice()
                            };
                            for (int i = 0; count > 0; i++) {
                                ByteBuffer source = kinds[i % 3].duplicate();
                                count = link.writeAside(source);
                                assertThat(source.position()).isEqualTo(count);
                                sum[0] += count;
                            }
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .get(20, TimeUnit.SECONDS);
            ByteBuffer target = ByteBuffer.allocate(1 << 16);
            for (long read = 0; read < sum[0]; read += peer.read(target.clear())) {
                assertThat(read).isNotNegative();
            }
            link.interest(false, true);
            poller.poll(MOST_NANOS);
            assertThat(writable[0]).isEqualTo(1);
            link.close();
            assertThatThrownBy(() -> link.writeAside(ByteBuffer.allocate(1)))
                    .isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void anotherThreadThatWritesToABrokenConnectionHearsOfIt() throws IOException {
        Poller.Acceptor acceptor = listen(LOOPBACK);
        SocketChannel peer = SocketChannel.open(acceptor.address());
        Link link = accept();
        link.attach(poller, counting);
        link.interest(true, false);
        peer.setOption(StandardSocketOptions.SO_LINGER, 0);
        peer.close();
        pollUntilReadable(1);
        assertThatThrownBy(() -> link.writeAside(ByteBuffer.allocateDirect(1))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> link.writeAside(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
    }

    @Test
    void aPollerThatClosesTellsEveryAttemptAndLeavesNothingOpen() throws IOException {
        Poller.Acceptor acceptor = listen(LOOPBACK);
        SocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
        int[] failures = new int[1];
        Poller.ConnectHandler last = new Poller.ConnectHandler() {
            @Override
            public void connected(Link link) {
                throw new AssertionError("connected");
            }

            @Override
            public void connectFailed(IOException cause) {
                failures[0]++;
            }
        };
        Poller.ConnectHandler again = new Poller.ConnectHandler() {
            @Override
            public void connected(Link link) {
                throw new AssertionError("connected");
            }

            @Override
            public void connectFailed(IOException cause) {
                failures[0]++;
                poller.connect(acceptor.address(), Poller.ConnectOptions.DEFAULT, last);
                throw new IllegalStateException("a handler that fails");
            }
        };
        poller.connect(unresolved, Poller.ConnectOptions.DEFAULT, again);
        poller.connect(acceptor.address(), Poller.ConnectOptions.DEFAULT, again);
        poller.close();
        assertThat(failures[0]).isEqualTo(4);
    }

    // ---- channels that somebody else opened

    @Test
    void aClosedLinkStillTellsItsAddresses() throws IOException {
        Poller.Acceptor acceptor = listen(new byte[4]);
        try (Socket peer = new Socket(InetAddress.getByAddress(LOOPBACK), port(acceptor.address()))) {
            Link link = accept();
            link.close();
            assertThat(link.localAddress()).isEqualTo(peer.getRemoteSocketAddress());
            assertThat(link.remoteAddress()).isEqualTo(peer.getLocalSocketAddress());
        }
    }

    @Test
    void anyThreadMayAskForTheLocalAddressWhileOthersAreAccepted() throws Exception {
        SocketAddress address = listen(new byte[4]).address();
        InetSocketAddress reached = new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port(address));
        for (int round = 0; round < 20; round++) {
            List<Socket> peers = new ArrayList<>();
            List<Link> links = new ArrayList<>();
            try {
                acceptFrom(reached, peers, links);
                List<Link> asked = List.copyOf(links);
                CompletableFuture<List<SocketAddress>> told = CompletableFuture.supplyAsync(
                        () -> asked.stream().map(Link::localAddress).toList());
                acceptFrom(reached, peers, links);
                for (int i = 0; i < links.size(); i++) {
                    assertThat(links.get(i).remoteAddress())
                            .isEqualTo(peers.get(i).getLocalSocketAddress());
                }
                assertThat(told.get(20, TimeUnit.SECONDS)).containsOnly(reached);
            } finally {
                links.forEach(Link::close);
                for (Socket peer : peers) {
                    peer.close();
                }
            }
        }
        accepted = null;
    }

    /** Fifty more, all accepted in few polls. */
    private void acceptFrom(InetSocketAddress address, List<Socket> peers, List<Link> links) throws IOException {
        for (int i = 0; i < 50; i++) {
            peers.add(new Socket(address.getAddress(), address.getPort()));
            accepted = null;
            Link link = accept();
            link.attach(poller, counting);
            links.add(link);
        }
    }

    @Test
    void aChannelIsTakenOver() throws IOException {
        Poller.Acceptor acceptor = listen(LOOPBACK);
        SocketChannel channel = SocketChannel.open(acceptor.address());
        SocketAddress address = channel.getLocalAddress();
        Link link = accept();
        link.attach(poller, counting);
        link.interest(true, false);

        Link adopted = new EpollTransport().adopt(channel);

        assertThat(channel.isOpen()).isFalse();
        assertThat(adopted.localAddress()).isEqualTo(address);
        assertThat(adopted.remoteAddress()).isEqualTo(acceptor.address());
        assertThat(new Calls().linger(((EpollLink) adopted).descriptor())).isNegative();
        adopted.attach(poller, counting);
        adopted.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        pollUntilReadable(1);
        assertThat(link.read(ByteBuffer.allocate(9))).isEqualTo(3);
        link.write(ByteBuffer.wrap(new byte[] {4}));
        adopted.interest(true, false);
        pollUntilReadable(2);
        assertThat(adopted.read(ByteBuffer.allocate(9))).isEqualTo(1);
        adopted.close();
    }

    @Test
    void aChannelOfAUnixDomainSocketIsTakenOver() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        poller.listen(address, new Poller.ListenOptions(8, 0, 0, true), accepting);
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(address);
        Link link = accept();
        assertThat(link.remoteAddress()).isEqualTo(UnixDomainSocketAddress.of(""));
        assertThat(link.localAddress()).isEqualTo(address);

        Link adopted = new EpollTransport().adopt(channel);
        assertThat(adopted.write(ByteBuffer.allocate(3))).isEqualTo(3);
        assertThat(link.read(ByteBuffer.allocateDirect(9))).isEqualTo(3);
        adopted.close();
        assertThat(link.read(ByteBuffer.allocateDirect(9))).isEqualTo(-1);
    }

    @Test
    void aChannelThatCannotBeTakenStaysOpen() throws IOException {
        Poller.Acceptor acceptor = listen(LOOPBACK);
        try (SocketChannel unconnected = SocketChannel.open();
                SocketChannel registered = SocketChannel.open(acceptor.address());
                Selector selector = Selector.open()) {
            accept();
            registered.configureBlocking(false);
            registered.register(selector, SelectionKey.OP_READ);
            assertThatThrownBy(() -> ChannelDescriptor.take(unconnected)).hasMessageContaining("not connected");
            assertThatThrownBy(() -> ChannelDescriptor.take(registered)).hasMessageContaining("selector");
            assertThat(unconnected.isOpen() && registered.isOpen()).isTrue();
            unconnected.close();
            assertThatThrownBy(() -> ChannelDescriptor.take(unconnected)).isInstanceOf(IOException.class);
        }
    }
}
