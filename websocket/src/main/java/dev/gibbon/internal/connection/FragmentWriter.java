package dev.gibbon.internal.connection;

import dev.gibbon.Compression;
import dev.gibbon.MessageWriter;
import dev.gibbon.protocol.Opcode;
import dev.gibbon.protocol.Utf8Validator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes one message as fragments. The application's half gathers bytes for one thread; the loop's half is the state between
 * fragments and what was written before its turn came.
 */
final class FragmentWriter extends MessageWriter {
    /** One fragment: large enough that headers do not matter, small enough that control frames pass soon. */
    private static final int FRAGMENT_BYTES = 16 << 10;

    private final Connection connection;
    private final boolean text;
    private final Compression compression;
    private final byte[] gathered = new byte[FRAGMENT_BYTES];
    private int size;
    private final @Nullable Utf8Validator utf8;
    private char highSurrogate;
    private boolean closed;
    private volatile boolean failed;
    /** Its turn has come: its fragments are written as they come. Set by the loop. */
    private volatile boolean inTurn;
    /** The cost of fragments that the loop has not taken yet. Both halves change it. */
    private final AtomicLong pending = new AtomicLong();

    // The loop's half.
    private boolean begun;
    private boolean deflated;
    private @Nullable ArrayDeque<Submission> early;

    FragmentWriter(Connection connection, boolean text, Compression compression) {
        this.connection = connection;
        this.compression = compression;
        this.text = text;
        this.utf8 = text ? new Utf8Validator() : null;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireOpen();
        if (utf8 != null && !utf8.feed(ByteBuffer.wrap(bytes), offset, offset + length)) {
            abandon();
            throw new IllegalArgumentException(
                    "these bytes are not UTF-8, which a text message must be; the connection is closed with 1011");
        }
        gather(bytes, offset, length);
    }

    private void gather(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (size == FRAGMENT_BYTES) {
                send(false);
            }
            int count = Math.min(left, FRAGMENT_BYTES - size);
            System.arraycopy(bytes, from, gathered, size, count);
            size += count;
            from += count;
            left -= count;
        }
    }

    @Override
    public void write(String part) throws IOException {
        if (!text) {
            throw new IllegalStateException("this message is binary: write bytes");
        }
        requireOpen();
        String whole = highSurrogate == 0 ? part : highSurrogate + part;
        highSurrogate = 0;
        if (!whole.isEmpty() && Character.isHighSurrogate(whole.charAt(whole.length() - 1))) {
            highSurrogate = whole.charAt(whole.length() - 1);
            whole = whole.substring(0, whole.length() - 1);
        }
        byte[] bytes = dev.gibbon.internal.message.OwnedMessage.utf8(whole);
        write(bytes, 0, bytes.length);
    }

    @Override
    public void flush() throws IOException {
        if (!closed && size > 0) {
            send(false);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        if (failed) {
            closed = true;
            throw new IOException("the connection closed before the message was complete");
        }
        if ((utf8 != null && !utf8.complete()) || highSurrogate != 0) {
            abandon();
            throw new IOException("the text ends inside a character; the connection is closed with 1011");
        }
        send(true);
        closed = true;
    }

    @Override
    public void abandon() {
        if (!closed) {
            closed = true;
            connection.socket().submitOrRun(Submission.of(Submission.Kind.ABANDON, this));
        }
    }

    private void requireOpen() throws IOException {
        if (failed) {
            throw new IOException("the connection closed before the message was complete");
        }
        if (closed) {
            throw new IOException("the message was ended already");
        }
    }

    private void send(boolean last) throws IOException {
        requireOpen();
        byte[] fragment = java.util.Arrays.copyOf(gathered, size);
        size = 0;
        long cost = Submissions.costOf(fragment.length);
        try {
            connection.socket().reserveForWriter(cost, this);
        } catch (IOException | RuntimeException e) {
            // These bytes are lost, so the message must not go on behind the gap.
            abandon();
            throw e;
        }
        connection.socket().submitOrRun(Submission.fragment(this, fragment, last, cost));
    }

    boolean hasFailed() {
        return failed;
    }

    /** Takes room for a fragment, if there is any. */
    boolean tryReserve(long cost) {
        Submissions submissions = connection.submissions();
        if (inTurn ? submissions.reserveInTurn(cost, pending.get()) : submissions.reserve(cost)) {
            pending.addAndGet(cost);
            return true;
        }
        return false;
    }

    // ---- on the loop

    /** Its turn has come. */
    void begin() {
        inTurn = true;
    }

    /** A fragment of this cost was written. */
    void wrote(long cost) {
        pending.addAndGet(-cost);
    }

    Compression compression() {
        return compression;
    }

    /** Whether its message is compressed, which its first fragment decides. */
    boolean isDeflated() {
        return deflated;
    }

    void deflated(boolean decided) {
        deflated = decided;
    }

    Opcode nextOpcode() {
        if (begun) {
            return Opcode.CONTINUATION;
        }
        begun = true;
        return text ? Opcode.TEXT : Opcode.BINARY;
    }

    void early(Submission fragment) {
        ArrayDeque<Submission> waiting = early;
        if (waiting == null) {
            waiting = new ArrayDeque<>();
            early = waiting;
        }
        waiting.add(fragment);
    }

    @Nullable
    Submission takeEarly() {
        ArrayDeque<Submission> waiting = early;
        return waiting == null ? null : waiting.poll();
    }

    void fail() {
        failed = true;
    }
}
