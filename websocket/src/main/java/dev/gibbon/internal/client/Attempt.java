package dev.gibbon.internal.client;

import dev.gibbon.HandshakeException;
import dev.gibbon.WebSocket;
import dev.gibbon.internal.connection.Connection;
import dev.gibbon.internal.connection.ConnectionSettings;
import dev.gibbon.internal.connection.Receiver;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.TimerWheel;
import dev.gibbon.internal.tls.TlsLink;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.protocol.handshake.ClientHandshake;
import dev.gibbon.protocol.handshake.HeaderField;
import dev.gibbon.protocol.handshake.HeaderFields;
import dev.gibbon.protocol.handshake.ReceivedResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a client to become connected: headers and cookies, dialing, the exchange of the opening handshake, and all of
 * that again for each redirect, until there is a {@link Connection} or a failure. It lives on one loop; only its future is for
 * other threads, and whoever completes that first, say by cancelling it, ends the attempt and everything it holds.
 */
public final class Attempt implements DialHandler, Exchange.Outcome {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");
    private static final byte[] NOTHING = {};

    private final ClientSettings settings;
    private final EventLoop loop;
    private final ConnectionSettings connections;
    private final Receiver receiver;
    private final CompletableFuture<WebSocket> opening = new CompletableFuture<>();
    private final Deadline deadline = new Deadline();
    private final Runnable ending = () -> fail(new IOException("the event loops were closed"));

    // For the loop's thread.
    private AttemptPhase phase = AttemptPhase.PREPARING;
    private Hop hop;
    private @Nullable Dialing dialing;
    private @Nullable Exchange exchange;
    private @Nullable ClientHandshake handshake;
    private @Nullable ByteBuffer aside;

    /** The attempt's one timer. */
    private final class Deadline extends TimerWheel.Timer {
        @Override
        protected void expired(long now) {
            overdue();
        }
    }

    private Attempt(ClientSettings settings, EventLoop loop, ConnectionSettings connections, Receiver receiver) {
        this.settings = settings;
        this.loop = loop;
        this.connections = connections;
        this.receiver = receiver;
        this.hop = new Hop(settings.uri(), true, false, settings.redirects());
    }

    /**
     * Begins. For any thread.
     *
     * @param connections what the connection will share with others
     * @param receiver takes what comes
     * @return completes on the loop's thread; completing it from outside ends the attempt
     */
    @SuppressWarnings("UnusedVariable") // watched: nobody waits for the watcher
    public static CompletableFuture<WebSocket> begin(
            ClientSettings settings, EventLoop loop, ConnectionSettings connections, Receiver receiver) {
        Attempt attempt = new Attempt(settings, loop, connections, receiver);
        CompletableFuture<WebSocket> opening = attempt.opening;
        CompletableFuture<WebSocket> watched = opening.whenComplete((socket, failure) -> attempt.settled());
        if (!attempt.onLoop(attempt::start)) {
            opening.completeExceptionally(new IOException("the event loops are closed"));
        }
        return opening;
    }

    /** Runs something on the loop; false if that is closed. */
    private boolean onLoop(Runnable task) {
        try {
            loop.execute(() -> {
                try {
                    loop.refresh();
                    task.run();
                } catch (Throwable e) {
                    fail(e);
                }
            });
            return true;
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "an attempt to connect after the loops were closed", e);
            return false;
        }
    }

    /** The future is complete: if that was not us, the attempt ends. For any thread. */
    private void settled() {
        if (loop.inLoop()) {
            abandon();
        } else {
            onLoop(this::abandon);
        }
    }

    private void abandon() {
        if (phase != AttemptPhase.OVER) {
            end();
        }
    }

    private void start() {
        if (!opening.isDone()) {
            loop.whenEnding(ending);
            request();
        }
    }

    // ---- before the connection

    private void request() {
        phase = AttemptPhase.PREPARING;
        if (!settings.asksBefore()) {
            arm(settings.connectTimeout());
            prepared(plainFields());
            return;
        }
        arm(settings.connectTimeout());
        Hop now = hop;
        offLoop(() -> RequestFields.of(settings, now), this::prepared);
    }

    private List<HeaderField> plainFields() {
        try {
            return RequestFields.of(settings, hop);
        } catch (IOException e) {
            throw new IllegalStateException("nobody was asked", e);
        }
    }

    private void prepared(List<HeaderField> fields) {
        ClientHandshake prepared = ClientHandshake.to(hop.uri())
                .subprotocols(settings.subprotocols())
                .extensions(connections.offer())
                .origin(settings.origin())
                .fields(fields)
                .build(loop.masks().bytes(ClientHandshake.NONCE_LENGTH));
        handshake = prepared;
        phase = AttemptPhase.DIALING;
        loop.timers().disarm(deadline);
        DialTarget target = new DialTarget(
                hop.uri().secure(), hop.uri().host(), hop.uri().port(), hop.home() ? settings.address() : null);
        dialing = settings.dialer()
                .dial(loop, target, loop.now() + ClientSettings.nanos(settings.connectTimeout()), this);
    }

    private ClientHandshake handshake() {
        ClientHandshake present = handshake;
        if (present == null) {
            throw new IllegalStateException("nothing was asked");
        }
        return present;
    }

    @Override
    public void dialFailed(IOException cause) {
        dialing = null;
        fail(cause);
    }

    @Override
    public void dialed(Link link) {
        dialing = null;
        arm(settings.handshakeTimeout());
        phase = hop.uri().secure() ? AttemptPhase.SECURING : AttemptPhase.EXCHANGING;
        try {
            Exchange begun = new Exchange(loop, secured(link), hop, handshake(), settings.headLimits(), this);
            exchange = begun;
            loop.admit(begun);
            begun.begin();
        } catch (IOException | RuntimeException e) {
            // Settings of TLS that cannot work, too.
            link.close();
            fail(e);
        }
    }

    /** What is written to the link waits until its TLS handshake is complete. */
    private Link secured(Link link) {
        if (phase != AttemptPhase.SECURING) {
            return link;
        }
        SSLEngine engine = settings.tls().engine(hop.uri().host(), hop.uri().port());
        return TlsLink.over(loop, link, engine, new TlsLink.Observer() {
            @Override
            public void secured(TlsLink done) {
                if (phase == AttemptPhase.SECURING) {
                    phase = AttemptPhase.EXCHANGING;
                }
            }
        });
    }

    // ---- the answer

    @Override
    public void answered(ReceivedResponse response, ByteBuffer rest) {
        Exchange answering = exchange;
        if (answering == null || opening.isDone()) {
            return;
        }
        ClientHandshake.Verdict verdict = handshake().judge(response);
        if (verdict instanceof ClientHandshake.Accepted accepted) {
            answering.hold();
            if (storesCookiesOf(response)) {
                ByteBuffer kept =
                        loop.buffers().acquire(rest.remaining()).put(rest).flip();
                aside = kept;
                storeCookies(response, () -> open(response, accepted, kept));
            } else {
                open(response, accepted, rest);
            }
        } else if (verdict instanceof ClientHandshake.Failed failed) {
            answering.hold();
            storeCookies(response, () -> fail(refusal(response, NOTHING, failed.reason())));
        } else {
            Hop next = Refusals.follow(settings, hop, handshake(), response);
            if (next != null) {
                answering.hold();
                storeCookies(response, () -> again(next));
            } else {
                answering.readBody(Refusals.body(response), rest);
            }
        }
    }

    @Override
    public void bodyRead(ReceivedResponse response, byte[] body) {
        Exchange answering = exchange;
        if (answering != null) {
            // Nobody reads on while the cookie handler takes its time.
            answering.hold();
        }
        storeCookies(response, () -> fail(refusal(response, body, Refusals.describe(settings, hop, response))));
    }

    @Override
    public void unreadable(String fault) {
        fail(new HandshakeException(hop.describe() + ": " + fault, null));
    }

    @Override
    public void broken(IOException cause) {
        String message = hop.describe() + ": " + cause.getMessage();
        fail(cause instanceof SSLException ? new SSLException(message, cause) : new IOException(message, cause));
    }

    private HandshakeException refusal(ReceivedResponse response, byte[] body, String reason) {
        return new HandshakeException(
                hop.describe() + ": " + reason, new ClientResponse(response.status(), response.fields(), body));
    }

    /** One request more, on a connection of its own. */
    private void again(Hop next) {
        closeExchange();
        hop = next;
        request();
    }

    private void open(ReceivedResponse response, ClientHandshake.Accepted accepted, ByteBuffer rest) {
        Exchange answered = exchange;
        if (answered == null || opening.isDone()) {
            return;
        }
        if (!answered.release()) {
            fail(refusal(response, NOTHING, "the server accepted a request that it had not read to its end"));
            return;
        }
        Connection connection;
        try {
            connection = ClientConnections.make(settings, connections, receiver, answered, response, accepted);
        } catch (ProtocolException e) {
            // RFC 7692, 7.1: "the client MUST _Fail the WebSocket Connection_" on an answer that breaks a rule.
            fail(refusal(response, NOTHING, String.valueOf(e.getMessage())));
            return;
        }
        exchange = null;
        settle();
        loop.replace(answered, connection);
        connection.open(NOTHING, rest);
        dropAside();
        complete(() -> {
            if (!opening.complete(connection.socket())) {
                // Cancelled on another thread just now: nobody will ever see this socket.
                connection.socket().abort();
            }
        });
    }

    // ---- cookies

    private boolean storesCookiesOf(ReceivedResponse response) {
        HeaderFields fields = response.fields();
        return settings.cookieHandler() != null && (fields.count("Set-Cookie") > 0 || fields.count("Set-Cookie2") > 0);
    }

    /** Tells the cookie handler, off the loop, and then goes on. */
    private void storeCookies(ReceivedResponse response, Runnable next) {
        if (!storesCookiesOf(response)) {
            next.run();
            return;
        }
        phase = AttemptPhase.STORING;
        Hop from = hop;
        offLoop(
                () -> {
                    RequestFields.store(settings, from, response.fields());
                    return response;
                },
                stored -> next.run());
    }

    /** Asks the application where it may block, and goes on here with what it said. */
    private <T> void offLoop(Callable<T> question, Consumer<T> next) {
        QuestionThreads.shared().execute(() -> {
            if (opening.isDone()) {
                // Given up before a thread was free.
                return;
            }
            try {
                T answer = question.call();
                onLoop(() -> {
                    if (phase != AttemptPhase.OVER) {
                        next.accept(answer);
                    }
                });
            } catch (Throwable e) {
                onLoop(() -> fail(e));
            }
        });
    }

    // ---- the end

    private void arm(Duration timeout) {
        loop.timers().arm(deadline, loop.now() + ClientSettings.nanos(timeout));
    }

    private void overdue() {
        Exchange answering = exchange;
        // A refusal whose body does not end is still the better story.
        if (phase == AttemptPhase.EXCHANGING && answering != null && answering.finishBody()) {
            if (phase != AttemptPhase.OVER) {
                // The cookie handler is told now, and must not take for ever either.
                arm(settings.handshakeTimeout());
            }
            return;
        }
        Duration timeout = phase == AttemptPhase.PREPARING ? settings.connectTimeout() : settings.handshakeTimeout();
        fail(new SocketTimeoutException(hop.describe() + ": " + phase.overdue() + ", " + timeout));
    }

    private void fail(Throwable cause) {
        if (phase == AttemptPhase.OVER) {
            if (!opening.isDone()) {
                complete(() -> opening.completeExceptionally(cause));
            }
            return;
        }
        end();
        complete(() -> opening.completeExceptionally(cause));
    }

    /** What waits for the future may run here, and is the application's. */
    private void complete(Runnable completion) {
        loop.enterCallback();
        try {
            completion.run();
        } finally {
            loop.leaveCallback();
        }
    }

    private void settle() {
        phase = AttemptPhase.OVER;
        loop.notWhenEnding(ending);
        loop.timers().disarm(deadline);
    }

    private void end() {
        settle();
        Dialing under = dialing;
        dialing = null;
        if (under != null) {
            under.cancel();
        }
        closeExchange();
    }

    private void closeExchange() {
        Exchange held = exchange;
        exchange = null;
        if (held != null) {
            held.close();
        }
        dropAside();
    }

    private void dropAside() {
        ByteBuffer kept = aside;
        aside = null;
        if (kept != null) {
            loop.buffers().release(kept);
        }
    }
}
