package dev.gibbon.internal.tls;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.transport.Faults;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.LinkHandler;
import dev.gibbon.internal.transport.MemoryAddress;
import dev.gibbon.internal.transport.MemoryPeer;
import dev.gibbon.internal.transport.MemoryTransport;
import dev.gibbon.internal.transport.Poller;
import dev.gibbon.testkit.tls.TestCertificates;
import dev.gibbon.testkit.tls.TestContexts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TlsLink} on a loop that is driven by hand, an {@link EnginePeer} at its other end, and a user of the link that does what
 * {@code Outgoing} does: it keeps what a write did not take and presents it again.
 */
final class TlsFixture implements AutoCloseable, LinkHandler, TlsLink.Observer {
    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final SSLContext CONTEXT = TestContexts.of(AUTHORITY.issue("localhost"), AUTHORITY.root());
    private static final MemoryAddress ADDRESS = new MemoryAddress("tls");

    final LoopGroup group;
    final EventLoop loop;
    final TlsLink link;
    final EnginePeer peer;
    final List<String> events = new ArrayList<>();
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private ByteBuffer outgoing = ByteBuffer.allocate(0);
    private int targetBytes = 256 << 10;
    private boolean wantsRead = true;
    private final int patience;
    int pauseAfter = Integer.MAX_VALUE;
    long reported;
    boolean ended;
    boolean echo;

    @Nullable
    IOException failure;

    @Nullable
    IOException handshakeFailure;

    /** Roles and versions. */
    record Setup(boolean server, String protocol, Faults faults, int pipeBytes) {
        static Setup of(boolean server, String protocol) {
            return new Setup(server, protocol, Faults.NONE, 64 << 10);
        }

        static List<Setup> all() {
            List<Setup> all = new ArrayList<>();
            for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
                all.add(of(true, protocol));
                all.add(of(false, protocol));
            }
            return all;
        }

        Setup faults(Faults faults) {
            return new Setup(server, protocol, faults, pipeBytes);
        }

        Setup pipe(int bytes) {
            return new Setup(server, protocol, faults, bytes);
        }

        @Override
        public String toString() {
            return (server ? "server " : "client ") + protocol;
        }
    }

    static TlsFixture open(Setup setup) {
        return new TlsFixture(setup, engine(!setup.server(), setup.protocol()));
    }

    /** An engine for a peer, to be changed by the test. */
    static SSLEngine engine(boolean server, String protocol) {
        SSLEngine engine = CONTEXT.createSSLEngine("localhost", 1);
        engine.setUseClientMode(!server);
        engine.setEnabledProtocols(new String[] {protocol});
        return engine;
    }

    TlsFixture(Setup setup, SSLEngine peerEngine) {
        this(setup, own(setup), peerEngine);
    }

    TlsFixture(Setup setup, SSLEngine ownEngine, SSLEngine peerEngine) {
        // With a byte a turn nothing is heard of a handshake for a while.
        patience = 20 + 20_000 / setup.faults().mostRead() * (1 + setup.faults().delayPolls());
        MemoryTransport transport = new MemoryTransport(setup.pipeBytes());
        group = LoopGroup.manual(transport, 1, () -> 1_000_000_000L);
        loop = group.loops().get(0);
        List<Link> accepted = new ArrayList<>();
        try {
            loop.poller().listen(ADDRESS, new Poller.ListenOptions(10, 0, 0, true), new Poller.AcceptHandler() {
                @Override
                public void accepted(Link newcomer) {
                    accepted.add(newcomer);
                }

                @Override
                public void acceptFailed(IOException cause) {
                    throw new UncheckedIOException(cause);
                }
            });
            MemoryPeer pipe = transport.connect(ADDRESS, setup.faults());
            loop.turn(0);
            link = TlsLink.over(loop, accepted.get(0), ownEngine, this);
            peer = new EnginePeer(peerEngine, pipe);
            link.attach(loop.poller(), this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        interest();
    }

    private static SSLEngine own(Setup setup) {
        SSLEngine engine =
                setup.server() ? CONTEXT.createSSLEngine() : new ClientTls(CONTEXT, null).engine("localhost", 1);
        if (setup.server()) {
            engine.setUseClientMode(false);
            new EngineParameters(List.of(setup.protocol()), List.of(), false, false).apply(engine);
        } else {
            engine.setEnabledProtocols(new String[] {setup.protocol()});
        }
        return engine;
    }

    // ---- the user of the link

    void targetBytes(int bytes) {
        targetBytes = bytes;
    }

    void wantsRead(boolean wanted) {
        wantsRead = wanted;
        interest();
    }

    private void interest() {
        link.interest(wantsRead && !ended && failure == null, outgoing.hasRemaining() && failure == null);
    }

    void write(byte[] bytes) {
        ByteBuffer both = ByteBuffer.allocate(outgoing.remaining() + bytes.length);
        outgoing = both.put(outgoing).put(bytes).flip();
        flush();
    }

    private void flush() {
        try {
            while (outgoing.hasRemaining() && failure == null) {
                int cut = outgoing.remaining() / 3;
                ByteBuffer first = outgoing.duplicate().limit(outgoing.position() + cut);
                ByteBuffer second = outgoing.duplicate().position(outgoing.position() + cut);
                int before = first.remaining() + second.remaining();
                long taken = link.write(first, second);
                if (before - first.remaining() - second.remaining() != taken) {
                    throw new AssertionError("reported " + taken + ", but moved on otherwise");
                }
                if (first.hasRemaining() && second.position() > outgoing.position() + cut) {
                    throw new AssertionError("took of the second before all of the first");
                }
                reported += taken;
                outgoing.position((int) (outgoing.position() + taken));
                if (taken == 0) {
                    break;
                }
            }
        } catch (IOException e) {
            failure = e;
        }
        interest();
    }

    boolean isWritten() {
        return !outgoing.hasRemaining();
    }

    @Override
    public void readable() {
        events.add("readable");
        if (!wantsRead) {
            throw new AssertionError("called without interest");
        }
        ByteBuffer target = ByteBuffer.allocate(targetBytes);
        try {
            int count = link.read(target);
            if (count != (count < 0 ? -1 : target.position())) {
                throw new AssertionError("told " + count + ", read " + target.position());
            }
            if (count < 0) {
                ended = true;
            } else {
                if (--pauseAfter == 0) {
                    wantsRead = false;
                }
                received.write(target.array(), 0, count);
                if (echo) {
                    write(java.util.Arrays.copyOf(target.array(), count));
                }
            }
        } catch (IOException e) {
            failure = e;
        }
        interest();
    }

    @Override
    public void writable() {
        flush();
    }

    @Override
    public void secured(TlsLink secured) {
        events.add("secured");
    }

    @Override
    public void failed(TlsLink failed, IOException cause) {
        handshakeFailure = cause;
    }

    // ---- time

    /** Takes turns at both ends until nothing happens any more. */
    TlsFixture settle() {
        int idle = 0;
        for (int i = 0; i < 1_000_000 && idle < patience; i++) {
            int before = events.size();
            long reportedBefore = reported;
            loop.turn(0);
            idle = peer.pump() || events.size() != before || reported != reportedBefore ? 0 : idle + 1;
        }
        return this;
    }

    /** Takes turns at our end only. */
    TlsFixture turns() {
        for (int i = 0; i < 50; i++) {
            loop.turn(0);
        }
        return this;
    }

    byte[] received() {
        byte[] bytes = received.toByteArray();
        received.reset();
        return bytes;
    }

    long held() {
        return loop.buffers().inUseBytes();
    }

    @Override
    public void close() {
        link.close();
        turns();
        if (held() != 0) {
            throw new AssertionError("still held: " + held());
        }
        group.close();
    }
}
