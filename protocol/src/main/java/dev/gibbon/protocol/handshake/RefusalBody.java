package dev.gibbon.protocol.handshake;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects the beginning of a refusal's body (RFC 9112, 6.3): by its length, in chunks, or until the connection ends. It
 * keeps a bounded number of bytes and then has enough: the rest is not waited for, and the connection is not used again, so
 * that a body without end costs nothing. Resumable at any byte. Confined to one thread at a time.
 */
public final class RefusalBody {

    /** What is kept of a body: enough for a message, 8 KiB. */
    public static final int DEFAULT_MAX_BYTES = 8 * 1024;

    private static final int FIRST_CAPACITY = 512;

    private static final byte[] NONE = new byte[0];

    private final int maxBytes;
    private final @Nullable ChunkScanner chunks;
    /** Bytes still to come by Content-Length, -1 if that is not known. */
    private long remaining;

    private byte[] bytes = NONE;
    private int length;
    private boolean done;
    private boolean whole;

    /**
     * A body of at most {@link #DEFAULT_MAX_BYTES}.
     *
     * @param response the head that it follows: the answer to a GET, not a 101
     */
    public RefusalBody(ReceivedResponse response) {
        this(response, DEFAULT_MAX_BYTES);
    }

    /**
     * A body of limited length.
     *
     * @param response the head that it follows: the answer to a GET or a refused CONNECT, not a 101
     * @param maxBytes the most bytes to keep, 0 or more
     * @throws IllegalArgumentException if the limit is negative
     */
    public RefusalBody(ReceivedResponse response, int maxBytes) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("the most bytes of a body to keep are 0 or more, not " + maxBytes);
        }
        this.maxBytes = maxBytes;
        HeaderFields fields = response.fields();
        boolean coded = fields.count("Transfer-Encoding") > 0;
        // RFC 9112, 6.3: "If a Transfer-Encoding header field is present and the chunked transfer coding is the final
        // encoding, the message body length is determined by reading and decoding the chunked data". With HTTP/1.0
        // the framing is faulty (6.1); the connection is closed after it anyway.
        chunks = coded && response.isHttp11() && isChunkedLast(fields) ? new ChunkScanner() : null;
        remaining = coded ? -1 : contentLength(fields);
        if (response.status() == 204 || response.status() == 304) {
            remaining = 0;
        }
        finishIfEnough();
    }

    private static boolean isChunkedLast(HeaderFields fields) {
        String last = "";
        for (String value : fields.all("Transfer-Encoding")) {
            last = value.substring(value.lastIndexOf(',') + 1).strip();
        }
        return last.equalsIgnoreCase("chunked");
    }

    /** The length, -1 if there is none that can be trusted: then the body lasts until the connection ends. */
    private static long contentLength(HeaderFields fields) {
        String value = fields.first("Content-Length");
        // Eighteen digits are fewer than a long can hold, and more than anybody sends.
        if (value == null || fields.count("Content-Length") != 1 || value.length() > 18) {
            return -1;
        }
        return value.isEmpty() || !value.chars().allMatch(Octets::isDigit) ? -1 : Long.parseLong(value);
    }

    /**
     * Takes bytes that came.
     *
     * @param in bytes from its position to its limit; all are taken, those of no use too. Not kept
     * @return true if there is nothing more to wait for: the body is whole, as much as is kept has come, or its chunks are
     *     broken
     */
    public boolean take(ByteBuffer in) {
        while (!done && in.hasRemaining()) {
            if (chunks != null) {
                chunks.taken(keep(in, chunks.scan(in)));
                if (chunks.isComplete() || chunks.isBroken()) {
                    whole = chunks.isComplete();
                    done = true;
                }
            } else if (remaining < 0) {
                keep(in, in.remaining());
            } else {
                remaining -= keep(in, (int) Math.min(remaining, in.remaining()));
            }
            finishIfEnough();
        }
        in.position(in.limit());
        return done;
    }

    /** Copies that many bytes, or as many as are still kept. Returns how many. */
    private int keep(ByteBuffer in, int run) {
        int count = Math.min(run, maxBytes - length);
        if (bytes.length - length < count) {
            int wanted = Math.max(length + count, Math.max(bytes.length * 2, FIRST_CAPACITY));
            bytes = Arrays.copyOf(bytes, Math.min(wanted, maxBytes));
        }
        in.get(bytes, length, count);
        length += count;
        return count;
    }

    private void finishIfEnough() {
        if (remaining == 0) {
            whole = true;
        }
        done |= whole || length == maxBytes;
    }

    /**
     * The peer ended its stream: nothing more will come.
     */
    public void end() {
        if (!done) {
            whole = remaining < 0 && chunks == null;
            done = true;
        }
    }

    /**
     * Whether there is nothing more to wait for.
     *
     * @return as {@link #take} said last; true from the beginning if the response has no body
     */
    public boolean isDone() {
        return done;
    }

    /**
     * Whether the bytes are the whole body, none cut off and none missing.
     *
     * @return true if they are; only meaningful when it {@link #isDone()}
     */
    public boolean isWhole() {
        return whole;
    }

    /**
     * What was kept so far.
     *
     * @return a new array of at most the limit
     */
    public byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }
}
