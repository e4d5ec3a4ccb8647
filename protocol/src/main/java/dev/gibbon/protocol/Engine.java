package dev.gibbon.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One end of a WebSocket connection after its opening handshake (RFC 6455, 5 to 8): bytes in, events out; commands in, bytes
 * out. It knows no socket and does no I/O; the read side never writes, so answering a Ping or a Close is up to whoever owns
 * the write side. All methods belong to one thread at a time, or to callers that exclude each other.
 *
 * <p>Faults of the peer come out as {@link Event#FAILED}; mistakes of the caller are exceptions. Nothing is allocated for a
 * frame or a message; what does not lie whole in the caller's buffer is assembled in one buffer from a
 * {@link BufferPool}, and an engine between messages holds none.
 */
public final class Engine {
    /** What {@link #next} and {@link #filled} say. */
    public enum Event {
        /** All bytes were taken and no event is complete. */
        NEEDS_BYTES,
        /** A whole data message, in {@link Delivery#WHOLE}: see {@link Engine#isText()} and the payload methods. */
        MESSAGE,
        /** Some bytes of a data message, in {@link Delivery#PARTS}; empty only when it is the last part. */
        PART,
        /** A Ping; a Pong with the same payload is owed while the state allows control frames. */
        PING,
        /** A Pong. */
        PONG,
        /** A valid Close: see {@link Engine#closeCode()}. Ours is owed unless it was sent before. */
        CLOSE,
        /** The peer broke a rule or exceeded a limit: see {@link Engine#failure()}. A Close with that code is due. */
        FAILED
    }

    /** Missing payload from which {@link #directTarget} offers the assembly buffer. */
    private static final int DIRECT_FROM = 32 * 1024;

    /** Payload that must have come before that, so that a claim alone reserves nothing. */
    private static final int DIRECT_AFTER = 8 * 1024;

    /** The reserved bits that an agreed extension gives a meaning, on the first frame of a message; RSV1 is 4. */
    private static final int ALLOWED_RSV = 0;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final Role role;
    private final Limits limits;
    private final boolean parts;
    private final BufferPool buffers;
    private final MaskSource masks;
    private final FrameHeader header = new FrameHeader();

    private CloseState state = CloseState.OPEN;

    /** Payload of the current incoming frame that has not come yet; looked at inside a payload only. */
    private long remaining;

    /** Payload that the headers of the open message have announced, and how many headers there were. */
    private long messageBytes;

    private int messageFrames;
    private int utf8;
    private boolean insidePayload;
    private boolean messageOpen;
    private boolean text;
    private boolean partGiven;
    private boolean first;
    private boolean last;
    private boolean lent;
    private boolean sendingFragments;

    private ByteBuffer payload = EMPTY;
    private int payloadOffset;
    private int payloadLength;
    private int closeCode;

    private @Nullable AssemblyBuffer message;
    private @Nullable AssemblyBuffer control;
    private @Nullable String closeReason;
    private @Nullable Failure failure;
    private @Nullable FrameTap tap;
    private @Nullable FrameHeader outgoing;

    /**
     * An engine at the start of a connection.
     *
     * @param role which end this is
     * @param limits what the peer may ask for
     * @param delivery whole messages or parts
     * @param buffers where memory for assembly is borrowed
     * @param masks where a client's masking keys come from; a server's engine never asks
     * @throws IllegalArgumentException when whole messages above 2,147,483,639 bytes are to be allowed
     */
    public Engine(Role role, Limits limits, Delivery delivery, BufferPool buffers, MaskSource masks) {
        if (delivery == Delivery.WHOLE && limits.maxMessageBytes() > AssemblyBuffer.LARGEST) {
            throw new IllegalArgumentException("whole messages have at most " + AssemblyBuffer.LARGEST
                    + " bytes, not maxMessageBytes " + limits.maxMessageBytes() + "; Delivery.PARTS has no such bound");
        }
        this.role = role;
        this.limits = limits;
        this.parts = delivery == Delivery.PARTS;
        this.buffers = buffers;
        this.masks = masks;
    }

    // ---- read side

    /**
     * Takes bytes up to the next event. Payload is unmasked where it lies. Call again until it says
     * {@link Event#NEEDS_BYTES}, which it says for ever after {@link Event#CLOSE} and {@link Event#FAILED}, discarding what
     * comes.
     *
     * @param in bytes of the peer between position and limit; writable; any byte order. The position is advanced behind what
     *     was taken, which is all of it when the answer is {@link Event#NEEDS_BYTES}
     * @return what happened
     */
    public Event next(ByteBuffer in) {
        if (lent) {
            takeBack();
        }
        if (!state.mayReceive()) {
            in.position(in.limit());
            return Event.NEEDS_BYTES;
        }
        while (true) {
            if (!insidePayload) {
                if (!header.parse(in)) {
                    return judgeIncomplete();
                }
                if (!begin()) {
                    return Event.FAILED;
                }
            }
            int length = (int) Math.min(remaining, in.limit() - in.position());
            Event event = header.isControl() ? control(in, length) : parts ? part(in, length) : data(in, length);
            if (event != null) {
                return event;
            }
        }
    }

    private Event judgeIncomplete() {
        // A bad control length is known at the second byte; the peer need not send the other eight.
        if (header.hasOpening()) {
            FrameRule broken = judgeOpening();
            if (broken != null) {
                return fail(broken.failure());
            }
        }
        return Event.NEEDS_BYTES;
    }

    private @Nullable FrameRule judgeOpening() {
        FrameRule broken = FrameRules.judgeOpening(header, ALLOWED_RSV, messageOpen);
        return broken != null ? broken : FrameRules.judgeMask(header, role);
    }

    /** A header is complete: judges it and enters its payload. False when it failed the connection. */
    private boolean begin() {
        if (tap != null) {
            tap.header(true, header);
        }
        FrameRule broken = judgeOpening();
        if (broken == null) {
            broken = FrameRules.judgeLength(header);
        }
        if (broken != null) {
            fail(broken.failure());
            return false;
        }
        remaining = header.payloadLength();
        if (!header.isControl() && !beginData()) {
            return false;
        }
        insidePayload = true;
        return true;
    }

    private boolean beginData() {
        if (!messageOpen) {
            messageBytes = 0;
            messageFrames = 0;
        }
        Failure exceeded = FrameRules.judgeLimits(header, limits, messageBytes, messageFrames);
        if (exceeded != null) {
            fail(exceeded);
            return false;
        }
        if (!messageOpen) {
            messageOpen = true;
            text = header.opcodeBits() == Opcode.TEXT.code();
            utf8 = Utf8Validator.ACCEPT;
            partGiven = false;
        }
        messageBytes += remaining;
        messageFrames++;
        return true;
    }

    /** Whole messages. Null: go on. */
    private @Nullable Event data(ByteBuffer in, int length) {
        boolean frameEnds = length == remaining;
        boolean messageEnds = frameEnds && header.fin();
        int from = in.position();
        boolean assembled = message != null && message.size() > 0;
        if (messageEnds && !assembled) {
            // The message lies whole in the caller's buffer: handed out as it lies there.
            return takeInPlace(in, length) ? endMessage(in, from, length) : fail(FrameRule.TEXT_UTF8.failure());
        }
        if (length > 0 && !assemble(in, from, length)) {
            return fail(FrameRule.TEXT_UTF8.failure());
        }
        in.position(from + length);
        return endChunk(frameEnds, messageEnds, in);
    }

    private @Nullable Event endChunk(boolean frameEnds, boolean messageEnds, ByteBuffer in) {
        if (!frameEnds) {
            return Event.NEEDS_BYTES;
        }
        insidePayload = false;
        if (!messageEnds) {
            return null;
        }
        if (text && utf8 != Utf8Validator.ACCEPT) {
            return fail(FrameRule.TEXT_UTF8.failure());
        }
        return endMessage(in, 0, 0);
    }

    private boolean assemble(ByteBuffer in, int from, int length) {
        if (tap != null) {
            tap.payload(true, in, from, length);
        }
        AssemblyBuffer target = message;
        if (target == null) {
            target = new AssemblyBuffer(buffers);
            message = target;
        }
        int at = target.size();
        target.append(in, from, length, at + remaining);
        return unmask(target.buffer(), at, length);
    }

    /** Parts. Null: go on. */
    private @Nullable Event part(ByteBuffer in, int length) {
        boolean frameEnds = length == remaining;
        int from = in.position();
        if (!takeInPlace(in, length)) {
            return fail(FrameRule.TEXT_UTF8.failure());
        }
        last = frameEnds && header.fin();
        if (frameEnds) {
            insidePayload = false;
        }
        if (length == 0 && !last) {
            return frameEnds ? null : Event.NEEDS_BYTES;
        }
        first = !partGiven;
        partGiven = true;
        messageOpen = !last;
        show(in, from, length);
        return Event.PART;
    }

    /** Unmasks and checks payload in the caller's buffer. False when it is not UTF-8. */
    private boolean takeInPlace(ByteBuffer in, int length) {
        int from = in.position();
        if (tap != null && length > 0) {
            tap.payload(true, in, from, length);
        }
        in.position(from + length);
        boolean ends = length == remaining && header.fin();
        return unmask(in, from, length) && !(text && ends && utf8 != Utf8Validator.ACCEPT);
    }

    /** Unmasks the next bytes of the data frame, wherever they lie, and checks text. False when it is not UTF-8. */
    private boolean unmask(ByteBuffer buffer, int from, int length) {
        int to = from + length;
        long or = unmask(buffer, from, to, text);
        remaining -= length;
        if (!text || (utf8 == Utf8Validator.ACCEPT && (or & Masking.NOT_ASCII) == 0)) {
            return true;
        }
        utf8 = Utf8Validator.run(buffer, from, to, utf8);
        return utf8 != Utf8Validator.REJECT;
    }

    private long unmask(ByteBuffer buffer, int from, int to, boolean check) {
        if (header.masked()) {
            int phase = (int) (header.payloadLength() - remaining);
            return Masking.apply(buffer, from, to, header.key(), phase);
        }
        return check ? Masking.or(buffer, from, to) : 0;
    }

    private Event endMessage(ByteBuffer in, int from, int length) {
        insidePayload = false;
        messageOpen = false;
        first = true;
        last = true;
        AssemblyBuffer assembled = message;
        if (assembled != null && assembled.size() > 0) {
            lent = true;
            show(assembled.buffer(), 0, assembled.size());
        } else {
            show(in, from, length);
        }
        return Event.MESSAGE;
    }

    /** Ping, Pong and Close. Null: never. */
    private Event control(ByteBuffer in, int length) {
        int from = in.position();
        in.position(from + length);
        if (tap != null && length > 0) {
            tap.payload(true, in, from, length);
        }
        boolean ends = length == remaining;
        if (ends && (control == null || control.size() == 0)) {
            unmask(in, from, from + length, false);
            return endControl(in, from, length);
        }
        AssemblyBuffer target = control;
        if (target == null) {
            target = new AssemblyBuffer(buffers);
            control = target;
        }
        if (length > 0) {
            int at = target.size();
            target.append(in, from, length, at + remaining);
            unmask(target.buffer(), at, at + length, false);
            remaining -= length;
        }
        if (!ends) {
            return Event.NEEDS_BYTES;
        }
        lent = true;
        return endControl(target.buffer(), 0, target.size());
    }

    private Event endControl(ByteBuffer buffer, int from, int length) {
        insidePayload = false;
        show(buffer, from, length);
        int opcode = header.opcodeBits();
        if (opcode == Opcode.CLOSE.code()) {
            return close(buffer, from, length);
        }
        return opcode == Opcode.PING.code() ? Event.PING : Event.PONG;
    }

    private Event close(ByteBuffer buffer, int from, int length) {
        FrameRule broken = FrameRules.judgeClose(buffer, from, from + length);
        if (broken != null) {
            return fail(broken.failure());
        }
        if (length == 0) {
            // RFC 6455, 7.1.5: "If this Close control frame contains no status code, _The WebSocket Connection Close
            // Code_ is
            // considered to be 1005."
            closeCode = CloseCode.NO_STATUS;
            closeReason = "";
        } else {
            closeCode = FrameRules.closeCode(buffer, from);
            byte[] reason = new byte[length - 2];
            buffer.get(from + 2, reason);
            closeReason = new String(reason, StandardCharsets.UTF_8);
        }
        state = Lifecycle.closeReceived(state);
        dropAssembly();
        return Event.CLOSE;
    }

    private Event fail(Failure why) {
        failure = why;
        state = Lifecycle.failed(state);
        dropAssembly();
        return Event.FAILED;
    }

    private void show(ByteBuffer buffer, int offset, int length) {
        payload = buffer;
        payloadOffset = offset;
        payloadLength = length;
    }

    /** What was lent with the last event goes back to the pool. */
    private void takeBack() {
        lent = false;
        show(EMPTY, 0, 0);
        if (control != null && control.size() > 0) {
            control.release();
        } else if (message != null) {
            message.release();
        }
    }

    private void dropAssembly() {
        lent = false;
        insidePayload = false;
        messageOpen = false;
        show(EMPTY, 0, 0);
        if (message != null) {
            message.release();
            message = null;
        }
        if (control != null) {
            control.release();
            control = null;
        }
    }

    /**
     * The buffer that holds the payload of the last event: the caller's own or one of assembly. Valid until the next call of
     * {@link #next}, {@link #filled} or {@link #release}; its position and limit mean nothing, and it is for reading only.
     *
     * @return the buffer; after an event without payload an empty one
     */
    public ByteBuffer payloadBuffer() {
        return payload;
    }

    /**
     * Where the payload of the last MESSAGE, PART, PING or PONG begins.
     *
     * @return an index into {@link #payloadBuffer()}
     */
    public int payloadOffset() {
        return payloadOffset;
    }

    /**
     * The size of the payload of the last MESSAGE, PART, PING or PONG.
     *
     * @return bytes
     */
    public int payloadLength() {
        return payloadLength;
    }

    /**
     * The type of the message of the last MESSAGE or PART.
     *
     * @return true for text, false for binary
     */
    public boolean isText() {
        return text;
    }

    /**
     * Whether the last PART is the first of its message; true after MESSAGE.
     *
     * @return true for the first part
     */
    public boolean isFirstPart() {
        return first;
    }

    /**
     * Whether the last PART is the last of its message; true after MESSAGE.
     *
     * @return true for the last part
     */
    public boolean isLastPart() {
        return last;
    }

    /**
     * The code of the peer's Close frame.
     *
     * @return 1000 to 4999, 1005 when the frame had none, 0 when no Close has come
     */
    public int closeCode() {
        return closeCode;
    }

    /**
     * The reason of the peer's Close frame.
     *
     * @return at most 123 bytes of UTF-8; empty when the frame had none or no Close has come
     */
    public String closeReason() {
        return closeReason == null ? "" : closeReason;
    }

    /**
     * Why the connection failed.
     *
     * @return null until {@link Event#FAILED}
     */
    public @Nullable Failure failure() {
        return failure;
    }

    /**
     * Where the next bytes of a large payload belong, so that the caller may read its socket straight into it and then
     * call {@link #filled}. Offered in {@link Delivery#WHOLE} when {@link #next} took all it was given, 8 KiB of the message
     * have come and 32 KiB or more of its frame are missing.
     *
     * @return the assembly buffer, its position and limit around the room for bytes of this frame, never beyond its end; the
     *     room grows with what has come, to four times of it at most. Null when there is none at the moment
     */
    public @Nullable ByteBuffer directTarget() {
        AssemblyBuffer target = message;
        if (target == null
                || !insidePayload
                || remaining < DIRECT_FROM
                || target.size() < DIRECT_AFTER
                || header.isControl()) {
            return null;
        }
        int size = target.size();
        ByteBuffer buffer = target.reserve(1, size + remaining);
        int room = (int) Math.min(remaining, buffer.capacity() - size);
        return buffer.limit(size + room).position(size);
    }

    /**
     * Takes bytes that were put into {@link #directTarget()} from its position on.
     *
     * @param count how many, 0 or more
     * @return MESSAGE, FAILED or NEEDS_BYTES
     * @throws IllegalArgumentException when count is negative or above the room that was offered
     * @throws IllegalStateException when no target was offered
     */
    public Event filled(int count) {
        AssemblyBuffer target = message;
        if (target == null || lent || !insidePayload || header.isControl()) {
            throw new IllegalStateException("no direct target was offered");
        }
        int at = target.size();
        if (count < 0 || count > remaining || count > target.capacity() - at) {
            throw new IllegalArgumentException("filled " + count + " bytes of the direct target, which had less room");
        }
        ByteBuffer buffer = target.buffer().clear();
        if (tap != null && count > 0) {
            tap.payload(true, buffer, at, count);
        }
        boolean frameEnds = count == remaining;
        target.advance(count);
        if (!unmask(buffer, at, count)) {
            return fail(FrameRule.TEXT_UTF8.failure());
        }
        Event event = endChunk(frameEnds, frameEnds && header.fin(), buffer);
        return event == null ? Event.NEEDS_BYTES : event;
    }

    /**
     * The peer ended its stream.
     *
     * @return true when its Close frame had come before
     */
    public boolean endOfStream() {
        state = Lifecycle.streamEnded(state);
        dropAssembly();
        return closeCode != 0;
    }

    /** Gives back what is held, at the end of the connection. May be called more than once; the last payload is gone. */
    public void release() {
        dropAssembly();
    }

    /**
     * Memory held for assembly at the moment.
     *
     * @return the capacity of buffers from the pool, in bytes
     */
    public int heldBytes() {
        int held = message == null ? 0 : message.capacity();
        return control == null ? held : held + control.capacity();
    }

    // ---- write side

    /**
     * How far the closing handshake has come.
     *
     * @return the state
     */
    public CloseState state() {
        return state;
    }

    /**
     * The size of the header of a frame that this end sends.
     *
     * @param payloadLength bytes, 0 or more
     * @return 2 to 14 bytes
     */
    public int headerLength(long payloadLength) {
        return FrameHeader.lengthOf(payloadLength, role.masksOutgoing());
    }

    /**
     * Writes the header of a frame whose payload the caller sends as it is. Only for a server, whose frames carry no mask.
     *
     * @param out has room for {@link #headerLength} bytes
     * @param opcode any but Close
     * @param fin whether the message ends with this frame
     * @param rsv1 false, because no extension is agreed
     * @param payloadLength bytes, 0 or more
     * @throws IllegalStateException when the lifecycle or an unfinished message does not allow the frame, or for a client
     * @throws IllegalArgumentException when the frame would break a rule
     * @throws java.nio.BufferOverflowException when {@code out} has no room
     */
    public void writeHeader(ByteBuffer out, Opcode opcode, boolean fin, boolean rsv1, long payloadLength) {
        if (role.masksOutgoing()) {
            throw new IllegalStateException("a client's payload is masked: use writeFrame");
        }
        begin(opcode, fin, rsv1, payloadLength);
        header(out, opcode, fin, rsv1, 0, payloadLength);
    }

    /**
     * Writes a frame.
     *
     * @param out has room for {@link #headerLength} and the payload; another buffer than the payload's
     * @param opcode any but Close
     * @param fin whether the message ends with this frame
     * @param rsv1 false, because no extension is agreed
     * @param payload the bytes between its position and limit, which stay as they are; never changed
     * @throws IllegalStateException when the lifecycle or an unfinished message does not allow the frame
     * @throws IllegalArgumentException when the frame would break a rule
     * @throws java.nio.BufferOverflowException when {@code out} has no room; nothing was written then
     */
    public void writeFrame(ByteBuffer out, Opcode opcode, boolean fin, boolean rsv1, ByteBuffer payload) {
        writeFrame(out, opcode, fin, rsv1, payload, payload.position(), payload.remaining());
    }

    /**
     * Writes a frame.
     *
     * @param out has room for {@link #headerLength} and the payload; another buffer than the payload's
     * @param opcode any but Close
     * @param fin whether the message ends with this frame
     * @param rsv1 false, because no extension is agreed
     * @param payload holds the payload; never changed, its position does not matter
     * @param offset where the payload begins, as an absolute index
     * @param length its size in bytes
     * @throws IllegalStateException when the lifecycle or an unfinished message does not allow the frame
     * @throws IllegalArgumentException when the frame would break a rule
     * @throws IndexOutOfBoundsException when the range is not below the buffer's limit
     * @throws java.nio.BufferOverflowException when {@code out} has no room; nothing was written then
     */
    public void writeFrame(
            ByteBuffer out, Opcode opcode, boolean fin, boolean rsv1, ByteBuffer payload, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, payload.limit());
        requireRoom(out, length);
        begin(opcode, fin, rsv1, length);
        int key = role.masksOutgoing() ? masks.nextKey() : 0;
        header(out, opcode, fin, rsv1, key, length);
        int at = out.position();
        out.put(at, payload, offset, length);
        endFrame(out, at, length, key);
    }

    /**
     * Writes a frame.
     *
     * @param out has room for {@link #headerLength} and the payload
     * @param opcode any but Close
     * @param fin whether the message ends with this frame
     * @param rsv1 false, because no extension is agreed
     * @param payload holds the payload; never changed
     * @param offset where it begins
     * @param length its size in bytes
     * @throws IllegalStateException when the lifecycle or an unfinished message does not allow the frame
     * @throws IllegalArgumentException when the frame would break a rule
     * @throws IndexOutOfBoundsException when the range is not within the array
     * @throws java.nio.BufferOverflowException when {@code out} has no room; nothing was written then
     */
    public void writeFrame(
            ByteBuffer out, Opcode opcode, boolean fin, boolean rsv1, byte[] payload, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, payload.length);
        requireRoom(out, length);
        begin(opcode, fin, rsv1, length);
        int key = role.masksOutgoing() ? masks.nextKey() : 0;
        header(out, opcode, fin, rsv1, key, length);
        int at = out.position();
        out.put(at, payload, offset, length);
        endFrame(out, at, length, key);
    }

    /**
     * Writes our Close frame, the last of this end.
     *
     * @param out has room for {@link #headerLength} and 125 bytes, or for what the reason needs
     * @param code one that may be sent, or 1005 for an empty payload
     * @param reason at most 123 bytes of UTF-8; empty with 1005
     * @throws IllegalStateException when it was sent before
     * @throws IllegalArgumentException when the code must not be sent, or the reason is too long
     * @throws java.nio.BufferOverflowException when {@code out} has no room; nothing was written then
     */
    public void writeClose(ByteBuffer out, int code, String reason) {
        byte[] body = closeBody(code, reason);
        requireRoom(out, body.length);
        state = Lifecycle.closeSent(state);
        int key = role.masksOutgoing() ? masks.nextKey() : 0;
        header(out, Opcode.CLOSE, true, false, key, body.length);
        int at = out.position();
        out.put(at, body, 0, body.length);
        endFrame(out, at, body.length, key);
    }

    private static byte[] closeBody(int code, String reason) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        if (code == CloseCode.NO_STATUS && utf8.length == 0) {
            return utf8;
        }
        if (!CloseCode.mayBeSent(code)) {
            throw new IllegalArgumentException("close code " + code + " must not be sent"
                    + (code == CloseCode.NO_STATUS
                            ? " with a reason"
                            : ": use 1000 to 1003, 1007 to 1014, 3000 to 4999"));
        }
        if (utf8.length > Failure.MAX_REASON_BYTES) {
            throw new IllegalArgumentException("a close reason has at most 123 bytes of UTF-8, not " + utf8.length);
        }
        byte[] body = new byte[2 + utf8.length];
        body[0] = (byte) (code >> 8);
        body[1] = (byte) code;
        System.arraycopy(utf8, 0, body, 2, utf8.length);
        return body;
    }

    private void requireRoom(ByteBuffer out, int length) {
        if (out.remaining() - headerLength(length) < length) {
            throw new java.nio.BufferOverflowException();
        }
    }

    /** Judges a frame of ours and enters it into the state. */
    private void begin(Opcode opcode, boolean fin, boolean rsv1, long length) {
        if (rsv1) {
            throw new IllegalArgumentException("RSV1 needs an extension, and none is agreed");
        }
        if (opcode.isControl()) {
            if (opcode == Opcode.CLOSE) {
                throw new IllegalArgumentException("a Close frame is written by writeClose");
            }
            if (!fin || length > 125) {
                throw new IllegalArgumentException(
                        "a control frame has FIN and at most 125 bytes, not fin=" + fin + " and " + length);
            }
            if (!state.maySendControl()) {
                throw new IllegalStateException("no control frame may be sent in state " + state);
            }
            return;
        }
        if (!state.maySendData()) {
            throw new IllegalStateException("no data frame may be sent in state " + state);
        }
        if ((opcode == Opcode.CONTINUATION) != sendingFragments) {
            throw new IllegalStateException(
                    sendingFragments
                            ? "a fragmented message is unfinished: " + opcode + " must wait for its end"
                            : "a continuation frame without a message to continue");
        }
        sendingFragments = !fin;
    }

    private void header(ByteBuffer out, Opcode opcode, boolean fin, boolean rsv1, int key, long length) {
        FrameHeader.encode(out, fin, rsv1 ? 4 : 0, opcode, role.masksOutgoing(), key, length);
        if (tap != null) {
            if (outgoing == null) {
                outgoing = new FrameHeader();
            }
            tap.header(false, outgoing.set(fin, rsv1 ? 4 : 0, opcode, role.masksOutgoing(), key, length));
        }
    }

    private void endFrame(ByteBuffer out, int at, int length, int key) {
        if (role.masksOutgoing()) {
            Masking.apply(out, at, at + length, key, 0);
        }
        out.position(at + length);
        if (tap != null && length > 0) {
            tap.payload(false, out, at, length);
        }
    }

    /**
     * Lets an observer see all frames from now on, or none.
     *
     * @param tap the observer, or null to take it away
     */
    public void tap(@Nullable FrameTap tap) {
        this.tap = tap;
        if (tap == null) {
            outgoing = null;
        }
    }
}
