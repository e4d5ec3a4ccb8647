package dev.gibbon.protocol.handshake;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head of the final response to one request, strictly (RFC 9112): the answer to an opening handshake, or of a
 * proxy to CONNECT. Resumable at any byte: no byte is looked at again because more came. Informational responses (1xx but
 * 101) that come before it are skipped.
 *
 * <p>Confined to one thread at a time; used once. It holds no bytes before the first one comes, never more than
 * {@link HeadLimits#maxHeadBytes()}, and never touches a byte behind the head: what is left in the buffer is the first
 * frame, the first bytes of the tunnel, or the body ({@link RefusalBody}). It judges nothing: that is {@link ClientHandshake}.
 */
public final class ResponseHeadParser {

    /** What {@link #parse} came to. */
    public enum Result {
        /** The head is not whole yet; all bytes were taken. */
        NEEDS_BYTES,
        /** The head is whole and in order; the buffer stands behind its last byte. */
        COMPLETE,
        /** The bytes are not a response head, or break a limit; nothing behind the fault may be read as anything. */
        FAILED
    }

    /** The most informational responses before the final one. Servers send one or two; a flood of them has no other bound. */
    public static final int MAX_INFORMATIONAL = 16;

    private static final int SWITCHING_PROTOCOLS = 101;

    private final HeadLimits limits;
    private HeadBytes input;
    private StatusLine line;
    private FieldSection section;
    private int at;
    private int informational;
    private @Nullable ReceivedResponse response;
    private @Nullable String fault;

    /** A parser with {@link HeadLimits#DEFAULT}. */
    public ResponseHeadParser() {
        this(HeadLimits.DEFAULT);
    }

    /**
     * A parser with limits, which hold for each head: those of informational responses and the final one.
     *
     * @param limits what a peer may send
     */
    public ResponseHeadParser(HeadLimits limits) {
        this.limits = limits;
        this.input = new HeadBytes(limits.maxHeadBytes());
        this.line = new StatusLine(limits);
        this.section = new FieldSection(limits);
    }

    /**
     * Takes the bytes that came. After {@code COMPLETE} or {@code FAILED} it takes nothing and repeats itself.
     *
     * @param in bytes from its position to its limit; the position moves behind what was taken: exactly the head when it is
     *     complete, the byte that decided it when it failed. Any kind of buffer; not kept
     * @return what it came to
     */
    public Result parse(ByteBuffer in) {
        while (response == null && fault == null) {
            if (!in.hasRemaining()) {
                return Result.NEEDS_BYTES;
            }
            input.fill(in);
            scan();
            if (section.isComplete() || fault != null) {
                input.giveBack(in, at);
                if (section.isComplete()) {
                    complete();
                }
            } else if (input.isFull()) {
                fault = ResponseFaults.HEAD_TOO_LONG;
            }
        }
        return fault != null ? Result.FAILED : Result.COMPLETE;
    }

    private void scan() {
        byte[] bytes = input.bytes();
        int end = input.length();
        if (!line.isComplete()) {
            at = line.scan(bytes, at, end);
            fault = line.fault();
        }
        if (line.isComplete()) {
            at = section.scan(bytes, at, end);
            Refusal refusal = section.refusal();
            if (refusal != null) {
                fault = ResponseFaults.of(refusal);
            }
        }
    }

    private void complete() {
        if (line.status() >= 200 || line.status() == SWITCHING_PROTOCOLS) {
            byte[] bytes = input.compact(at);
            response = new ReceivedResponse(bytes, line, section.fields(bytes));
            return;
        }
        // RFC 9110, 15.2: "A client MUST be able to parse one or more 1xx responses received prior to a final
        // response, even if the client does not expect one."
        if (++informational > MAX_INFORMATIONAL) {
            fault = ResponseFaults.TOO_MANY_INFORMATIONAL;
            return;
        }
        input = new HeadBytes(limits.maxHeadBytes());
        line = new StatusLine(limits);
        section = new FieldSection(limits);
        at = 0;
    }

    /**
     * The response, after {@code COMPLETE}.
     *
     * @return the final response
     * @throws IllegalStateException if no head is complete
     */
    public ReceivedResponse response() {
        if (response == null) {
            throw new IllegalStateException("no head is complete");
        }
        return response;
    }

    /**
     * What was wrong, after {@code FAILED}.
     *
     * @return a phrase without bytes of the peer, for a message or a log
     * @throws IllegalStateException if nothing was wrong
     */
    public String fault() {
        if (fault == null) {
            throw new IllegalStateException("no head has failed");
        }
        return fault;
    }

    /**
     * Whether a byte of a response has come: the difference between a server that is silent and one that broke off.
     *
     * @return true from the first byte
     */
    public boolean hasBegun() {
        return informational > 0 || input.length() > 0;
    }
}
