package dev.gibbon.internal.server;

import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopGroup;
import dev.gibbon.internal.loop.TimerWheel;
import dev.gibbon.internal.tls.ServerContext;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.internal.transport.Poller;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Accepts from one address of a server, on its first loop, and hands the newcomers to the loops in turn. */
final class Listener implements Poller.AcceptHandler {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    /** Accepting stops this long when the process has no descriptors left. */
    private static final long ACCEPT_PAUSE_NANOS = 100_000_000L;

    private final RunningServer server;
    private final LoopGroup group;
    private final EventLoop loop;
    private final @Nullable ServerContext tls;
    private final Poller.Acceptor acceptor;
    private boolean failureLogged;
    private boolean stopped;

    private Listener(
            RunningServer server,
            LoopGroup group,
            @Nullable ServerContext tls,
            SocketAddress address,
            Poller.ListenOptions options)
            throws IOException {
        this.server = server;
        this.group = group;
        this.loop = group.loops().get(0);
        this.tls = tls;
        this.acceptor = loop.poller().listen(address, options, this);
    }

    /**
     * Binds an address; on the first loop.
     *
     * @param tls spoken there; null for none
     * @throws IOException if the address is taken or cannot be bound; the message names it
     */
    static Listener open(
            RunningServer server,
            LoopGroup group,
            @Nullable ServerContext tls,
            SocketAddress address,
            Poller.ListenOptions options)
            throws IOException {
        try {
            return new Listener(server, group, tls, address, options);
        } catch (BindException e) {
            BindException failure = new BindException("cannot listen on " + address + ": " + e.getMessage());
            failure.initCause(e);
            throw failure;
        } catch (IOException | RuntimeException e) {
            throw new IOException("cannot listen on " + address + ": " + e, e);
        }
    }

    /** The bound address. */
    SocketAddress address() {
        return acceptor.address();
    }

    @Override
    public void accepted(Link link) {
        ServerContext certificates = tls;
        if (certificates == null || !certificates.lookIsDue()) {
            deal(link);
            return;
        }
        try {
            // This newcomer waits until the files were looked at, so that even the first one after a long silence gets
            // the new
            // certificate.
            loop.workers().execute(() -> {
                certificates.look();
                deal(link);
            });
        } catch (RejectedExecutionException e) {
            link.close();
        }
    }

    private void deal(Link link) {
        EventLoop chosen = group.next();
        if (chosen.inLoop()) {
            server.accepted(chosen, link, tls);
            return;
        }
        try {
            chosen.execute(() -> server.accepted(chosen, link, tls));
        } catch (RejectedExecutionException e) {
            link.close();
        }
    }

    @Override
    public void acceptFailed(IOException cause) {
        if (!failureLogged) {
            failureLogged = true;
            LOG.log(
                    Level.ERROR,
                    "accepting connections failed, probably for too many open files; trying again every 100 ms (logged"
                            + " once)",
                    cause);
        }
        if (stopped || server.closing()) {
            return;
        }
        acceptor.accepting(false);
        TimerWheel.Timer again = new TimerWheel.Timer() {
            @Override
            protected void expired(long now) {
                acceptor.accepting(true);
            }
        };
        loop.timers().arm(again, loop.refresh() + ACCEPT_PAUSE_NANOS);
    }

    /** Stops listening. */
    void stop() {
        if (!stopped) {
            stopped = true;
            acceptor.close();
        }
    }
}
