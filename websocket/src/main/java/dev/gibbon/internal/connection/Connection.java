package dev.gibbon.internal.connection;

import dev.gibbon.CloseInfo.Initiator;
import dev.gibbon.DeflateStats;
import dev.gibbon.HandshakeRequest;
import dev.gibbon.internal.loop.EventLoop;
import dev.gibbon.internal.loop.LoopTenant;
import dev.gibbon.internal.message.BorrowedMessage;
import dev.gibbon.internal.transport.Link;
import dev.gibbon.protocol.Delivery;
import dev.gibbon.protocol.Engine;
import dev.gibbon.protocol.MaskSource;
import dev.gibbon.protocol.deflate.AgreedDeflate;
import dev.gibbon.protocol.deflate.DeflateParameters;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The loop-side half of a WebSocket connection: reads, drives the engine, and hands over what comes. What it writes is {@link
 * Sending}'s, how it ends {@link Ending}'s, when it must {@link Deadlines}'. Only for the loop's thread; other threads use
 * {@link ConnectedSocket}.
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

    /**
     * Bytes of payload handed out in one go, after which the other connections have their turn: a few compressed bytes may inflate to a
     * thousand times as many. What a read can bring uncompressed is less.
     */
    private static final int MOST_WORK_A_TURN = 1 << 20;

    /** What a compressed message counts beside its payload, because empty ones are work too. */
    private static final int WORK_OF_INFLATING = 512;

    /** What may be reserved for a large message before any of it was read. */
    private static final int MOST_AHEAD = 1 << 20;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ConnectionOwner owner;
    private final ConnectionSettings settings;
    private final Receiver receiver;
    private final AgreedExtensions extensions;
    private final Engine engine;
    private final Outgoing outgoing;
    private final Submissions submissions;
    private final Sending sending;
    private final Deadlines deadlines;
    private final Ending ending;
    private final ConnectedSocket socket;
    private @Nullable BorrowedMessage borrowed;
    private @Nullable ByteBuffer aside;
    private int pausedBy;
    private boolean processing;
    private boolean dropWhenProcessed;
    /** Stopped before the engine had said that it needs bytes: it may have more to hand out. */
    private boolean unfinished;

    private boolean continueLater;
    /** Stopped for the sake of the other connections; goes on when they had their turn. */
    private boolean yielded;

    /** Somebody wants to know when the outgoing queue is empty; {@link Submissions} says who and when. Set by any thread. */
    private volatile boolean drainOwed;

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
            @Nullable String subprotocol,
            AgreedExtensions extensions) {
        super(loop, link);
        this.owner = owner;
        this.settings = settings;
        this.receiver = receiver;
        Delivery delivery = receiver.wantsParts() ? Delivery.PARTS : Delivery.WHOLE;
        this.extensions = extensions;
        DeflateParameters deflate = extensions.deflate();
        AgreedDeflate agreed =
                deflate == null ? null : new AgreedDeflate(deflate, settings.deflate.level(), loop.deflaters());
        this.engine = new Engine(settings.role, settings.limits, delivery, loop.buffers(), masks, agreed);
        this.outgoing = new Outgoing(this);
        this.submissions = new Submissions(this);
        this.sending = new Sending(this);
        this.deadlines = new Deadlines(this);
        this.ending = new Ending(this);
        this.socket = new ConnectedSocket(this, request, subprotocol);
        if (settings.blocking && !settings.role.masksOutgoing() && link.writableByOthers()) {
            outgoing.lending(new Lending(this));
        }
    }

    /**
     * Starts: writes the handshake's response, tells the application, and takes the bytes that came behind the request.
     *
     * @param response written first
     * @param early bytes of the peer behind its request, perhaps none
     */
    public void open(byte[] response, ByteBuffer early) {
        try {
            deadlines.opened(loop().now());
            outgoing.begin();
            outgoing.room(response.length).put(response);
            outgoing.added(response.length);
            outgoing.uncounted(response.length);
            ConnectionEvents.opened(this);
            try {
                receiver.opened(this);
            } catch (Throwable e) {
                ending.threw(e);
            }
            if (early.hasRemaining()) {
                received += early.remaining();
                process(early);
            }
            endEvent();
            if (!ending.isOver()) {
                deadlines.schedule();
            }
        } catch (Throwable e) {
            // Who made us is not the tenant any more, and could not end us.
            crashed(e);
        }
    }

    // ---- reading

    @Override
    protected void onReadable() {
        if (!ending.isOpen()) {
            discard();
            return;
        }
        if (pausedBy != 0 || unfinished) {
            return;
        }
        Lending lending = outgoing.lending();
        if (lending == null || !lending.isLent()) {
            // Else the loop has nothing to write, unless what comes wants it to.
            outgoing.begin();
        }
        int taken = 0;
        ByteBuffer direct = engine.directTarget(MOST_AHEAD);
        do {
            ByteBuffer target = direct != null ? piece(direct) : loop().readBuffer();
            int room = target.remaining();
            int count;
            try {
                count = link().read(target);
            } catch (IOException e) {
                outgoing.end();
                ending.lost(e);
                return;
            }
            take(direct == null ? target : null, count);
            taken += count;
            // A large message of which more is there goes on at once.
            boolean goesOn = count == room && taken < MOST_WORK_A_TURN && pausedBy == 0 && ending.isOpen();
            direct = goesOn && !unfinished ? engine.directTarget(MOST_AHEAD) : null;
        } while (direct != null);
        endEvent();
    }

    /** No more of a large payload than is still in the cache when it is unmasked. */
    private static ByteBuffer piece(ByteBuffer direct) {
        return direct.limit(Math.min(direct.limit(), direct.position() + EventLoop.READ_BUFFER_BYTES));
    }

    /**
     * Takes what a read has brought.
     *
     * @param shared the loop's buffer, if that was read into; else the engine's was
     * @param count bytes; -1 at the end of the stream
     */
    private void take(@Nullable ByteBuffer shared, int count) {
        if (count > 0) {
            received += count;
            deadlines.read(loop().now());
        }
        if (shared == null) {
            processing = true;
            handle(engine.filled(Math.max(0, count)));
            processed();
        } else if (count > 0) {
            process(shared.flip());
        }
        if (count < 0) {
            ending.streamEnded();
        }
    }

    /** Takes bytes as far as it may; puts the rest aside. */
    private void process(ByteBuffer in) {
        processing = true;
        unfinished = true;
        long inflatedBefore = engine.messagesInflated();
        long work = 0;
        long payload = 0;
        while (pausedBy == 0 && ending.isOpen() && work < MOST_WORK_A_TURN) {
            Engine.Event event = engine.next(in);
            if (event == Engine.Event.NEEDS_BYTES) {
                unfinished = false;
                break;
            }
            handle(event);
            payload += engine.payloadLength();
            work = payload + WORK_OF_INFLATING * (engine.messagesInflated() - inflatedBefore);
        }
        if (work >= MOST_WORK_A_TURN && unfinished && !yielded) {
            yielded = true;
            loop().flushLater(this);
        }
        if (in.hasRemaining() && in != aside && ending.isOpen()) {
            aside = loop().buffers().acquire(in.remaining()).put(in).flip();
        }
        processed();
    }

    private void processed() {
        processing = false;
        if (dropWhenProcessed) {
            dropWhenProcessed = false;
            dropInput();
        }
    }

    /** Goes on with what was put aside, then with the socket. */
    private void continueReading() {
        continueLater = false;
        if (!ending.isOpen() || pausedBy != 0 || !unfinished) {
            return;
        }
        ByteBuffer in = aside;
        loop().refresh();
        outgoing.begin();
        process(in == null ? NOTHING : in);
        if (in != null && aside == in && !in.hasRemaining()) {
            aside = null;
            loop().buffers().release(in);
        }
        endEvent();
    }

    private void handle(Engine.Event event) {
        try {
            ByteBuffer buffer = engine.payloadBuffer();
            int offset = engine.payloadOffset();
            int length = engine.payloadLength();
            switch (event) {
                case MESSAGE -> {
                    messagesReceived++;
                    deadlines.messageReceived();
                    if (ending.isHeard()) {
                        receiver.message(this, buffer, offset, length, engine.isText());
                        heedHighWater();
                    }
                }
                case PART -> {
                    boolean last = engine.isLastPart();
                    messagesReceived += last ? 1 : 0;
                    deadlines.messageReceived();
                    if (ending.isHeard()) {
                        receiver.part(this, buffer, offset, length, engine.isText(), engine.isFirstPart(), last);
                        heedHighWater();
                    }
                }
                case PING -> {
                    // Where the right to write was lent nothing gathers yet; pongs of one read shall leave together,
                    // each of them.
                    outgoing.begin();
                    sending.pong(buffer, offset, length);
                    if (ending.isHeard()) {
                        receiver.ping(this, buffer, offset, length);
                    }
                }
                case PONG -> {
                    socket.ponged(buffer, offset, length, loop().refresh());
                    if (ending.isHeard()) {
                        receiver.pong(this, buffer, offset, length);
                    }
                }
                case CLOSE -> ending.closeCame();
                case FAILED -> ending.peerFailed();
                case NEEDS_BYTES -> {
                    // Nothing happened.
                }
            }
        } catch (Throwable e) {
            ending.threw(e);
        }
    }

    private void heedHighWater() {
        // In the blocking style the sender waits instead; stopping to read there could keep a handler from the Close.
        if (!settings.blocking && outgoing.queuedCost() > settings.highWaterBytes && (pausedBy & BY_QUEUE) == 0) {
            submissions.oweDrain();
            pause(BY_QUEUE);
        }
    }

    /** Throws away what comes behind the end. */
    private void discard() {
        if (link().isAtEnd()) {
            ending.streamEnded();
            return;
        }
        int count;
        try {
            count = link().read(loop().readBuffer());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "reading behind the end", e);
            count = -1;
        }
        if (count < 0) {
            ending.streamEnded();
        }
    }

    /** Gives back what is held of the peer's bytes. */
    void dropInput() {
        if (processing) {
            // The application is looking at a message that lies there; what is held goes when it has returned.
            dropWhenProcessed = true;
            return;
        }
        engine.release();
        ByteBuffer in = aside;
        if (in != null) {
            aside = null;
            loop().buffers().release(in);
        }
    }

    // ---- flow

    /** Stops reading for a reason. */
    void pause(int reason) {
        if (!ending.isOpen()) {
            return;
        }
        if (pausedBy == 0) {
            deadlines.paused(loop().now());
        }
        pausedBy |= reason;
        updateInterest();
    }

    /** Takes a reason away; reads again when it was the last. */
    void resume(int reason) {
        if (!ending.isOpen() || (pausedBy & reason) == 0) {
            return;
        }
        pausedBy &= ~reason;
        if (pausedBy != 0) {
            return;
        }
        deadlines.resumed(loop().now());
        updateInterest();
        if (unfinished && !continueLater) {
            continueLater = true;
            loop().execute(this::continueReading);
        }
    }

    /** We have closed, and the application does not take what came: the peer's Close is looked for behind it. */
    void takesNoMore() {
        receiver.takesNoMore(this);
    }

    /** Tells the link what we want of it now. */
    void updateInterest() {
        if (!ending.isOver()) {
            boolean input = ending.isTold() || (pausedBy == 0 && !unfinished);
            link().interest(input && !ending.isStreamEnded(), outgoing.stalled());
        }
    }

    // ---- events

    /** Runs something for this connection outside a read, with its output gathered. */
    void inEvent(Runnable action) {
        loop().refresh();
        boolean first = outgoing.begin();
        try {
            action.run();
        } catch (Throwable e) {
            crashed(e);
            return;
        }
        if (first && !processing) {
            endEvent();
        }
    }

    @Override
    protected void onWritable() {
        flush();
    }

    @Override
    protected void flush() {
        if (yielded) {
            yielded = false;
            continueReading();
        }
        boolean stalled = outgoing.stalled();
        long stalledAt = outgoing.stalledAt();
        outgoing.flush();
        if (stalled && !outgoing.stalled()) {
            ConnectionEvents.sentAfter(this, loop().now() - stalledAt);
        }
        afterWriting();
    }

    @Override
    protected void onTimer(long now) {
        outgoing.begin();
        deadlines.check(now);
        endEvent();
        if (!ending.isOver()) {
            deadlines.schedule();
        }
    }

    /** An event is over: what it wrote leaves, and what follows from it is done. */
    private void endEvent() {
        outgoing.end(ending.endsOnceWritten());
        afterWriting();
    }

    private void afterWriting() {
        if (ending.isOver()) {
            return;
        }
        IOException broken = outgoing.failure();
        if (broken != null && ending.isOpen()) {
            ending.lost(broken);
            return;
        }
        if (outgoing.stalled()) {
            deadlines.stalled(outgoing.progressAt());
        }
        submissions.roomMade();
        if (ending.isOpen()) {
            heedHighWater();
            if (submissions.payDrain()) {
                drained();
            }
        }
        ending.afterWriting(outgoing);
        updateInterest();
        Lending lending = outgoing.lending();
        if (lending != null && ending.isOpen() && sending.isIdle()) {
            lending.lend();
        }
    }

    private void drained() {
        resume(BY_QUEUE);
        socket.tellDrained();
        if (!ending.isHeard()) {
            return;
        }
        try {
            receiver.drained(this);
        } catch (Throwable e) {
            ending.threw(e);
        }
    }

    /** The server ends this connection. */
    public void goAway(String reason) {
        inEvent(() -> ending.goAway(reason));
    }

    /** The outgoing queue is at its bound, and the policy is to end the connection. */
    void failForOverflow() {
        ending.fail(1013, "the outgoing queue is full", null);
    }

    @Override
    public void cut(@Nullable Throwable cause) {
        ending.cut(Initiator.LIBRARY, cause);
    }

    @Override
    protected void crashed(Throwable cause) {
        LOG.log(Level.ERROR, "the connection " + this + " is cut for a fault of the library", cause);
        try {
            processed();
            outgoing.end();
            cut(cause);
        } catch (Throwable e) {
            LOG.log(Level.ERROR, "cutting it failed", e);
        }
    }

    // ---- its parts

    boolean isOpen() {
        return ending.isOpen();
    }

    ConnectionSettings settings() {
        return settings;
    }

    Engine engine() {
        return engine;
    }

    Outgoing outgoing() {
        return outgoing;
    }

    /** The right to write, if it is ever lent. */
    @Nullable
    Lending lending() {
        return outgoing.lending();
    }

    Submissions submissions() {
        return submissions;
    }

    boolean drainOwed() {
        return drainOwed;
    }

    void drainOwed(boolean owed) {
        drainOwed = owed;
    }

    Sending sending() {
        return sending;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Ending ending() {
        return ending;
    }

    /** The face for the application. */
    public ConnectedSocket socket() {
        return socket;
    }

    SocketAddress remoteAddress() {
        return socket.request().remoteAddress();
    }

    Receiver receiver() {
        return receiver;
    }

    /** The message that is lent to the listener; one for all that this connection brings. */
    BorrowedMessage borrowed() {
        BorrowedMessage present = borrowed;
        if (present == null) {
            present = new BorrowedMessage();
            borrowed = present;
        }
        return present;
    }

    AgreedExtensions extensions() {
        return extensions;
    }

    /** What compression did. For any thread, as a look at a moment. */
    DeflateStats deflateStats() {
        Deflating out = sending.deflatingSoFar();
        return new DeflateStats(
                out == null ? 0 : out.messages(),
                out == null ? 0 : out.plainBytes(),
                out == null ? 0 : out.deflatedBytes(),
                engine.messagesInflated(),
                engine.bytesToInflate(),
                engine.bytesInflated(),
                engine.nativeBytes() + (out == null ? 0 : out.nativeBytes()));
    }

    long received() {
        return received;
    }

    long messagesReceived() {
        return messagesReceived;
    }

    /** Capacity of the buffers held for input. */
    long heldBytes() {
        ByteBuffer in = aside;
        return (long) engine.heldBytes() + (in == null ? 0 : in.capacity());
    }

    @Override
    public long queuedBytes() {
        return outgoing.queuedCost();
    }

    @Override
    public ConnectionOwner owner() {
        return owner;
    }

    @Override
    public String toString() {
        return receiver.describe() + " with " + remoteAddress();
    }
}
