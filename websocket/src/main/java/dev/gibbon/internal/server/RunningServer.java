package dev.gibbon.internal.server;

import dev.gibbon.CloseInfo;
import dev.gibbon.ServerStats;
import dev.gibbon.ShutdownReport;
import dev.gibbon.TransportChoice;
import dev.gibbon.internal.connection.Connection;
import dev.gibbon.internal.http.HttpConnection;
import dev.gibbon.internal.http.HttpOwner;
import dev.gibbon.internal.http.Page;
import dev.gibbon.internal.http.Routes;
import dev.gibbon.internal.http.ServedEndpoint;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.loop.LoopTenant;
import dev.gibbon.internal.proxied.Forwarding;
import dev.gibbon.internal.proxied.ProxyHeaderLink;
import dev.gibbon.internal.tls.ServerContext;
import dev.gibbon.internal.tls.TlsLink;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.Poller;
import dev.gibbon.protocol.MaskSource;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.HostPolicy;
import dev.gibbon.protocol.handshake.OpeningHandshake;
import dev.gibbon.protocol.handshake.Refusal;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A listening server: accepts on the first loop, hands the newcomers to the loops in turn, counts, and closes. For any thread,
 * but for what its connections call on their loops.
 */
public final class RunningServer implements HttpOwner, TlsLink.Observer {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    private static final MaskSource NO_MASKS = () -> {
        throw new IllegalStateException("a server does not mask");
    };

    private final LoopGroup group;
    private final boolean ownsGroup;
    private final ServerSettings settings;
    private final EventLoop first;
    private final Map<EventLoop, OpeningHandshake> judges = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger webSockets = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder upgraded = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder tlsHandshakes = new LongAdder();
    private final LongAdder tlsFailures = new LongAdder();
    private final AtomicBoolean headerFaultLogged = new AtomicBoolean();
    private final AtomicBoolean closeBegun = new AtomicBoolean();
    private final CompletableFuture<ShutdownReport> report = new CompletableFuture<>();
    private final LongAdder unsent = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private volatile boolean closing;
    private volatile @Nullable Listener listener;
    private volatile @Nullable Listener plainListener;

    private RunningServer(LoopGroup group, boolean ownsGroup, ServerSettings settings) {
        this.group = group;
        this.ownsGroup = ownsGroup;
        this.settings = settings;
        this.first = group.loops().get(0);
        for (EventLoop loop : group.loops()) {
            judges.put(loop, new OpeningHandshake());
        }
    }

    /** Starts a server with loops of its own. */
    public static RunningServer own(int loops, TransportChoice transport, ServerSettings settings) throws IOException {
        LoopGroup group = LoopGroup.start(transport, loops, false);
        try {
            return start(group, true, settings);
        } catch (IOException | RuntimeException e) {
            group.close();
            throw e;
        }
    }

    /** Starts a server on loops that somebody else closes. */
    public static RunningServer on(LoopGroup group, ServerSettings settings) throws IOException {
        return start(group, false, settings);
    }

    private static RunningServer start(LoopGroup group, boolean ownsGroup, ServerSettings settings) throws IOException {
        RunningServer server = new RunningServer(group, ownsGroup, settings);
        if (group.isManual()) {
            server.listen();
            return server;
        }
        CompletableFuture<@Nullable Void> listening = new CompletableFuture<>();
        server.first.execute(() -> {
            try {
                server.listen();
                listening.complete(null);
            } catch (Throwable e) {
                listening.completeExceptionally(e);
            }
        });
        try {
            listening.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while binding " + settings.address(), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
        return server;
    }

    private void listen() throws IOException {
        Poller.ListenOptions options = new Poller.ListenOptions(
                settings.backlog(), settings.receiveBufferBytes(), settings.sendBufferBytes(), settings.tcpNoDelay());
        listener = Listener.open(this, group, settings.tls(), settings.address(), options);
        SocketAddress besides = settings.plainAddress();
        if (besides != null) {
            try {
                plainListener = Listener.open(this, group, null, besides, options);
            } catch (IOException e) {
                stopListening();
                throw e;
            }
        }
    }

    // ---- newcomers, on their loops

    /** Takes a newcomer; on its loop. */
    void accepted(EventLoop loop, Link link, @Nullable ServerContext tls) {
        accepted.increment();
        Link begun = settings.proxyProtocol().contains(link.remoteAddress())
                ? new ProxyHeaderLink(link, this::headerFault)
                : link;
        welcome(loop, begun, tls, ByteBuffer.allocate(0));
    }

    /** A proxy that is not set up as we are fails with every connection: one line tells enough. */
    private void headerFault(String fault) {
        Level level = headerFaultLogged.getAndSet(true) ? Level.DEBUG : Level.WARNING;
        LOG.log(
                level,
                "a connection from an address of proxyProtocolFrom was cut, for a header of the PROXY protocol was"
                        + " expected: {0} (a warning once, then debug)",
                fault);
    }

    private void welcome(EventLoop loop, Link link, @Nullable ServerContext tls, ByteBuffer alreadyRead) {
        HttpConnection connection;
        try {
            loop.refresh();
            Link top = tls == null ? link : TlsLink.over(loop, link, tls.engine(), this);
            connection = new HttpConnection(loop, top, this);
            loop.admit(connection);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.DEBUG, "a newcomer is gone already", e);
            link.close();
            return;
        }
        handshakes.incrementAndGet();
        int open = connections.incrementAndGet();
        try {
            if (closing) {
                connection.turnAway(new Refusal(503, "The server is closing.").with("Retry-After", "5"));
            } else if (open > settings.maxConnections()) {
                connection.turnAway(
                        new Refusal(503, "The server has as many connections as it may.").with("Retry-After", "5"));
            } else {
                connection.open(alreadyRead);
            }
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "a newcomer is cut for a fault of the library", e);
            connection.cut(e);
        }
    }

    /** Takes a connected channel over. */
    public void adopt(SocketChannel channel, ByteBuffer alreadyRead) throws IOException {
        if (closing) {
            throw new IllegalStateException("the server is closed");
        }
        Link link = group.transport().adopt(channel);
        ByteBuffer copy = ByteBuffer.allocate(alreadyRead.remaining())
                .put(alreadyRead.duplicate())
                .flip();
        accepted.increment();
        EventLoop loop = group.next();
        try {
            loop.execute(() -> welcome(loop, link, null, copy));
        } catch (RejectedExecutionException e) {
            link.close();
            throw new IllegalStateException("the server is closed", e);
        }
    }

    // ---- what connections ask and tell, on their loops

    @Override
    public void secured(TlsLink link) {
        tlsHandshakes.increment();
    }

    @Override
    public void failed(TlsLink link, IOException cause) {
        tlsFailures.increment();
    }

    @Override
    public Routes<Page> pages() {
        return settings.pages();
    }

    @Override
    public Routes<ServedEndpoint> endpoints() {
        return settings.endpoints();
    }

    @Override
    public HeadLimits headLimits() {
        return settings.headLimits();
    }

    @Override
    public Forwarding forwarding() {
        return settings.forwarding();
    }

    @Override
    public HostPolicy hosts() {
        return settings.hosts();
    }

    @Override
    public long handshakeNanos() {
        return settings.handshakeTimeout().toNanos();
    }

    @Override
    public boolean closing() {
        return closing;
    }

    @Override
    public OpeningHandshake judge(EventLoop loop) {
        OpeningHandshake judge = judges.get(loop);
        if (judge == null) {
            throw new IllegalStateException("a loop of another group");
        }
        return judge;
    }

    @Override
    public MaskSource masks() {
        return NO_MASKS;
    }

    @Override
    public void upgraded() {
        upgraded.increment();
        webSockets.incrementAndGet();
        handshakes.decrementAndGet();
    }

    @Override
    public void refused() {
        refused.increment();
    }

    @Override
    public void httpClosed() {
        handshakes.decrementAndGet();
        connections.decrementAndGet();
    }

    @Override
    public void connectionEnded(Connection connection, CloseInfo info) {
        webSockets.decrementAndGet();
        if (closing) {
            ended.increment();
            unsent.add(info.bytesUnsent());
        }
    }

    @Override
    public void linkClosed(Connection connection) {
        connections.decrementAndGet();
    }

    // ---- for the application

    /** The bound address. */
    public SocketAddress address() {
        Listener bound = listener;
        return bound == null ? settings.address() : bound.address();
    }

    /** The bound address without TLS, where that was asked for besides; else null. */
    public @Nullable SocketAddress plainAddress() {
        Listener bound = plainListener;
        return bound == null ? null : bound.address();
    }

    /** Counts up to now. */
    public ServerStats stats() {
        LongAdder queued = new LongAdder();
        for (EventLoop loop : group.loops()) {
            queued.add(loop.queuedBytes(this));
        }
        return new ServerStats(
                connections.get(),
                webSockets.get(),
                accepted.sum(),
                upgraded.sum(),
                refused.sum(),
                tlsHandshakes.sum(),
                tlsFailures.sum(),
                queued.sum(),
                group.pooledBytes(),
                group.nativeBytes(),
                group.timers(),
                group.transport().name());
    }

    /** Waits until the server is closed. */
    public void awaitClose() throws InterruptedException {
        try {
            report.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("closing the server failed", e.getCause());
        }
    }

    /** Closes within a deadline. */
    public ShutdownReport close(Duration deadline) {
        if (EventLoop.onAnyLoop()) {
            throw new IllegalStateException(
                    "closing a server waits, which an event loop's thread must not: close it from another thread");
        }
        if (closeBegun.compareAndSet(false, true)) {
            Closing.begin(this, group, deadline, report);
        }
        boolean interrupted = false;
        while (true) {
            try {
                ShutdownReport done = report.get();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return done;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IllegalStateException("closing the server failed", e.getCause());
            }
        }
    }

    // ---- for Closing

    void turnNewcomersAway() {
        closing = true;
    }

    void stopListening() {
        for (Listener bound : new Listener[] {listener, plainListener}) {
            if (bound != null) {
                bound.stop();
            }
        }
    }

    EventLoop listeningLoop() {
        return first;
    }

    int openConnections() {
        return connections.get();
    }

    /** Connections that are WebSockets, those whose streams have yet to end included. */
    int openUpgraded() {
        return connections.get() - handshakes.get();
    }

    int openWebSockets() {
        return webSockets.get();
    }

    long endedWhileClosing() {
        return ended.sum();
    }

    long unsentBytes() {
        return unsent.sum();
    }

    boolean ownsGroup() {
        return ownsGroup;
    }

    static void sayGoodbye(LoopTenant tenant) {
        if (tenant instanceof Connection connection) {
            connection.goAway("the server is closing");
        } else if (tenant instanceof HttpConnection http) {
            http.goAway();
        }
    }
}
