package dev.gibbon.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What connecting promises, on every transport. */
class ConnectTest {
    private static final Poller.ListenOptions LISTEN = new Poller.ListenOptions(16, 0, 0, true);
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** The transports, and addresses to listen on. */
    enum Kind {
        TCP,
        UNIX,
        MEMORY
    }

    @TempDir
    private Path folder;

    private final List<Poller> pollers = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private @Nullable Link connected;
    private @Nullable IOException failure;
    private @Nullable Link accepted;

    @AfterEach
    void close() throws IOException {
        for (Link link : links) {
            link.close();
        }
        for (Poller poller : pollers) {
            poller.close();
        }
    }

    private Poller open(Kind kind) throws IOException {
        Transport transport = kind == Kind.MEMORY ? new MemoryTransport(1024) : SystemTransport.underTest();
        Poller poller = transport.openPoller();
        pollers.add(poller);
        return poller;
    }

    private SocketAddress toListenOn(Kind kind) {
        return switch (kind) {
            case TCP -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            case UNIX -> UnixDomainSocketAddress.of(folder.resolve("s"));
            case MEMORY -> new MemoryAddress("server");
        };
    }

    private Poller.Acceptor listen(Poller poller, Kind kind) throws IOException {
        return poller.listen(toListenOn(kind), LISTEN, new Poller.AcceptHandler() {
            @Override
            public void accepted(Link link) {
                accepted = link;
                links.add(link);
                told.add("accepted");
            }

            @Override
            public void acceptFailed(IOException cause) {
                told.add("acceptFailed " + cause);
            }
        });
    }

    private final Poller.ConnectHandler handler = new Poller.ConnectHandler() {
        @Override
        public void connected(Link link) {
            connected = link;
            links.add(link);
            told.add("connected");
        }

        @Override
        public void connectFailed(IOException cause) {
            failure = cause;
            told.add("connectFailed");
        }
    };

    private Poller.Connecting connect(Poller poller, SocketAddress address) {
        return poller.connect(address, Poller.ConnectOptions.DEFAULT, handler);
    }

    private void pollUntilTold(Poller poller, int times) throws IOException {
        long began = System.nanoTime();
        while (told.size() < times && System.nanoTime() - began < MOST_NANOS) {
            poller.poll(10_000_000L);
        }
        assertThat(told).hasSize(times);
    }

    private static LinkHandler reading(List<String> events) {
        return new LinkHandler() {
            @Override
            public void readable() {
                events.add("readable");
            }

            @Override
            public void writable() {
                events.add("writable");
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void connectsAndNeverTellsFromInsideTheCall(Kind kind) throws IOException {
        Poller poller = open(kind);
        Poller.Acceptor acceptor = listen(poller, kind);

        connect(poller, acceptor.address());
        assertThat(told).isEmpty();
        pollUntilTold(poller, 2);

        assertThat(told).containsExactlyInAnyOrder("accepted", "connected");
        assertThat(connected.remoteAddress()).isEqualTo(acceptor.address());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConnectedLinkChangesHandsWithoutLosingBytes(Kind kind) throws IOException {
        Poller poller = open(kind);
        connect(poller, listen(poller, kind).address());
        pollUntilTold(poller, 2);
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        connected.attach(poller, reading(first));
        connected.interest(true, false);
        accepted.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        until(poller, first);

        connected.attach(poller, reading(second));
        poller.poll(0);
        assertThat(second).as("wants nothing at first").isEmpty();
        connected.interest(true, false);
        until(poller, second);

        ByteBuffer read = ByteBuffer.allocate(10);
        connected.read(read);
        assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        connected.write(ByteBuffer.wrap(new byte[] {4}));
        List<String> other = new ArrayList<>();
        accepted.attach(poller, reading(other));
        accepted.interest(true, false);
        until(poller, other);
        assertThat(accepted.read(read.clear())).isEqualTo(1);
    }

    private static void until(Poller poller, List<String> events) throws IOException {
        long began = System.nanoTime();
        while (events.isEmpty() && System.nanoTime() - began < MOST_NANOS) {
            poller.poll(10_000_000L);
        }
        assertThat(events).contains("readable");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void refusalIsToldOnce(Kind kind) throws IOException {
        Poller poller = open(kind);
        Poller.Acceptor acceptor = listen(poller, kind);
        SocketAddress address = acceptor.address();
        acceptor.close();
        poller.poll(0);

        connect(poller, address);
        assertThat(told).isEmpty();
        pollUntilTold(poller, 1);
        poller.poll(0);

        assertThat(told).containsExactly("connectFailed");
        // Nobody listens at a Unix-domain address whose file is gone: the JDK has no class of its own for that.
        assertThat(failure).isInstanceOf(kind == Kind.UNIX ? IOException.class : ConnectException.class);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void cancellingClosesAndIsSilent(Kind kind) throws IOException {
        Poller poller = open(kind);
        Poller.Connecting connecting = connect(poller, listen(poller, kind).address());

        connecting.cancel();
        connecting.cancel();
        pollUntilTold(poller, 1);
        poller.poll(0);

        assertThat(told).containsExactly("accepted");
        List<String> events = new ArrayList<>();
        accepted.attach(poller, reading(events));
        accepted.interest(true, false);
        until(poller, events);
        assertThat(accepted.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void cancellingWhatIsOverChangesNothing(Kind kind) throws IOException {
        Poller poller = open(kind);
        Poller.Connecting connecting = connect(poller, listen(poller, kind).address());
        pollUntilTold(poller, 2);

        connecting.cancel();

        assertThat(connected.write(ByteBuffer.wrap(new byte[1]))).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void closingThePollerFailsWhatIsConnecting(Kind kind) throws IOException {
        Poller server = open(kind);
        Poller client = kind == Kind.MEMORY ? server : open(kind);
        connect(client, listen(server, kind).address());

        client.close();

        assertThat(told).containsExactly("connectFailed");
        assertThat(failure).hasMessageContaining("closed");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aClosedLinkCannotBeAttached(Kind kind) throws IOException {
        Poller poller = open(kind);
        connect(poller, listen(poller, kind).address());
        pollUntilTold(poller, 2);

        connected.close();

        assertThatThrownBy(() -> connected.attach(poller, reading(new ArrayList<>())))
                .isInstanceOf(IOException.class);
    }

    @Test
    void anUnresolvedAddressFails() throws IOException {
        Poller poller = open(Kind.TCP);
        connect(poller, InetSocketAddress.createUnresolved("nowhere.invalid", 80));
        pollUntilTold(poller, 1);
        assertThat(failure).isInstanceOf(UnknownHostException.class).hasMessageContaining("nowhere.invalid");
    }

    @Test
    void anAddressThatTheSystemRejectsFails() throws IOException {
        Poller poller = open(Kind.TCP);
        poller.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 9),
                // 192.0.2.0/24 is for documentation: no machine has it.
                new Poller.ConnectOptions(
                        0,
                        0,
                        true,
                        new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), 0)),
                handler);
        assertThat(told).isEmpty();
        pollUntilTold(poller, 1);
        assertThat(told).containsExactly("connectFailed");
    }

    @Test
    void aFullBacklogOfAUnixDomainSocketIsAFailure() throws IOException {
        Poller poller = open(Kind.UNIX);
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("full"));
        try (ServerSocketChannel server = ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            server.bind(address, 1);
            int tried = 0;
            while (failure == null && tried++ < 20) {
                connect(poller, address);
                pollUntilTold(poller, tried);
            }
            assertThat(failure).isNotNull();
        }
    }

    @Test
    void optionsAreSetBeforeConnecting() throws IOException {
        Poller poller = open(Kind.TCP);
        SocketAddress address = listen(poller, Kind.TCP).address();
        InetSocketAddress local = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), 0);

        poller.connect(address, new Poller.ConnectOptions(8192, 4096, false, local), handler);
        pollUntilTold(poller, 2);

        assertThat(((InetSocketAddress) accepted.remoteAddress()).getAddress()).isEqualTo(local.getAddress());
        if (!(connected instanceof NioLink nio)) {
            // Whose options can be looked at where it is made.
            return;
        }
        SocketChannel channel = nio.channel();
        assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
        // Linux doubles what it is asked for.
        assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF)).isBetween(8192, 16384);
        assertThat(channel.getOption(StandardSocketOptions.SO_SNDBUF)).isBetween(4096, 16384);
    }

    @Test
    void inMemoryAPeerIsPlayedByTheTest() throws IOException {
        MemoryTransport transport = new MemoryTransport(1024);
        Poller poller = transport.openPoller();
        pollers.add(poller);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);
        MemoryListener listener = transport.peers(address);

        connect(poller, address);
        poller.poll(0);
        MemoryPeer peer = listener.next();
        connected.write(ByteBuffer.wrap(new byte[] {7}));
        assertThat(peer.read(10)).containsExactly(7);
        assertThat(listener.next()).isNull();

        listener.answer(MemoryListener.Answer.REFUSE);
        connect(poller, address);
        poller.poll(0);
        assertThat(told).containsExactly("connected", "connectFailed");

        listener.answer(MemoryListener.Answer.HANG);
        Poller.Connecting given = connect(poller, address);
        connect(poller, address);
        poller.poll(0);
        assertThat(told).hasSize(2);
        assertThat(listener.hanging()).isEqualTo(2);
        given.cancel();
        assertThat(listener.hanging()).isEqualTo(1);
        listener.answer(MemoryListener.Answer.ACCEPT);
        poller.poll(0);
        assertThat(told).containsExactly("connected", "connectFailed", "connected");
        assertThat(listener.attempts()).isEqualTo(4);
    }
}
