package dev.gibbon.internal.client;

import dev.gibbon.internal.connection.Outgoing;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopTenant;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.protocol.handshake.ClientHandshake;
import dev.gibbon.protocol.handshake.HeadLimits;
import dev.gibbon.protocol.handshake.ReceivedResponse;
import dev.gibbon.protocol.handshake.RefusalBody;
import dev.gibbon.protocol.handshake.ResponseHeadParser;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer on a connected link: writes the one, reads the head of the other, and of a refusal the beginning of
 * the body. It judges nothing and knows no time: that is its {@link Attempt}'s. Only for the loop's thread.
 */
final class Exchange extends LoopTenant {
    /** Whoever waits for the answer. Exactly one of the calls is the last. */
    interface Outcome {
        /**
         * The head of the answer is whole.
         *
         * @param rest what came behind it; lies in the loop's read buffer
         */
        void answered(ReceivedResponse response, ByteBuffer rest) throws IOException;

        /** The body of a refusal is whole, or as much of it as is wanted. */
        void bodyRead(ReceivedResponse response, byte[] body);

        /** The bytes are no answer. */
        void unreadable(String fault);

        /** The link broke, or this library. */
        void broken(IOException cause);
    }

    /** What it is doing. */
    private enum Phase {
        HEAD,
        /** The head was told; what comes is whoever's who was told. */
        ANSWERED,
        BODY,
        OVER
    }

    private final Hop hop;
    private final ClientHandshake handshake;
    private final Outcome outcome;
    private final Outgoing outgoing;
    private final ResponseHeadParser parser;
    private @Nullable RefusalBody body;
    private Phase phase = Phase.HEAD;

    Exchange(EventLoop loop, Link link, Hop hop, ClientHandshake handshake, HeadLimits limits, Outcome outcome) {
        super(loop, link);
        this.hop = hop;
        this.handshake = handshake;
        this.outcome = outcome;
        this.outgoing = new Outgoing(this);
        this.parser = new ResponseHeadParser(limits);
    }

    /** Writes the request, and waits for the answer. */
    void begin() {
        byte[] request = handshake.request();
        outgoing.begin();
        outgoing.room(request.length).put(request);
        outgoing.added(request.length);
        endEvent();
    }

    /** Where to. */
    Hop hop() {
        return hop;
    }

    /** What was asked. */
    ClientHandshake handshake() {
        return handshake;
    }

    @Override
    protected void onReadable() {
        ByteBuffer in = loop().readBuffer();
        int count;
        try {
            count = link().read(in);
        } catch (IOException e) {
            broken(e);
            return;
        }
        if (count < 0) {
            ended();
        } else if (count > 0) {
            take(in.flip());
        }
    }

    private void take(ByteBuffer in) {
        if (phase == Phase.BODY) {
            takeBody(in);
            return;
        }
        if (phase != Phase.HEAD) {
            return;
        }
        switch (parser.parse(in)) {
            case NEEDS_BYTES -> {
                // All of it is taken.
            }
            case FAILED -> {
                phase = Phase.OVER;
                outcome.unreadable(parser.fault());
            }
            case COMPLETE -> {
                phase = Phase.ANSWERED;
                try {
                    outcome.answered(parser.response(), in);
                } catch (IOException e) {
                    broken(e);
                }
            }
        }
    }

    /** Reads on, into the body of the refusal that was told. */
    void readBody(RefusalBody wanted, ByteBuffer rest) {
        phase = Phase.BODY;
        body = wanted;
        takeBody(rest);
    }

    private void takeBody(ByteBuffer in) {
        RefusalBody wanted = body;
        if (wanted != null && (wanted.isDone() || wanted.take(in))) {
            finishBody();
        }
    }

    /** No more of the body is wanted, because the time is over; false if there is none to finish. */
    boolean finishBody() {
        RefusalBody wanted = body;
        if (phase != Phase.BODY || wanted == null) {
            return false;
        }
        phase = Phase.OVER;
        outcome.bodyRead(parser.response(), wanted.bytes());
        return true;
    }

    /** What was sent was sent, and nobody reads here any more. False if a part of the request still waits. */
    boolean release() {
        phase = Phase.OVER;
        outgoing.end();
        return !outgoing.isQueued() && outgoing.failure() == null;
    }

    private void ended() {
        if (phase == Phase.HEAD) {
            IOException unsent = outgoing.failure();
            broken(
                    unsent != null
                            ? unsent
                            : new EOFException(
                                    parser.hasBegun()
                                            ? "the server closed the connection within its answer to the opening handshake"
                                            : "the server closed the connection without an answer to the opening"
                                                    + " handshake"));
        } else {
            // A body may end with the connection; one that was promised to be longer is told as far as it came.
            finishBody();
        }
    }

    private void broken(IOException cause) {
        if (!finishBody() && phase != Phase.OVER) {
            phase = Phase.OVER;
            outcome.broken(cause);
        }
    }

    private void endEvent() {
        outgoing.end();
        afterWriting();
    }

    private void afterWriting() {
        if (phase == Phase.OVER) {
            return;
        }
        IOException unsent = outgoing.failure();
        if (unsent != null && unsent.getCause() instanceof SSLException insecure) {
            broken(insecure);
            return;
        }
        // A server may refuse before it has read everything, and close: its answer counts, not our failed write.
        link().interest(phase != Phase.ANSWERED, outgoing.stalled() && outgoing.failure() == null);
    }

    /** Stops reading, while somebody else looks at the answer. */
    void hold() {
        link().interest(false, false);
    }

    @Override
    protected void onWritable() {
        flush();
    }

    @Override
    protected void flush() {
        if (phase != Phase.OVER) {
            outgoing.flush();
            afterWriting();
        }
    }

    @Override
    protected void onTimer(long now) {
        // The attempt has the clock.
    }

    /** Ends it, and its link. */
    void close() {
        phase = Phase.OVER;
        outgoing.end();
        outgoing.release();
        link().close();
        loop().dismiss(this);
    }

    @Override
    public void cut(@Nullable Throwable cause) {
        IOException why = cause instanceof IOException told ? told : new IOException("the attempt was cut", cause);
        if (phase != Phase.OVER) {
            phase = Phase.OVER;
            outcome.broken(why);
        }
    }

    @Override
    protected void crashed(Throwable cause) {
        phase = Phase.OVER;
        outcome.broken(new IOException("a fault of the library within the opening handshake", cause));
    }

    @Override
    public long queuedBytes() {
        return outgoing.queuedCost();
    }

    @Override
    public Object owner() {
        return ClientConnections.ALL;
    }

    @Override
    public String toString() {
        return "the opening handshake with " + link().remoteAddress();
    }
}
