package dev.gibbon.internal.server;

import dev.gibbon.CloseInfo;
import dev.gibbon.ServerStats;
import dev.gibbon.ShutdownReport;
import dev.gibbon.internal.connection.Connection;
import dev.gibbon.internal.http.HttpConnection;
import dev.gibbon.internal.http.HttpOwner;
import dev.gibbon.internal.http.Page;
import dev.gibbon.internal.http.Routes;
import dev.gibbon.internal.http.ServedEndpoint;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.loop.LoopTenant;
import dev.gibbon.internal.loop.TimerWheel;
import dev.gibbon.internal.proxied.Forwarding;
import dev.gibbon.internal.proxied.ProxyHeaderLink;
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
public final class RunningServer implements HttpOwner, Poller.AcceptHandler {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    /** Accepting stops this long when the process has no descriptors left. */
    private static final long ACCEPT_PAUSE_NANOS = 100_000_000L;

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
    private final AtomicBoolean acceptFailureLogged = new AtomicBoolean();
    private final AtomicBoolean headerFaultLogged = new AtomicBoolean();
    private final AtomicBoolean closeBegun = new AtomicBoolean();
    private final CompletableFuture<ShutdownReport> report = new CompletableFuture<>();
    private final LongAdder unsent = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private volatile boolean closing;
    private volatile SocketAddress address;
    private Poller.@Nullable Acceptor acceptor;

    private RunningServer(LoopGroup group, boolean ownsGroup, ServerSettings settings) {
        this.group = group;
        this.ownsGroup = ownsGroup;
        this.settings = settings;
        this.first = group.loops().get(0);
        this.address = settings.address();
        for (EventLoop loop : group.loops()) {
            judges.put(loop, new OpeningHandshake());
        }
    }

    /** Starts a server with loops of its own. */
    public static RunningServer own(int loops, ServerSettings settings) throws IOException {
        LoopGroup group = LoopGroup.start(loops, false);
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
            throw bindFailure(settings.address(), e.getCause());
        }
        return server;
    }

    private static IOException bindFailure(SocketAddress address, @Nullable Throwable cause) {
        IOException failure = cause instanceof java.net.BindException
                ? new java.net.BindException("cannot listen on " + address + ": " + cause.getMessage())
                : new IOException("cannot listen on " + address + ": " + cause);
        failure.initCause(cause);
        return failure;
    }

    private void listen() throws IOException {
        Poller.ListenOptions options = new Poller.ListenOptions(
                settings.backlog(), settings.receiveBufferBytes(), settings.sendBufferBytes(), settings.tcpNoDelay());
        Poller.Acceptor bound = first.poller().listen(settings.address(), options, this);
        acceptor = bound;
        address = bound.address();
    }

    // ---- newcomers, on the first loop

    @Override
    public void accepted(Link link) {
        accepted.increment();
        EventLoop loop = group.next();
        Link begun = settings.proxyProtocol().contains(link.remoteAddress())
                ? new ProxyHeaderLink(link, this::headerFault)
                : link;
        if (loop.inLoop()) {
            welcome(loop, begun, ByteBuffer.allocate(0));
        } else {
            try {
                loop.execute(() -> welcome(loop, begun, ByteBuffer.allocate(0)));
            } catch (RejectedExecutionException e) {
                link.close();
            }
        }
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

    @Override
    public void acceptFailed(IOException cause) {
        if (!acceptFailureLogged.getAndSet(true)) {
            LOG.log(
                    Level.ERROR,
                    "accepting connections failed, probably for too many open files; trying again every 100 ms (logged"
                            + " once)",
                    cause);
        }
        Poller.Acceptor failing = acceptor;
        if (failing == null || closing) {
            return;
        }
        failing.accepting(false);
        first.timers()
                .arm(
                        new TimerWheel.Timer() {
                            @Override
                            protected void expired(long now) {
                                failing.accepting(true);
                            }
                        },
                        first.refresh() + ACCEPT_PAUSE_NANOS);
    }

    private void welcome(EventLoop loop, Link link, ByteBuffer alreadyRead) {
        HttpConnection connection = new HttpConnection(loop, link, this);
        try {
            loop.refresh();
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
        loop.execute(() -> welcome(loop, link, copy));
    }

    // ---- what connections ask and tell, on their loops

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
        return address;
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
                queued.sum(),
                group.pooledBytes(),
                group.timers());
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
        Poller.Acceptor bound = acceptor;
        if (bound != null) {
            acceptor = null;
            bound.close();
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
