package dev.gibbon.internal.connection;

import dev.gibbon.MessageStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One message, read from the inbox while it arrives. For one thread at a time. */
final class InboxStream extends MessageStream {
    private final Inbox inbox;
    private final boolean text;
    private Inbox.@Nullable Part part;
    private int at;

    InboxStream(Inbox inbox, Inbox.Part first) {
        this.inbox = inbox;
        this.text = first.text;
        this.part = first;
    }

    @Override
    public boolean isText() {
        return text;
    }

    @Override
    public Reader reader() {
        if (!text) {
            throw new IllegalStateException("this message is binary: read its bytes");
        }
        return new InputStreamReader(this, StandardCharsets.UTF_8);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        Inbox.Part current = readable();
        if (current == null) {
            return -1;
        }
        int count = Math.min(length, current.size - at);
        System.arraycopy(current.bytes, at, target, offset, count);
        at += count;
        return count;
    }

    @Override
    public int available() {
        Inbox.Part current = part;
        return current == null ? 0 : current.size - at;
    }

    /** A part with bytes left; null at the end of the message. */
    private Inbox.@Nullable Part readable() throws IOException {
        try {
            Inbox.Part current = part;
            while (current != null && at == current.size) {
                current = current.last ? null : following();
                part = current;
                at = 0;
            }
            return current;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading a message");
        }
    }

    private Inbox.Part following() throws IOException, InterruptedException {
        Inbox.Part next = inbox.takePart(Long.MAX_VALUE);
        if (next == null) {
            throw new IOException("the connection ended within the message", inbox.endedWithin());
        }
        return next;
    }

    @Override
    public void close() throws IOException {
        try {
            skipRest(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while skipping a message");
        }
    }

    /** Skips the rest; false if the end of the connection, or of the time, came first. */
    boolean skipRest(long nanos) throws InterruptedException {
        long deadline = nanos == Long.MAX_VALUE ? 0 : System.nanoTime() + nanos;
        Inbox.Part current = part;
        while (current != null && !current.last) {
            // Skipped so far: an interrupt must not make the rest of this message look like one of its own.
            at = current.size;
            long left = nanos == Long.MAX_VALUE ? nanos : Math.max(0, deadline - System.nanoTime());
            Inbox.Part following = inbox.takePart(left);
            if (following == null) {
                return false;
            }
            part = following;
            current = following;
        }
        part = null;
        return true;
    }
}
