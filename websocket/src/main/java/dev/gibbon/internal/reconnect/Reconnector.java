package dev.gibbon.internal.reconnect;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.HandshakeException;
import dev.gibbon.ProxyException;
import dev.gibbon.ReconnectEvent;
import dev.gibbon.ReconnectEvent.Reason;
import dev.gibbon.WebSocket;
import dev.gibbon.WebSocketClient;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.TimerWheel;
import dev.gibbon.protocol.handshake.RetryAfter;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The life of a reconnecting socket: attempts, connections, waits, and one end. All of it happens on one loop, where its
 * connections live too, so that nothing here is shared; {@link #begin}, {@link #stop} and {@link #hurry} are for any thread. It never
 * waits and has no thread.
 */
public final class Reconnector {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    /** How soon to look again for room in a connection's queue, while what was kept is handed over. */
    private static final long FLUSH_NANOS = 20_000_000;

    /** What it is doing. */
    public enum Phase {
        /** Nothing yet, or a client is asked for, or an attempt is under way. */
        CONNECTING,
        /** A connection is open. */
        CONNECTED,
        /** The next attempt waits for its time. */
        WAITING,
        /** It gave up or was stopped. */
        ENDED
    }

    private final EventLoop loop;
    private final Plan plan;
    private final BackOff backOff;
    private final Outbox outbox;
    private final Handover handover;
    private final CompletableFuture<ReconnectEvent> ended = new CompletableFuture<>();
    private final Runnable ending = () -> giveUp(Reason.LOOPS_CLOSED, null, null);
    private final TimerWheel.Timer next = new TimerWheel.Timer() {
        @Override
        protected void expired(long now) {
            called(() -> guarded(Reconnector.this::attempt));
        }
    };
    private final TimerWheel.Timer flushing = new TimerWheel.Timer() {
        @Override
        protected void expired(long now) {
            flush();
        }
    };

    // Written on the loop's thread only, read by others.
    private volatile Phase phase = Phase.CONNECTING;
    private volatile @Nullable WebSocket socket;

    // For the loop's thread.
    private int round;
    private int failures;
    private long streakBegan;
    private long openedAt;
    private boolean stopping;
    private @Nullable CompletableFuture<?> underWay;
    private int unsent;

    /** Nothing begins before {@link #begin}. */
    public Reconnector(EventLoop loop, Plan plan, Outbox outbox, Handover handover) {
        this.loop = loop;
        this.plan = plan;
        this.backOff = new BackOff(plan.policy(), plan.random());
        this.outbox = outbox;
        this.handover = handover;
    }

    /** Begins the first attempt, soon. */
    public void begin() {
        if (!onLoop(this::start)) {
            end(new ReconnectEvent.GaveUp(Reason.LOOPS_CLOSED, null, null, 0));
        }
    }

    /** Stops it; the connection that is open is closed by {@code how}. */
    public void stop(Consumer<WebSocket> how) {
        onLoop(() -> stopped(how));
    }

    /** Ends the wait for the next attempt. */
    public void hurry() {
        onLoop(() -> {
            if (phase == Phase.WAITING) {
                loop.timers().disarm(next);
                attempt();
            }
        });
    }

    /** What it is doing. */
    public Phase phase() {
        return phase;
    }

    /** The open connection, or null. */
    public @Nullable WebSocket socket() {
        return socket;
    }

    /** Completes with the last event. */
    public CompletionStage<ReconnectEvent> ended() {
        return ended.minimalCompletionStage();
    }

    /** Runs something on the loop, as a callback of the application; false if the loop is closed. */
    private boolean onLoop(Runnable task) {
        try {
            loop.execute(() -> called(() -> guarded(task)));
            return true;
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "reconnecting after the loops were closed", e);
            return false;
        }
    }

    private void called(Runnable task) {
        loop.enterCallback();
        try {
            task.run();
        } finally {
            loop.leaveCallback();
        }
    }

    /** What the application's own code throws, a test of the policy say, must not leave this hanging. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            giveUp(Reason.FAULT, e, null);
        }
    }

    private void start() {
        streakBegan = loop.refresh();
        if (phase != Phase.ENDED) {
            loop.whenEnding(ending);
            attempt();
        }
    }

    // ---- an attempt

    private void attempt() {
        phase = Phase.CONNECTING;
        int now = ++round;
        emit(new ReconnectEvent.Connecting(failures + 1));
        CompletableFuture<WebSocketClient> asked;
        try {
            asked = plan.source().client(failures + 1).toCompletableFuture();
        } catch (Throwable e) {
            failed(now, e);
            return;
        }
        underWay = asked;
        whenDone(asked, client -> connect(now, client), failure -> failed(now, failure));
    }

    private void connect(int now, WebSocketClient client) {
        if (now != round || phase != Phase.CONNECTING) {
            return;
        }
        Relay relay = plan.listener() == null ? null : new Relay(this, plan.listener(), now);
        CompletableFuture<WebSocket> opening = plan.connector().connect(client, loop, relay);
        underWay = opening;
        whenDone(
                opening,
                open -> {
                    if (relay == null) {
                        handOver(open, now);
                    }
                },
                failure -> failed(now, failure));
    }

    private void handOver(WebSocket open, int now) {
        if (opened(open, now)) {
            whenDone(
                    open.closed().toCompletableFuture(),
                    info -> closed(info, now),
                    failure -> LOG.log(Level.ERROR, "a connection did not tell its end", failure));
            flush();
            handover.offer(open);
        }
    }

    /** Goes on here, at once if the stage completes on the loop. */
    @SuppressWarnings("FutureReturnValueIgnored") // both outcomes are handled
    private <T> void whenDone(CompletableFuture<T> stage, Consumer<T> done, Consumer<Throwable> failed) {
        stage.whenComplete((value, failure) -> {
            Runnable outcome = () -> {
                if (failure == null) {
                    done.accept(value);
                } else {
                    boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
                    failed.accept(wrapped ? failure.getCause() : failure);
                }
            };
            if (loop.inLoop()) {
                guarded(outcome);
            } else {
                onLoop(outcome);
            }
        });
    }

    private void failed(int now, Throwable cause) {
        if (now != round || phase != Phase.CONNECTING) {
            return;
        }
        underWay = null;
        emit(new ReconnectEvent.Failed(++failures, cause));
        Reason fatal = fatal(cause);
        if (fatal != null) {
            giveUp(fatal, cause, null);
        } else {
            waitForNext(cause, null);
        }
    }

    private @Nullable Reason fatal(Throwable cause) {
        int status = 0;
        if (cause instanceof HandshakeException refused) {
            status = refused.status();
        } else if (cause instanceof ProxyException refused) {
            status = refused.statusCode();
        }
        if (status > 0 && status != 101) {
            return plan.policy().fatalStatus().test(status) ? Reason.STATUS : null;
        }
        boolean fault = cause instanceof Error
                || (cause instanceof RuntimeException && !(cause instanceof UncheckedIOException));
        return fault ? Reason.FAULT : null;
    }

    // ---- a connection

    /** A connection is open; false if nobody waits for it any more. */
    boolean opened(WebSocket open, int now) {
        if (now != round || phase != Phase.CONNECTING) {
            open.abort();
            return false;
        }
        underWay = null;
        phase = Phase.CONNECTED;
        socket = open;
        openedAt = loop.refresh();
        outbox.opening(open);
        emit(new ReconnectEvent.Connected(open, failures + 1));
        return true;
    }

    /** Hands over what was kept, now and until all of it is gone. */
    void flush() {
        WebSocket open = socket;
        if (phase == Phase.CONNECTED && open != null && !outbox.connected(open)) {
            loop.timers().arm(flushing, loop.refresh() + FLUSH_NANOS);
        }
    }

    void closed(CloseInfo info, int now) {
        guarded(() -> over(info, now));
    }

    private void over(CloseInfo info, int now) {
        if (now != round || phase != Phase.CONNECTED) {
            return;
        }
        socket = null;
        outbox.disconnected();
        loop.timers().disarm(flushing);
        // Not connected any more, as the listener of the event sees it.
        phase = Phase.WAITING;
        emit(new ReconnectEvent.Disconnected(info));
        if (stopping) {
            end(new ReconnectEvent.Stopped(unsent));
            return;
        }
        long time = loop.refresh();
        if (time - openedAt >= plan.policy().stableAfter().toNanos()) {
            failures = 0;
            streakBegan = time;
        } else {
            failures++;
        }
        if (info.initiator() == Initiator.PEER && plan.policy().fatalCloseCode().test(info.receivedCode())) {
            giveUp(Reason.CLOSE_CODE, null, info);
        } else {
            waitForNext(null, info);
        }
    }

    // ---- the wait

    private void waitForNext(@Nullable Throwable failure, @Nullable CloseInfo info) {
        if (failures >= plan.policy().maxAttempts()) {
            giveUp(Reason.ATTEMPTS, failure, info);
            return;
        }
        boolean restarting = info != null
                && info.initiator() == Initiator.PEER
                && (info.receivedCode() == 1012 || info.receivedCode() == 1013);
        Duration delay = backOff.delay(failures, askedFor(failure), restarting);
        long begins = loop.refresh() + delay.toNanos();
        Duration most = plan.policy().maxTime();
        if (most != null && begins - streakBegan > most.toNanos()) {
            giveUp(Reason.TIME, failure, info);
            return;
        }
        phase = Phase.WAITING;
        loop.timers().arm(next, begins);
        emit(new ReconnectEvent.Waiting(delay, failures + 1));
    }

    private @Nullable Duration askedFor(@Nullable Throwable failure) {
        List<String> values = failure instanceof HandshakeException refused
                ? refused.response()
                        .map(response -> response.headers("Retry-After"))
                        .orElse(List.of())
                : List.of();
        return values.size() == 1 ? RetryAfter.parse(values.get(0), plan.clock().instant()) : null;
    }

    // ---- the end

    private void stopped(Consumer<WebSocket> how) {
        if (phase == Phase.ENDED) {
            return;
        }
        unsent += outbox.end();
        WebSocket open = socket;
        if (open != null) {
            stopping = true;
            how.accept(open);
            return;
        }
        end(new ReconnectEvent.Stopped(unsent));
    }

    private void giveUp(Reason reason, @Nullable Throwable failure, @Nullable CloseInfo info) {
        if (phase != Phase.ENDED) {
            unsent += outbox.end();
            end(
                    stopping
                            ? new ReconnectEvent.Stopped(unsent)
                            : new ReconnectEvent.GaveUp(reason, failure, info, unsent));
        }
    }

    private void end(ReconnectEvent last) {
        phase = Phase.ENDED;
        round++;
        CompletableFuture<?> attempting = underWay;
        underWay = null;
        if (loop.inLoop()) {
            loop.notWhenEnding(ending);
            loop.timers().disarm(next);
            loop.timers().disarm(flushing);
        }
        if (attempting != null) {
            attempting.cancel(true);
        }
        emit(last);
        handover.end();
        ended.complete(last);
    }

    private void emit(ReconnectEvent event) {
        try {
            plan.events().accept(event);
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "a listener of reconnect events failed", e);
        }
    }
}
