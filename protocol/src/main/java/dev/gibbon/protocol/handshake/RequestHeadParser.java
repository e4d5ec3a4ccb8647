package dev.gibbon.protocol.handshake;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one HTTP/1.1 request head after another, strictly (RFC 9112). Resumable at any byte: no byte is looked at again
 * because more came, and where a head is refused does not depend on how it was cut into buffers.
 *
 * <p>Confined to one thread at a time. It holds no bytes before the first one comes, never more than
 * {@link HeadLimits#maxHeadBytes()}, and never touches a byte behind the head. It does not read bodies and does not judge
 * methods or upgrades: that is {@link OpeningHandshake}.
 */
public final class RequestHeadParser {

    /** What {@link #parse} came to. */
    public enum Result {
        /** The head is not whole yet; all bytes were taken. */
        NEEDS_BYTES,
        /** The head is whole and in order; the buffer stands behind its last byte. */
        COMPLETE,
        /** The head is refused; the bytes behind the fault must never be read as anything. */
        REFUSED
    }

    /** For a head that was within its limits before. */
    private static final HeadLimits ANY =
            new HeadLimits(HeadLimits.MAX_BYTES, HeadLimits.MAX_BYTES, HeadLimits.MAX_FIELDS);

    private final HeadLimits limits;
    private HeadBytes input;
    private RequestLine line;
    private FieldSection section;
    private int at;
    private @Nullable RequestHead head;
    private @Nullable Refusal refusal;

    /** A parser with {@link HeadLimits#DEFAULT}. */
    public RequestHeadParser() {
        this(HeadLimits.DEFAULT);
    }

    /**
     * A parser with limits.
     *
     * @param limits what a peer may send
     */
    public RequestHeadParser(HeadLimits limits) {
        this.limits = limits;
        this.input = new HeadBytes(limits.maxHeadBytes());
        this.line = new RequestLine(limits);
        this.section = new FieldSection(limits);
    }

    /**
     * Takes the bytes that came. After {@code COMPLETE} or {@code REFUSED} it takes nothing and repeats itself until
     * {@link #reset}.
     *
     * @param in bytes from its position to its limit; the position moves behind what was taken: exactly the head when it is
     *     complete, the byte that decided it when it is refused. Any kind of buffer; not kept
     * @return what it came to
     */
    public Result parse(ByteBuffer in) {
        while (head == null && refusal == null) {
            if (!in.hasRemaining()) {
                return Result.NEEDS_BYTES;
            }
            input.fill(in);
            scan();
            if (head != null || refusal != null) {
                input.giveBack(in, at);
            } else if (input.isFull()) {
                refusal = Refusals.HEAD_TOO_LONG;
            }
        }
        return refusal != null ? Result.REFUSED : Result.COMPLETE;
    }

    private void scan() {
        byte[] bytes = input.bytes();
        int end = input.length();
        if (!line.isComplete()) {
            at = line.scan(bytes, at, end);
            refusal = line.refusal();
        }
        if (line.isComplete()) {
            at = section.scan(bytes, at, end);
            refusal = section.refusal();
            if (section.isComplete()) {
                complete(input.compact(at));
            }
        }
    }

    private void complete(byte[] bytes) {
        RequestTarget target = new RequestTarget(bytes, line.targetStart(), line.targetEnd());
        HeaderFields fields = section.fields(bytes);
        refusal = target.read();
        if (refusal != null) {
            return;
        }
        Authority host = target.authority();
        int field = fields.indexOf("Host", 0);
        if (field >= 0) {
            // RFC 9112, 3.2: "A server MUST respond with a 400 ... to any request message that contains more than one
            // Host header field line or a Host header field with an invalid field value."
            if (fields.indexOf("Host", field + 1) >= 0) {
                refusal = Refusals.HOST_REPEATED;
                return;
            }
            Authority named = Authority.parse(bytes, fields.valueStart(field), fields.valueEnd(field));
            if (named == null) {
                refusal = Refusals.HOST_INVALID;
                return;
            }
            // RFC 9112, 3.2.2 would have the target win. Two answers to "which host?" are refused here.
            if (!target.agreesWith(named)) {
                refusal = Refusals.HOST_DIFFERS;
                return;
            }
            host = named;
        } else if (line.isHttp11()) {
            // RFC 9112, 3.2: "... to any HTTP/1.1 request message that lacks a Host header field"
            refusal = Refusals.HOST_MISSING;
            return;
        }
        head = new RequestHead(
                bytes,
                new RequestHead.Reading(line.methodStart(), line.methodEnd(), line.isHttp11(), target, fields, host));
    }

    /** Reads the bytes of a head that was found in order before; what lies behind it does not matter. */
    static RequestHead.Reading readAgain(byte[] bytes) {
        RequestHeadParser again = new RequestHeadParser(ANY);
        again.parse(ByteBuffer.wrap(bytes));
        RequestHead read = again.head();
        return read.reading();
    }

    /**
     * The head, after {@code COMPLETE}.
     *
     * @return the head; it stays valid after {@link #reset}
     * @throws IllegalStateException if no head is complete
     */
    public RequestHead head() {
        if (head == null) {
            throw new IllegalStateException("no head is complete");
        }
        return head;
    }

    /**
     * Why the head was refused, after {@code REFUSED}.
     *
     * @return the refusal
     * @throws IllegalStateException if no head was refused
     */
    public Refusal refusal() {
        if (refusal == null) {
            throw new IllegalStateException("no head was refused");
        }
        return refusal;
    }

    /**
     * Whether a byte of the current head has come. A peer that is too slow gets an answer (408) only if it began.
     *
     * @return true from the first byte of a head to {@link #reset}
     */
    public boolean hasBegun() {
        return input.length() > 0;
    }

    /** Forgets the current head and begins the next one. */
    public void reset() {
        input = new HeadBytes(limits.maxHeadBytes());
        line = new RequestLine(limits);
        section = new FieldSection(limits);
        at = 0;
        head = null;
        refusal = null;
    }
}
