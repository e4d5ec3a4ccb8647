package dev.gibbon.internal.http;

import dev.gibbon.HandshakeDecision;
import dev.gibbon.internal.connection.AgreedExtensions;
import dev.gibbon.internal.connection.Connection;
import dev.gibbon.internal.connection.Outgoing;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopTenant;
import dev.gibbon.internal.proxied.Client;
import dev.gibbon.internal.proxied.ProxyHeaderLink;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.protocol.handshake.HeaderField;
import dev.gibbon.protocol.handshake.OpeningHandshake;
import dev.gibbon.protocol.handshake.Refusal;
import dev.gibbon.protocol.handshake.RequestHead;
import dev.gibbon.protocol.handshake.RequestHeadParser;
import dev.gibbon.protocol.handshake.ResponseHead;
import dev.gibbon.protocol.handshake.Subprotocols;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a server before it is a WebSocket: takes requests, answers pages and refusals, and completes opening
 * handshakes, one request after the other. Only for the loop's thread.
 *
 * <p>After a refusal nothing of what the peer sends is looked at: it ends its output, throws away what comes for a while so that
 * the answer is not lost in a reset, and closes.
 */
public final class HttpConnection extends LoopTenant {
    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    /** How long bytes are thrown away behind a refusal. */
    private static final long LINGER_NANOS = 2_000_000_000L;

    /** How long a page's bytes may make no progress. */
    private static final long WRITE_NANOS = 10_000_000_000L;

    /** How long an answer may take altogether, so that a peer that takes a byte now and then does not stay for ever. */
    private static final long MOST_WRITE_NANOS = 60_000_000_000L;

    /** What this connection is doing. */
    private enum Phase {
        /** Waits for a request's head. */
        READING,
        /** The hook decides. */
        DECIDING,
        /** An answer is being written, after which the connection ends. */
        LAST_ANSWER,
        /** The answer is out; what comes is thrown away. */
        LINGERING,
        /** Gone, or a WebSocket now. */
        ENDED
    }

    private final HttpOwner owner;
    private final Outgoing outgoing;
    private final RequestHeadParser parser;
    private Phase phase = Phase.READING;
    private @Nullable ByteBuffer aside;
    private boolean processing;

    /** Makes a connection; {@link #open} starts it. */
    public HttpConnection(EventLoop loop, Link link, HttpOwner owner) {
        super(loop, link);
        this.owner = owner;
        this.outgoing = new Outgoing(this);
        this.parser = new RequestHeadParser(owner.headLimits());
    }

    /** Starts, with bytes that were read before. */
    public void open(ByteBuffer alreadyRead) {
        waitForRequest();
        if (alreadyRead.hasRemaining()) {
            outgoing.begin();
            process(alreadyRead);
            endEvent();
        } else {
            updateInterest();
        }
    }

    /** Starts with an answer, because the server has no room or is closing. */
    public void turnAway(Refusal refusal) {
        waitForRequest();
        outgoing.begin();
        refuse(refusal, true);
        endEvent();
    }

    private void waitForRequest() {
        phase = Phase.READING;
        loop().timers().arm(this, loop().now() + owner.handshakeNanos());
    }

    @Override
    protected void onReadable() {
        ByteBuffer in = loop().readBuffer();
        int count;
        try {
            count = link().read(in);
        } catch (SSLException e) {
            LOG.log(Level.DEBUG, "TLS before a request", e);
            lingerBehindAlert();
            return;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "reading a request", e);
            end();
            return;
        }
        if (count < 0) {
            peerEnded();
        } else if (count > 0 && phase != Phase.LINGERING) {
            outgoing.begin();
            process(in.flip());
            endEvent();
        }
    }

    /** TLS has failed and said why; closing at once could keep the peer from seeing it. */
    private void lingerBehindAlert() {
        if (phase == Phase.LINGERING) {
            end();
            return;
        }
        outgoing.release();
        phase = Phase.LINGERING;
        dropInput();
        loop().timers().arm(this, loop().now() + LINGER_NANOS);
        updateInterest();
    }

    private void peerEnded() {
        // A peer that ends its output right behind a request for a page may still read the answer.
        if ((phase == Phase.READING && outgoing.isEmpty()) || phase == Phase.LINGERING || phase == Phase.DECIDING) {
            end();
        } else if (phase == Phase.READING) {
            phase = Phase.LAST_ANSWER;
        }
        updateInterest();
    }

    private void process(ByteBuffer in) {
        processing = true;
        // An answer that could not be written whole holds up the next request: a peer that does not read costs one
        // page.
        while (phase == Phase.READING && in.hasRemaining() && !outgoing.isQueued()) {
            switch (parser.parse(in)) {
                case NEEDS_BYTES -> {
                    // All of it is taken.
                }
                case REFUSED -> refuse(parser.refusal(), true);
                case COMPLETE -> {
                    RequestHead head = parser.head();
                    parser.reset();
                    answer(head, in);
                }
            }
        }
        processing = false;
        if (in.hasRemaining() && (phase == Phase.READING || phase == Phase.DECIDING)) {
            putAside(in);
        }
    }

    private void putAside(ByteBuffer in) {
        if (aside != in) {
            aside = loop().buffers().acquire(in.remaining()).put(in).flip();
        }
    }

    private void answer(RequestHead head, ByteBuffer rest) {
        Refusal misdirected = owner.hosts().check(head);
        if (misdirected != null) {
            refuse(misdirected, !head.isMethod("HEAD"));
            return;
        }
        OpeningHandshake.Verdict verdict = owner.judge(loop()).judge(head);
        if (verdict instanceof OpeningHandshake.Refused refused) {
            refuse(refused.refusal(), !head.isMethod("HEAD"));
        } else if (verdict instanceof OpeningHandshake.PlainRequest plain) {
            answerPlain(head, plain);
        } else if (verdict instanceof OpeningHandshake.Upgrade upgrade) {
            answerUpgrade(head, upgrade, rest);
        }
    }

    private void answerPlain(RequestHead head, OpeningHandshake.PlainRequest plain) {
        Routes.Route<Page> found = owner.pages().find(head.path());
        if (found == null) {
            boolean endpoint = owner.endpoints().find(head.path()) != null;
            refuse(
                    endpoint ? OpeningHandshake.upgradeRequired() : new Refusal(404, "There is nothing at this path."),
                    !plain.head());
            return;
        }
        Page page = found.found();
        boolean keepAlive = plain.keepAlive() && !owner.closing();
        if (EntityTag.matches(head.fields().all("If-None-Match"), page.etag())) {
            write(ResponseHead.notModified(page.etag(), keepAlive, page.fields()));
        } else {
            write(ResponseHead.page(
                    200, page.contentType(), page.content().length, page.etag(), keepAlive, page.fields()));
            if (!plain.head()) {
                outgoing.share(ByteBuffer.wrap(page.content()));
            }
        }
        if (keepAlive) {
            waitForRequest();
        } else {
            phase = Phase.LAST_ANSWER;
        }
    }

    private void answerUpgrade(RequestHead head, OpeningHandshake.Upgrade upgrade, ByteBuffer rest) {
        if (owner.closing()) {
            refuse(new Refusal(503, "The server is closing.").with("Retry-After", "5"), true);
            return;
        }
        Routes.Route<ServedEndpoint> found = owner.endpoints().find(head.path());
        if (found == null) {
            refuse(new Refusal(404, "There is no WebSocket endpoint at this path."), true);
            return;
        }
        ServedEndpoint endpoint = found.found();
        Client client = owner.forwarding().client(link().remoteAddress(), isSecure(), head.fields());
        if (client == null) {
            refuse(new Refusal(400, "The Forwarded field breaks its grammar."), true);
            return;
        }
        Refusal foreign = client.host() == null
                ? endpoint.origins().check(head, client.secure())
                : endpoint.origins().check(head, client.host(), client.secure());
        if (foreign != null) {
            refuse(foreign, true);
            return;
        }
        AgreedExtensions extensions = endpoint.settings().answer(upgrade.extensions());
        RequestView request = RequestView.of(head, found, extensions, client, link());
        if (endpoint.hook() == null) {
            upgrade(endpoint, upgrade, request, HandshakeDecision.accept(), rest);
        } else {
            decide(endpoint, upgrade, request, rest);
        }
    }

    /** Whether the client speaks TLS, as far as this connection tells. */
    private boolean isSecure() {
        if (link().tlsSession() != null) {
            return true;
        }
        return link() instanceof ProxyHeaderLink proxied && proxied.isClientSecure();
    }

    private void decide(
            ServedEndpoint endpoint, OpeningHandshake.Upgrade upgrade, RequestView request, ByteBuffer rest) {
        phase = Phase.DECIDING;
        CompletionStage<HandshakeDecision> stage;
        try {
            var hook = endpoint.hook();
            if (hook == null) {
                throw new IllegalStateException("no hook");
            }
            loop().enterCallback();
            try {
                stage = hook.decide(request);
            } finally {
                loop().leaveCallback();
            }
            if (stage == null) {
                throw new NullPointerException("the hook returned null");
            }
        } catch (Throwable e) {
            hookFailed(e);
            return;
        }
        // The rest must outlive this read, since the answer may come later.
        if (rest.hasRemaining() && rest != aside) {
            putAside(rest);
            rest.position(rest.limit());
        }
        stage.whenComplete((decision, failure) -> {
            if (loop().inLoop() && processing) {
                decided(endpoint, upgrade, request, decision, failure);
            } else {
                later(() -> {
                    if (phase == Phase.DECIDING) {
                        outgoing.begin();
                        decided(endpoint, upgrade, request, decision, failure);
                        endEvent();
                    }
                });
            }
        });
    }

    private void later(Runnable task) {
        try {
            loop().execute(() -> {
                loop().refresh();
                try {
                    task.run();
                } catch (Throwable e) {
                    crashed(e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "decided after the loops were closed", e);
        }
    }

    private void decided(
            ServedEndpoint endpoint,
            OpeningHandshake.Upgrade upgrade,
            RequestView request,
            @Nullable HandshakeDecision decision,
            @Nullable Throwable failure) {
        if (failure != null || decision == null) {
            hookFailed(failure == null ? new NullPointerException("the hook decided null") : failure);
        } else if (!decision.accepted()) {
            refuse(decision);
        } else {
            ByteBuffer rest = aside;
            aside = null;
            upgrade(endpoint, upgrade, request, decision, rest == null ? ByteBuffer.allocate(0) : rest);
            if (rest != null) {
                loop().buffers().release(rest);
            }
        }
    }

    private void refuse(HandshakeDecision decision) {
        Refusal refusal;
        try {
            refusal = new Refusal(decision.status(), decision.message());
            for (Map.Entry<String, String> field : decision.headers()) {
                refusal = refusal.with(field.getKey(), field.getValue());
            }
        } catch (IllegalArgumentException e) {
            hookFailed(e);
            return;
        }
        refuse(refusal, true);
    }

    private void hookFailed(Throwable cause) {
        LOG.log(Level.WARNING, "a handshake hook failed; answered with 500", cause);
        refuse(new Refusal(500, "The server could not decide over this handshake."), true);
    }

    private void upgrade(
            ServedEndpoint endpoint,
            OpeningHandshake.Upgrade upgrade,
            RequestView request,
            HandshakeDecision decision,
            ByteBuffer rest) {
        if (owner.closing()) {
            refuse(new Refusal(503, "The server is closing.").with("Retry-After", "5"), true);
            return;
        }
        String chosen = decision.subprotocol();
        if (chosen == null) {
            chosen = Subprotocols.choose(endpoint.subprotocols(), upgrade.subprotocols());
        } else if (!upgrade.subprotocols().contains(chosen)) {
            hookFailed(new IllegalArgumentException("the hook chose a subprotocol that the client does not offer"));
            return;
        }
        byte[] response;
        Connection connection;
        try {
            AgreedExtensions extensions = request.agreed();
            response = ResponseHead.switchingProtocols(upgrade, chosen, extensions.field(), fields(decision.headers()));
            connection = new Connection(
                    loop(),
                    link(),
                    owner,
                    endpoint.settings(),
                    endpoint.receiver(),
                    owner.masks(),
                    request,
                    chosen,
                    extensions);
        } catch (Throwable e) {
            hookFailed(e);
            return;
        }
        connection.socket().attributes(decision.attributes());
        // What was answered before on this connection goes first; the connection has a queue of its own.
        outgoing.end();
        if (outgoing.isQueued() || outgoing.failure() != null) {
            // A peer that pipelines a handshake behind pages it does not read is not one of ours.
            end();
            return;
        }
        phase = Phase.ENDED;
        loop().timers().disarm(this);
        loop().replace(this, connection);
        owner.upgraded();
        connection.open(response, rest);
        request.pack();
    }

    private static List<HeaderField> fields(List<Map.Entry<String, String>> headers) {
        if (headers.isEmpty()) {
            return List.of();
        }
        List<HeaderField> fields = new ArrayList<>();
        headers.forEach(header -> fields.add(new HeaderField(header.getKey(), header.getValue())));
        return fields;
    }

    private void refuse(Refusal refusal, boolean withBody) {
        if (refusal.status() >= 400) {
            owner.refused();
        }
        write(ResponseHead.refusal(refusal, withBody));
        phase = Phase.LAST_ANSWER;
    }

    private void write(byte[] bytes) {
        outgoing.room(bytes.length).put(bytes);
        outgoing.added(bytes.length);
    }

    private void endEvent() {
        if (phase == Phase.ENDED) {
            return;
        }
        outgoing.end();
        afterWriting();
    }

    private void afterWriting() {
        if (phase == Phase.ENDED) {
            return;
        }
        if (outgoing.failure() != null) {
            end();
            return;
        }
        if (outgoing.stalled()) {
            loop().timers().arm(this, outgoing.progressAt() + WRITE_NANOS);
        } else if (phase == Phase.LAST_ANSWER && outgoing.isEmpty()) {
            phase = Phase.LINGERING;
            dropInput();
            link().shutdownOutput();
            loop().timers().arm(this, loop().now() + LINGER_NANOS);
        } else if (phase == Phase.READING && aside != null && !processing) {
            later(this::goOn);
        }
        updateInterest();
    }

    /** Goes on with requests that waited behind an answer. */
    private void goOn() {
        ByteBuffer in = aside;
        if (phase != Phase.READING || in == null || outgoing.isQueued()) {
            return;
        }
        outgoing.begin();
        process(in);
        // Whoever took it in between, a hook's decision or the end, has released it.
        if (aside == in && !in.hasRemaining()) {
            aside = null;
            loop().buffers().release(in);
        }
        endEvent();
    }

    private void updateInterest() {
        if (phase != Phase.ENDED) {
            boolean read = phase == Phase.LINGERING || (phase == Phase.READING && aside == null);
            link().interest(read, outgoing.stalled());
        }
    }

    @Override
    protected void onWritable() {
        flush();
    }

    @Override
    protected void flush() {
        if (phase != Phase.ENDED) {
            boolean wasStalled = outgoing.stalled();
            outgoing.flush();
            if (wasStalled && !outgoing.stalled() && phase == Phase.READING) {
                waitForRequest();
            }
            afterWriting();
        }
    }

    @Override
    protected void onTimer(long now) {
        if (outgoing.stalled()) {
            if (now - outgoing.progressAt() < WRITE_NANOS && now - outgoing.stalledAt() < MOST_WRITE_NANOS) {
                loop().timers().arm(this, outgoing.progressAt() + WRITE_NANOS);
            } else {
                end();
            }
            return;
        }
        if (phase == Phase.READING && parser.hasBegun() && outgoing.isEmpty()) {
            outgoing.begin();
            refuse(new Refusal(408, "The request did not come in time."), true);
            endEvent();
            return;
        }
        end();
    }

    private void end() {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        dropInput();
        outgoing.end();
        outgoing.release();
        link().close();
        loop().dismiss(this);
        owner.httpClosed();
    }

    private void dropInput() {
        ByteBuffer in = aside;
        if (in != null) {
            aside = null;
            loop().buffers().release(in);
        }
    }

    /** The server is closing: whoever has not begun a handshake goes. */
    public void goAway() {
        if (phase == Phase.READING && !parser.hasBegun() && outgoing.isEmpty()) {
            end();
        }
    }

    @Override
    public void cut(@Nullable Throwable cause) {
        end();
    }

    @Override
    protected void crashed(Throwable cause) {
        LOG.log(Level.ERROR, "a connection in its handshake is cut for a fault of the library", cause);
        try {
            end();
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "cutting it failed", e);
        }
    }

    @Override
    public long queuedBytes() {
        return outgoing.queuedCost();
    }

    @Override
    public Object owner() {
        return owner;
    }

    @Override
    public String toString() {
        return "the handshake with " + link().remoteAddress();
    }
}
