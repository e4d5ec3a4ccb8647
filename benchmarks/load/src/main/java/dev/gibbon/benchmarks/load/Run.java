package dev.gibbon.benchmarks.load;

import dev.gibbon.protocol.handshake.WebSocketUri;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One run: opens, warms up, measures, waits for what is in flight, leaves. One thread with one selector and one read buffer. Every
 * wait has an end: opening and waiting for replies last as long as there is progress within the order's patience. Used
 * once; to be closed.
 */
final class Run implements AutoCloseable {

    private static final long NANOS_A_MILLI = 1_000_000;
    private static final double NANOS_A_SECOND = 1e9;

    // As large as the replies to all that one connection has in flight, in most scenarios.
    private static final int READ_BYTES = 1 << 20;

    // Servers take so many that connect at once; some not more.
    private static final int MOST_CONNECTING = 64;

    // With so many errors the figures are worth nothing.
    private static final int MOST_ERRORS = 100;

    private static final long TURN_MILLIS = 10;
    private static final long TELL_NANOS = 100 * NANOS_A_MILLI;
    private static final long LEAVE_NANOS = 1000 * NANOS_A_MILLI;

    private final Order order;
    private final Scenario scenario;
    private final Watcher watcher;
    private final SSLContext tls;
    private final WebSocketUri target;
    private final Tally tally = new Tally();
    private final Frames frames;
    private final ReplyCheck check;
    private final Upgrade upgrade;
    private final Ports ports;
    private final Play play;
    private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);
    private final ByteBuffer closeFrame = Frames.control(Frames.CLOSE, new byte[] {0x03, (byte) 0xe8});
    private final List<Session> sessions = new ArrayList<>();
    private final Selector selector;
    private final Consumer<SelectionKey> ready = key -> ((Session) key.attachment()).ready();

    private int opened;
    private int live;
    private boolean leaving;
    private boolean over;
    private long nextTelling;
    private long nextQuestion;
    private double openSeconds;

    Run(Order order, SSLContext tls, Watcher watcher) throws IOException {
        this.order = order;
        this.scenario = order.scenario();
        this.tls = tls;
        target = WebSocketUri.parse(order.target());
        this.watcher = watcher;
        boolean handshakes = scenario.mode() == Mode.HANDSHAKE;
        // What has been closed is let go a turn later, when the next one is open already.
        Ports.require(handshakes ? 2 * scenario.connections() : scenario.connections());
        ports = new Ports(order);
        frames = new Frames(scenario);
        upgrade = new Upgrade(target, scenario.deflate());
        play = switch (scenario.mode()) {
            case ECHO, LATENCY -> new EchoPlay(this);
            case BROADCAST -> new BroadcastPlay(this);
            case HANDSHAKE -> new HandshakePlay(this);
            case IDLE -> new IdlePlay(this);
        };
        selector = Selector.open();
        check = new ReplyCheck(frames, tally, order);
    }

    // ---- the course of a run

    Result go() throws IOException {
        Meter from = Meter.read(order.pid());
        if (scenario.mode() != Mode.HANDSHAKE && !openAll()) {
            return result(from, Meter.read(order.pid()), 0, null);
        }
        if (!gatherAll()) {
            return result(from, Meter.read(order.pid()), 0, null);
        }
        return scenario.mode() == Mode.IDLE ? hold() : measure();
    }

    /** Waits until the connections are ready for the load; as long as there is progress. */
    private boolean gatherAll() throws IOException {
        long before = -1;
        long deadline = 0;
        while (!isOver(System.nanoTime()) && play.gather()) {
            poll(TURN_MILLIS);
            long now = System.nanoTime();
            long gathered = play.gathered();
            if (gathered > before) {
                before = gathered;
                deadline = now + patience();
            } else if (now - deadline > 0) {
                int all = sessions.size();
                tally.errors(
                        Math.max(1, all - gathered),
                        "only " + gathered + " of " + all + " subscribers got what was sent to all, and no more within "
                                + patienceInWords());
                return false;
            }
        }
        return tally.errors() == 0;
    }

    private boolean openAll() throws IOException {
        long began = System.nanoTime();
        long deadline = began + patience();
        int wanted = scenario.connections();
        for (int before = -1; opened < wanted && tally.errors() == 0 && !isOver(System.nanoTime()); ) {
            while (sessions.size() < wanted && sessions.size() - opened < MOST_CONNECTING && tally.errors() == 0) {
                Session session = start();
                if (session != null) {
                    sessions.add(session);
                }
            }
            poll(TURN_MILLIS);
            long now = System.nanoTime();
            if (opened > before) {
                before = opened;
                deadline = now + patience();
            } else if (now - deadline > 0) {
                tally.error("only " + opened + " of " + wanted + " connections opened, and no more within "
                        + patienceInWords());
            }
            if (isTimeToTell(now)) {
                watcher.opening(opened, wanted);
            }
        }
        openSeconds = (System.nanoTime() - began) / NANOS_A_SECOND;
        watcher.opening(opened, wanted);
        return opened == wanted && tally.errors() == 0;
    }

    private Result measure() throws IOException {
        watcher.warming();
        long began = System.nanoTime();
        play.begin();
        load(began, nanos(order.warmup()), 0);
        long warm = tally.messages();
        tally.forgetLatencies();
        Meter from = Meter.read(order.pid());
        watcher.windowBegins();
        load(from.nanos(), nanos(order.seconds()), order.warmup() / (order.warmup() + order.seconds()));
        Meter to = Meter.read(order.pid());
        watcher.windowEnds();
        long messages = tally.messages() - warm;
        Latency latency = tally.latency();
        settle();
        leave();
        return result(from, to, messages, latency);
    }

    /** Runs for so long, from a share of the whole on. */
    private void load(long began, long nanos, double done) throws IOException {
        double rest = done == 0 ? order.warmup() / (order.warmup() + order.seconds()) : 1 - done;
        for (long now = System.nanoTime(); now - began < nanos && !isOver(now); now = System.nanoTime()) {
            poll(TURN_MILLIS);
            if (isTimeToTell(now)) {
                watcher.progress(done + rest * (now - began) / nanos, tally.messages());
            }
        }
    }

    private Result hold() throws IOException {
        settle();
        Meter from = Meter.read(order.pid());
        watcher.holding();
        long nanos = nanos(order.seconds());
        long nextLook = from.nanos();
        for (long now = from.nanos(); now - from.nanos() < nanos && !isOver(now); now = System.nanoTime()) {
            poll(TURN_MILLIS);
            if (now - nextLook >= 0) {
                nextLook = now + TELL_NANOS;
                if (watcher.released()) {
                    break;
                }
            }
        }
        Meter to = Meter.read(order.pid());
        leave();
        return result(from, to, tally.messages(), null);
    }

    /** Waits for what is in flight: a reply that never comes is an error. */
    private void settle() throws IOException {
        play.stop();
        long before = -1;
        long deadline = System.nanoTime() + patience();
        while (play.outstanding() > 0 && !isOver(System.nanoTime())) {
            poll(TURN_MILLIS);
            long now = System.nanoTime();
            if (tally.messages() != before) {
                before = tally.messages();
                deadline = now + patience();
            } else if (now - deadline > 0) {
                tally.errors(play.outstanding(), play.missing(play.outstanding()));
                return;
            }
        }
    }

    /** The closing handshake on all connections, for a second at most. */
    private void leave() throws IOException {
        leaving = true;
        if (!order.raw()) {
            for (Session session : sessions) {
                session.close();
                flush(session);
            }
            long began = System.nanoTime();
            while (live > 0 && System.nanoTime() - began < LEAVE_NANOS && !watcher.cancelled()) {
                poll(TURN_MILLIS);
            }
        }
    }

    private Result result(Meter from, Meter to, long messages, @Nullable Latency latency) {
        double seconds = to.secondsSince(from);
        double perSecond = messages / seconds;
        return new Result(
                scenario.name(),
                scenario.mode(),
                messages,
                seconds,
                perSecond,
                perSecond * scenario.size(),
                latency,
                opened,
                openSeconds,
                tally.errors(),
                tally.mismatches(),
                tally.firstError(),
                tally.compressedReplies(),
                tally.plainReplies(),
                tally.replyBytes(),
                to.own() - from.own(),
                Meter.between(from.server(), to.server()),
                Meter.between(from.busy(), to.busy()),
                Meter.between(from.steal(), to.steal()));
    }

    // ---- the loop

    private void poll(long millis) throws IOException {
        selector.select(ready, millis);
        play.turn();
    }

    private boolean isTimeToTell(long now) {
        if (now - nextTelling < 0 && nextTelling != 0) {
            return false;
        }
        nextTelling = now + TELL_NANOS;
        return true;
    }

    private boolean isOver(long now) {
        if (!over && (nextQuestion == 0 || now - nextQuestion >= 0)) {
            nextQuestion = now + TURN_MILLIS * NANOS_A_MILLI;
            over = watcher.cancelled() || (live == 0 && opened > 0 && !startsAgain());
        }
        return over;
    }

    private boolean startsAgain() {
        return scenario.mode() == Mode.HANDSHAKE;
    }

    /** Ends the load early: an error has been counted that makes the rest worthless. */
    void giveUp() {
        over = true;
    }

    boolean isGivenUp() {
        return over;
    }

    // ---- for sessions and plays

    /** Begins a connection; null if that failed, which is counted. */
    @Nullable
    Session start() {
        SocketChannel channel = null;
        try {
            channel = ports.connect();
            Session session = new Session(this, selector, channel, wire(channel));
            live++;
            return session;
        } catch (IOException e) {
            tally.error("could not connect: " + e.getMessage());
            closeQuietly(channel);
            return null;
        }
    }

    private Wire wire(SocketChannel channel) throws IOException {
        return target.secure() ? new TlsWire(channel, tls, target.host(), target.port()) : new PlainWire(channel);
    }

    private static void closeQuietly(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Nothing is left to be done for it.
        }
    }

    void flush(Session session) {
        try {
            session.flush();
        } catch (IOException e) {
            session.broken(e);
        }
    }

    void opened(Session session) {
        opened++;
        play.opened(session);
    }

    void ended() {
        live--;
    }

    void broken(Session session, String words) {
        if (!leaving) {
            tally.error(words);
            over |= tally.errors() >= MOST_ERRORS;
            play.lost(session);
        }
    }

    /** How many connections have replies to get. */
    long waiting() {
        return sessions.stream()
                .filter(each -> each.isLive() && play.due(each) > 0)
                .count();
    }

    Scenario scenario() {
        return scenario;
    }

    boolean isRaw() {
        return order.raw();
    }

    List<Session> sessions() {
        return sessions;
    }

    Tally tally() {
        return tally;
    }

    Frames frames() {
        return frames;
    }

    ReplyCheck check() {
        return check;
    }

    Upgrade upgrade() {
        return upgrade;
    }

    Play play() {
        return play;
    }

    ByteBuffer readBuffer() {
        return readBuffer;
    }

    ByteBuffer closeFrame() {
        return closeFrame.duplicate();
    }

    private long patience() {
        return nanos(order.patience());
    }

    String patienceInWords() {
        double seconds = order.patience();
        return (seconds == Math.rint(seconds) ? "" + (long) seconds : "" + seconds) + " s";
    }

    private static long nanos(double seconds) {
        return (long) (seconds * NANOS_A_SECOND);
    }

    @Override
    public void close() throws IOException {
        try (selector;
                check) {
            for (SelectionKey key : selector.keys()) {
                ((Session) key.attachment()).end();
            }
        }
    }
}
