package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo;
import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.HandshakeRequest;
import dev.gibbon.WebSocketClosedException;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopTenant;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.protocol.CloseState;
import dev.gibbon.protocol.Delivery;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.Failure;
import dev.gibbon.protocol.MaskSource;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The loop-side half of a WebSocket connection: reads, drives the engine, hands over what comes, keeps the deadlines and brings
 * the connection to its one end. Only for the loop's thread; other threads use {@link ConnectedSocket}.
 *
 * <p>At rest it holds no buffer. What it reads lies in the loop's read buffer; if it must stop in the middle of that, the rest
 * is put aside in a buffer from the pool until it goes on.
 */
public final class Connection extends LoopTenant {
    /** Reading stopped because the application said so. */
    static final int BY_APPLICATION = 1;
    /** Reading stopped because too much waits to be written. */
    static final int BY_QUEUE = 2;
    /** Reading stopped because the application has not taken what came. */
    static final int BY_INBOX = 4;

    private static final System.Logger LOG = System.getLogger("dev.gibbon");

    /** The phases of a connection, in order. */
    private enum Phase {
        /** Messages go both ways; the closing handshake may have begun. */
        OPEN,
        /** The application knows the end; what still comes is thrown away until the peer ends its stream too. */
        LINGERING,
        /** Nothing is left. */
        ENDED
    }

    private final ConnectionOwner owner;
    private final ConnectionSettings settings;
    private final Engine engine;
    private final Outgoing outgoing;
    private final Receiver receiver;
    private final Sending sending;
    private final ConnectedSocket socket;
    private final SocketAddress remoteAddress;
    private @Nullable CloseRecord closing;
    private @Nullable Runnable owed;
    private @Nullable ByteBuffer aside;
    private Phase phase = Phase.OPEN;
    private int pausedBy;
    private boolean processing;
    private boolean continueLater;
    private boolean pinged;
    private boolean streamEnded;
    private long lastRead;
    private long lastMessage;
    private long pausedAt;
    private long closeDeadline = Long.MAX_VALUE;
    private long received;
    private long messagesReceived;

    /** Makes a connection whose opening handshake is complete; {@link #open} starts it. */
    public Connection(
            EventLoop loop,
            Link link,
            ConnectionOwner owner,
            ConnectionSettings settings,
            Receiver receiver,
            MaskSource masks,
            HandshakeRequest request,
            @Nullable String subprotocol) {
        super(loop, link);
        this.owner = owner;
        this.settings = settings;
        this.receiver = receiver;
        this.engine = new Engine(
                settings.role,
                settings.limits,
                settings.parts ? Delivery.PARTS : Delivery.WHOLE,
                loop.buffers(),
                masks);
        this.outgoing = new Outgoing(this);
        this.remoteAddress = link.remoteAddress();
        this.socket = new ConnectedSocket(this, request, subprotocol);
        this.sending = new Sending(this, engine, outgoing, settings);
    }

    /**
     * Starts: writes the handshake's response, tells the application, and takes the bytes that came behind the request.
     *
     * @param response written first
     * @param early bytes of the peer behind its request, perhaps none
     */
    public void open(byte[] response, ByteBuffer early) {
        long began = loop().now();
        lastRead = began;
        lastMessage = began;
        outgoing.begin();
        outgoing.room(response.length).put(response);
        outgoing.added(response.length);
        ConnectionEvents.opened(this);
        try {
            receiver.opened(this);
        } catch (Throwable e) {
            threw(e);
        }
        if (early.hasRemaining()) {
            received += early.remaining();
            process(early);
        }
        endEvent(began);
        scheduleTimer();
    }

    // ---- reading

    @Override
    protected void onReadable() {
        long began = loop().now();
        if (phase == Phase.LINGERING) {
            discard();
            return;
        }
        if (phase == Phase.ENDED || pausedBy != 0) {
            return;
        }
        outgoing.begin();
        ByteBuffer direct = engine.directTarget();
        ByteBuffer target = direct != null ? direct : loop().readBuffer();
        int count;
        try {
            count = link().read(target);
        } catch (IOException e) {
            outgoing.end();
            lost(e);
            return;
        }
        if (count > 0) {
            lastRead = began;
            pinged = false;
            received += count;
            if (direct == null) {
                process(target.flip());
            } else {
                processing = true;
                handle(engine.filled(count));
                processing = false;
            }
        } else if (count < 0) {
            endOfStream();
        }
        endEvent(began);
    }

    /** Takes bytes as far as it may; puts the rest aside. */
    private void process(ByteBuffer in) {
        processing = true;
        while (phase == Phase.OPEN && pausedBy == 0) {
            Engine.Event event = engine.next(in);
            if (event == Engine.Event.NEEDS_BYTES) {
                break;
            }
            handle(event);
        }
        processing = false;
        if (in.hasRemaining() && phase == Phase.OPEN) {
            putAside(in);
        }
    }

    private void putAside(ByteBuffer in) {
        if (in != aside) {
            aside = loop().buffers().acquire(in.remaining()).put(in).flip();
        }
    }

    /** Goes on with what was put aside, then with the socket. */
    private void continueReading() {
        continueLater = false;
        if (phase != Phase.OPEN || pausedBy != 0 || processing) {
            return;
        }
        long began = loop().refresh();
        outgoing.begin();
        ByteBuffer in = aside;
        if (in != null) {
            process(in);
            if (!in.hasRemaining() && aside == in) {
                aside = null;
                loop().buffers().release(in);
            }
        }
        endEvent(began);
    }

    private void handle(Engine.Event event) {
        try {
            ByteBuffer buffer = engine.payloadBuffer();
            int offset = engine.payloadOffset();
            int length = engine.payloadLength();
            switch (event) {
                case MESSAGE -> {
                    messagesReceived++;
                    lastMessage = loop().now();
                    receiver.message(buffer, offset, length, engine.isText());
                    heedHighWater();
                }
                case PART -> {
                    if (engine.isLastPart()) {
                        messagesReceived++;
                    }
                    lastMessage = loop().now();
                    receiver.part(buffer, offset, length, engine.isText(), engine.isFirstPart(), engine.isLastPart());
                    heedHighWater();
                }
                case PING -> {
                    sending.pong(buffer, offset, length);
                    receiver.ping(buffer, offset, length);
                }
                case PONG -> {
                    socket.pings().ponged(buffer, offset, length, loop().refresh());
                    receiver.pong(buffer, offset, length);
                }
                case CLOSE -> closeCame();
                case FAILED -> failed();
                case NEEDS_BYTES -> {
                    // Nothing happened.
                }
            }
        } catch (Throwable e) {
            threw(e);
        }
    }

    private void heedHighWater() {
        // In the blocking style the sender waits instead; a peer that is not read there could not unblock a handler.
        if (!settings.blocking && outgoing.queuedCost() > settings.highWaterBytes) {
            pause(BY_QUEUE);
        }
    }

    private void discard() {
        try {
            int count = link().read(loop().readBuffer());
            if (count >= 0) {
                return;
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "lingering", e);
        }
        end();
    }

    // ---- flow

    /** Stops reading for a reason. */
    void pause(int reason) {
        if (pausedBy == 0) {
            pausedAt = loop().now();
            armNoLaterThan(pausedAt + settings.maxPause);
        }
        pausedBy |= reason;
        updateInterest();
    }

    /** Takes a reason away; reads again when it was the last. */
    void resume(int reason) {
        if (pausedBy == 0 || (pausedBy &= ~reason) != 0) {
            return;
        }
        // While we did not read, the peer could not prove that it lives.
        long now = loop().now();
        lastRead = now;
        lastMessage = now;
        pinged = false;
        updateInterest();
        if (aside != null && !continueLater) {
            continueLater = true;
            loop().execute(this::continueReading);
        }
    }

    private void updateInterest() {
        boolean read =
                phase == Phase.LINGERING || phase == Phase.OPEN && pausedBy == 0 && aside == null && !streamEnded;
        link().interest(read, outgoing.stalled());
    }

    @Override
    protected void onWritable() {
        flush();
    }

    @Override
    protected void flush() {
        outgoing.flush();
        afterWriting();
    }

    /** An event is over: what it wrote leaves, and what follows from it is done. */
    private void endEvent(long began) {
        outgoing.end();
        afterWriting();
        loop().eventEnded(began, this);
    }

    private void afterWriting() {
        if (phase == Phase.ENDED) {
            return;
        }
        IOException broken = outgoing.failure();
        if (broken != null && phase == Phase.OPEN) {
            lost(broken);
            return;
        }
        if (outgoing.stalled()) {
            armNoLaterThan(outgoing.progressAt() + settings.writeTimeout);
        }
        sending.roomMade();
        if ((pausedBy & BY_QUEUE) != 0 && outgoing.isEmpty()) {
            try {
                receiver.drained();
            } catch (Throwable e) {
                threw(e);
            }
            resume(BY_QUEUE);
        }
        if (closing != null && phase == Phase.OPEN && engine.state() == CloseState.CLOSED && outgoing.isEmpty()) {
            linger();
            return;
        }
        updateInterest();
    }

    // ---- the end

    /** The peer's Close came. */
    private void closeCame() {
        CloseRecord record = closing();
        record.begunBy(Initiator.PEER, null);
        record.received(engine.closeCode(), engine.closeReason());
        if (engine.state().maySendClose()) {
            owe(engine.closeCode(), "");
        }
        expectEnd();
    }

    /** Our Close is due as soon as the application has answered what came before; at the deadline it goes without that. */
    private void owe(int code, String reason) {
        owed = () -> {
            if (owed != null && phase == Phase.OPEN && engine.state().maySendClose()) {
                owed = null;
                sending.closeAtOnce(code, reason);
            }
        };
        receiver.inputEnded(owed);
    }

    /** The peer broke a rule. */
    private void failed() {
        Failure failure = engine.failure();
        if (failure == null) {
            throw new IllegalStateException("failed without a failure");
        }
        fail(failure.code(), failure.reason(), null);
    }

    /** Fails the connection: Close with this code, then the end without waiting for the peer's. */
    void fail(int code, String reason, @Nullable Throwable cause) {
        if (phase != Phase.OPEN) {
            return;
        }
        closing().begunBy(Initiator.LIBRARY, cause);
        if (engine.state() == CloseState.FAILED) {
            owe(code, reason);
        } else if (engine.state().maySendClose()) {
            sending.closeAtOnce(code, reason);
        }
        expectEnd();
    }

    /** The application wants the end, or threw. */
    void close(int code, String reason, @Nullable Throwable cause) {
        Runnable due = owed;
        if (due != null) {
            // The peer has ended the conversation already, or broken it: that is the story to tell.
            due.run();
            return;
        }
        if (phase != Phase.OPEN || !engine.state().maySendClose() || sending.closeWaits()) {
            return;
        }
        closing().begunBy(Initiator.APPLICATION, cause);
        sending.close(code, reason);
        expectEnd();
    }

    /** The server ends this connection, as {@code initiator} LIBRARY. */
    public void goAway(String reason) {
        if (phase == Phase.OPEN && engine.state().maySendClose() && !sending.closeWaits()) {
            closing().begunBy(Initiator.LIBRARY, null);
            outgoing.begin();
            sending.close(1001, reason);
            expectEnd();
            outgoing.end();
            afterWriting();
        }
    }

    private void expectEnd() {
        closeDeadline = Math.min(closeDeadline, loop().now() + settings.closeTimeout);
        armNoLaterThan(closeDeadline);
    }

    private void threw(Throwable cause) {
        if (!(cause instanceof WebSocketClosedException)) {
            LOG.log(Level.WARNING, receiver.describe() + " threw; the connection is closed with 1011", cause);
            close(1011, "the handler failed", cause);
        }
    }

    /** The stream is broken. */
    private void lost(IOException cause) {
        if (phase == Phase.OPEN) {
            closing().begunBy(Initiator.NETWORK, cause);
            tellEnd();
        }
        end();
    }

    /** The peer ended its stream. */
    private void endOfStream() {
        streamEnded = true;
        boolean clean = engine.endOfStream();
        if (clean && !outgoing.isEmpty()) {
            // Our Close is still on its way; the write deadline watches.
            return;
        }
        if (!clean) {
            closing().begunBy(Initiator.NETWORK, null);
        }
        outgoing.end();
        if (outgoing.failure() == null && clean) {
            linger();
            return;
        }
        tellEnd();
        link().shutdownOutput();
        end();
    }

    /** Cuts the connection for a deadline of ours. */
    private void overdue(String what) {
        closing().begunBy(Initiator.LIBRARY, new TimeoutException(what));
        tellEnd();
        link().reset();
        end();
    }

    /** The application cuts the connection. */
    void abort() {
        if (phase == Phase.OPEN) {
            closing().begunBy(Initiator.APPLICATION, null);
            tellEnd();
        }
        link().reset();
        end();
    }

    @Override
    public void cut(@Nullable Throwable cause) {
        if (phase == Phase.OPEN) {
            closing().begunBy(Initiator.LIBRARY, cause);
            tellEnd();
        }
        link().reset();
        end();
    }

    @Override
    protected void crashed(Throwable cause) {
        LOG.log(Level.ERROR, "the connection " + this + " is cut for a fault of the library", cause);
        try {
            processing = false;
            cut(cause);
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "cutting it failed", e);
        }
    }

    /**
     * Both Close frames have passed and are written. RFC 6455, 7.1.1: the server ends the stream first; reading on until the
     * peer does too keeps the system from answering late bytes with a reset that would eat our Close.
     */
    private void linger() {
        tellEnd();
        phase = Phase.LINGERING;
        dropInput();
        link().shutdownOutput();
        if (streamEnded) {
            end();
            return;
        }
        updateInterest();
        closeDeadline = loop().now() + settings.closeTimeout;
        scheduleTimer();
    }

    /** The one terminal event. */
    private void tellEnd() {
        if (phase != Phase.OPEN) {
            return;
        }
        phase = Phase.LINGERING;
        sending.ended();
        CloseInfo info = closing().info(outgoing.queuedCost() + sending.unsent());
        ConnectionEvents.closed(this, info);
        owner.connectionEnded(this, info);
        socket.endedBeforeTelling(info);
        try {
            receiver.closed(info);
        } catch (Throwable e) {
            LOG.log(Level.WARNING, receiver.describe() + " threw in onClose", e);
        }
        socket.ended(info);
    }

    private void end() {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        dropInput();
        outgoing.release();
        link().close();
        loop().dismiss(this);
        owner.linkClosed(this);
    }

    private void dropInput() {
        engine.release();
        ByteBuffer in = aside;
        if (in != null) {
            aside = null;
            loop().buffers().release(in);
        }
    }

    private CloseRecord closing() {
        CloseRecord record = closing;
        if (record == null) {
            record = new CloseRecord();
            closing = record;
        }
        return record;
    }

    /** Our Close was written. */
    void closeSent(int code, String reason) {
        closing().sent(code, reason);
        socket.markClosing();
    }

    // ---- deadlines

    @Override
    protected void onTimer(long now) {
        if (phase == Phase.LINGERING) {
            end();
            return;
        }
        Runnable due = owed;
        if (now >= closeDeadline && due != null) {
            outgoing.begin();
            due.run();
            outgoing.end();
            closeDeadline = now + settings.closeTimeout;
            afterWriting();
            scheduleTimer();
            return;
        }
        if (now >= closeDeadline) {
            overdue("the closing handshake took longer than closeTimeout");
            return;
        }
        if (outgoing.stalled() && now - outgoing.progressAt() >= settings.writeTimeout) {
            overdue("the peer took no bytes for as long as writeTimeout");
            return;
        }
        outgoing.begin();
        sending.checkWriter(now);
        if (pausedBy != 0) {
            if (now - pausedAt >= settings.maxPause) {
                fail(1008, "not read for longer than maxPause", null);
            }
        } else if (closeDeadline == Long.MAX_VALUE && !checkLife(now)) {
            return;
        }
        outgoing.end();
        afterWriting();
        scheduleTimer();
    }

    /** Pings a silent peer, and cuts a dead one: false then. */
    private boolean checkLife(long now) {
        if (settings.pingInterval > 0) {
            long silent = now - lastRead;
            if (pinged && silent >= settings.pingInterval + settings.pongTimeout) {
                overdue("no byte came within pongTimeout after a ping");
                return false;
            }
            if (!pinged && silent >= settings.pingInterval) {
                pinged = true;
                sending.ping(Pings.HEARTBEAT);
                // A late timer must not shorten the peer's time to answer.
                lastRead = now - settings.pingInterval;
            }
        }
        if (settings.idleTimeout > 0 && now - lastMessage >= settings.idleTimeout) {
            fail(1001, "no message for longer than idleTimeout", null);
        }
        return true;
    }

    private void scheduleTimer() {
        if (phase == Phase.ENDED) {
            return;
        }
        long next = closeDeadline;
        if (phase == Phase.OPEN) {
            if (outgoing.stalled()) {
                next = Math.min(next, outgoing.progressAt() + settings.writeTimeout);
            }
            if (pausedBy != 0) {
                next = Math.min(next, pausedAt + settings.maxPause);
            } else if (closeDeadline == Long.MAX_VALUE) {
                next = Math.min(next, nextLifeCheck());
            }
            next = Math.min(next, sending.writerDeadline());
        }
        if (next == Long.MAX_VALUE) {
            loop().timers().disarm(this);
        } else if (!armed() || deadline() != next) {
            loop().timers().arm(this, next);
        }
    }

    private long nextLifeCheck() {
        long next = Long.MAX_VALUE;
        if (settings.pingInterval > 0) {
            next = lastRead + settings.pingInterval + (pinged ? settings.pongTimeout : 0);
        }
        if (settings.idleTimeout > 0) {
            next = Math.min(next, lastMessage + settings.idleTimeout);
        }
        return next;
    }

    /** The timer fires then or earlier; it looks at every deadline when it does. */
    void armNoLaterThan(long deadline) {
        if (phase != Phase.ENDED && (!armed() || deadline() > deadline)) {
            loop().timers().arm(this, deadline);
        }
    }

    // ---- for the other parts of the connection

    /** Runs something for this connection outside a read, with its output gathered. */
    void inEvent(Runnable action) {
        long began = loop().refresh();
        boolean first = outgoing.begin();
        action.run();
        if (first && !processing) {
            endEvent(began);
        }
    }

    /** A message was sent: it counts against the idle timeout. */
    void messageSent() {
        lastMessage = loop().now();
    }

    /** Whether the application may still hear and say something. */
    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    Sending sending() {
        return sending;
    }

    Engine engine() {
        return engine;
    }

    Outgoing outgoing() {
        return outgoing;
    }

    ConnectionSettings settings() {
        return settings;
    }

    /** The face for the application. */
    public ConnectedSocket socket() {
        return socket;
    }

    SocketAddress remoteAddress() {
        return remoteAddress;
    }

    long received() {
        return received;
    }

    long messagesReceived() {
        return messagesReceived;
    }

    long lastRead() {
        return lastRead;
    }

    long heldBytes() {
        ByteBuffer in = aside;
        return engine.heldBytes() + (in == null ? 0 : in.capacity());
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
        return receiver.describe() + " with " + remoteAddress;
    }
}
