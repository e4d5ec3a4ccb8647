package dev.gibbon.benchmarks.load;

import dev.gibbon.protocol.handshake.ResponseHeadParser;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a run: its state, what it owes the server and what the server owes it. What it sends lies in buffers that
 * all connections share, so owing is a number. Confined to the generator's thread.
 */
final class Session implements ReplyReader.Controls {

    enum State {
        CONNECTING,
        SECURING,
        UPGRADING,
        OPEN,
        /** Our Close is sent or about to be; the server's is awaited. */
        CLOSING,
        ENDED
    }

    // Reads in a row, so that one connection does not keep the others waiting.
    private static final int READS_A_TURN = 4;

    private final Run run;
    private final Frames frames;
    private final ReplyReader reader;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Wire wire;
    private State state = State.CONNECTING;
    private @Nullable ResponseHeadParser parser;

    // What is still to be written: bytes of frames, and where in the frame of the message the next of them lies.
    private long owed;
    private int at;
    // What goes between two frames: the request, a pong or a Close.
    private @Nullable ByteBuffer between;
    private boolean wantsWrite;

    private long sent;
    private long received;
    private long rawBytes;
    private long sentAt;

    Session(Run run, Selector selector, SocketChannel channel, Wire wire) throws IOException {
        this.run = run;
        this.frames = run.frames();
        this.channel = channel;
        this.wire = wire;
        reader = new ReplyReader(run.check(), this);
        key = channel.register(selector, SelectionKey.OP_CONNECT, this);
        if (channel.isConnected()) {
            connected();
        }
    }

    State state() {
        return state;
    }

    boolean isLive() {
        return state != State.ENDED;
    }

    /** Messages that were sent, or will be at the next flush. */
    long sent() {
        return sent;
    }

    long received() {
        return received;
    }

    long sentAt() {
        return sentAt;
    }

    /** Does what the socket is ready for. Whatever goes wrong ends the connection, and the run is told. */
    void ready() {
        try {
            if (state == State.ENDED) {
                return;
            }
            if (state == State.CONNECTING) {
                if (channel.finishConnect()) {
                    connected();
                }
                return;
            }
            if (state == State.SECURING) {
                secure();
                return;
            }
            if (key.isReadable()) {
                read();
            }
            flush();
        } catch (IOException e) {
            broken(e);
        }
    }

    private void connected() throws IOException {
        key.interestOps(SelectionKey.OP_READ);
        state = State.SECURING;
        secure();
    }

    private void secure() throws IOException {
        if (!wire.establish()) {
            wantsWrite(!wire.flush());
            return;
        }
        if (run.isRaw()) {
            state = State.OPEN;
            run.opened(this);
        } else {
            state = State.UPGRADING;
            between = run.upgrade().request();
        }
        flush();
    }

    private void read() throws IOException {
        ByteBuffer in = run.readBuffer();
        for (int i = 0; (i < READS_A_TURN || wire.hasMore()) && state != State.ENDED; i++) {
            int count = wire.read(in.clear());
            if (count < 0) {
                endOfStream();
                return;
            }
            take(in.flip());
            if (count < in.capacity() && !wire.hasMore()) {
                return;
            }
        }
    }

    private void take(ByteBuffer in) throws LoadFault {
        if (state == State.UPGRADING && !upgraded(in)) {
            return;
        }
        if (state == State.ENDED || !in.hasRemaining()) {
            return;
        }
        int replies = run.isRaw() ? rawReplies(in) : reader.take(in);
        if (replies > 0) {
            replied(replies);
        }
    }

    private boolean upgraded(ByteBuffer in) throws LoadFault {
        Upgrade upgrade = run.upgrade();
        if (parser == null) {
            if (upgrade.isKnown(in)) {
                state = State.OPEN;
                run.opened(this);
                return true;
            }
            parser = new ResponseHeadParser();
        }
        if (!upgrade.isAccepted(parser, in)) {
            return false;
        }
        parser = null;
        state = State.OPEN;
        run.opened(this);
        return true;
    }

    private int rawReplies(ByteBuffer in) {
        int length = frames.frameLength();
        if (received == 0 && rawBytes < length) {
            int part = (int) Math.min(in.remaining(), length - rawBytes);
            int differs = in.slice(in.position(), part)
                    .mismatch(frames.batch().clear().slice((int) rawBytes, part));
            if (differs >= 0) {
                long where = rawBytes + differs;
                run.tally().mismatch(() -> "what came back differs from what was sent at byte " + where);
            }
        }
        rawBytes += in.remaining();
        int replies = (int) (rawBytes / length - received);
        run.tally().plain(replies, (long) replies * length);
        return replies;
    }

    private void replied(int replies) throws LoadFault {
        received += replies;
        if (state != State.OPEN) {
            return;
        }
        if (run.play().due(this) < 0) {
            throw new LoadFault("more replies came than messages were sent");
        }
        run.play().replied(this, replies);
    }

    /** Sends more messages at the next flush. */
    void send(int messages) {
        sent += messages;
        owed += (long) messages * frames.frameLength();
    }

    /** Messages in flight were sent now. */
    void stamp(long nanos) {
        sentAt = nanos;
    }

    /** Begins the closing handshake; the server's answer ends the connection. */
    void close() {
        if (state == State.OPEN) {
            state = State.CLOSING;
            between = run.closeFrame();
        }
    }

    /** Writes as much as the socket takes, in as few calls as can be; asks to be called again for the rest. */
    void flush() throws IOException {
        if (state == State.ENDED || (owed == 0 && between == null && !wantsWrite)) {
            return;
        }
        wantsWrite(!(wire.flush() && writeAll() && wire.flush()));
    }

    private void wantsWrite(boolean wants) {
        if (wantsWrite != wants) {
            wantsWrite = wants;
            key.interestOps(wants ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    private boolean writeAll() throws IOException {
        while (owed > 0 || between != null) {
            if (between != null && at == 0) {
                wire.write(between);
                if (between.hasRemaining()) {
                    return false;
                }
                between = null;
                continue;
            }
            ByteBuffer batch = frames.batch();
            // With something to go between frames only the frame that was begun is written to its end.
            int room = (between == null ? batch.capacity() : frames.frameLength()) - at;
            int count = (int) Math.min(room, owed);
            int written = wire.write(batch.limit(at + count).position(at));
            owed -= written;
            at = (at + written) % frames.frameLength();
            if (written < count) {
                return false;
            }
        }
        return true;
    }

    /** Lets the messages go that no byte was written of; for the end of a run. Returns how many. */
    int disown() {
        long begun = at == 0 ? 0 : frames.frameLength() - at;
        long whole = (owed - begun) / frames.frameLength();
        if (whole <= 0) {
            return 0;
        }
        owed = begun;
        sent -= whole;
        return (int) whole;
    }

    @Override
    public void ping(byte[] payload) {
        // RFC 6455, 5.5.3: of several pings only the latest need be answered. A Close or a pong begun is not cut.
        if (state == State.OPEN && (between == null || between.position() == 0)) {
            between = Frames.control(Frames.PONG, payload);
        }
    }

    @Override
    public void close(byte[] payload) {
        if (state == State.CLOSING) {
            end();
            run.play().closed(this);
            return;
        }
        broken(new LoadFault("the server closed the connection: " + ReplyReader.words(payload)));
    }

    private void endOfStream() throws IOException {
        throw new LoadFault(
                switch (state) {
                    case UPGRADING -> "the server ended the connection within the handshake";
                    case CLOSING -> "the server ended the connection without answering our Close";
                    default -> "the server ended the connection without a Close";
                });
    }

    void broken(IOException e) {
        if (state == State.ENDED) {
            return;
        }
        String words;
        if (e instanceof LoadFault) {
            words = String.valueOf(e.getMessage());
        } else {
            words = switch (state) {
                case CONNECTING -> "could not connect: " + e.getMessage();
                case SECURING -> "TLS was not agreed: " + e.getMessage();
                case UPGRADING -> "the connection broke within the handshake: " + e.getMessage();
                default -> "the connection broke: " + e.getMessage();
            };
        }
        end();
        run.broken(this, words);
    }

    /**
     * Ends the connection at once. It is reset: the closing handshake is over or beyond hope, and a port that waits for
     * late segments would be missing for the next connection.
     */
    void end() {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        run.ended();
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // It was closed by the other side already.
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to be done for it.
        }
    }
}
