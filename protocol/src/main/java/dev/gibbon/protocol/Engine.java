package dev.gibbon.protocol;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
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

    /** The reserved bits that an agreed extension gives a meaning, on the first frame of a message; RSV1 is 4. */
    private static final int ALLOWED_RSV = 0;

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    /** How the peer ended the connection; made once. */
    private record Ending(
            int closeCode, String closeReason, @Nullable Failure failure) {}

    private final Role role;
    private final Limits limits;
    private final boolean parts;
    private final BufferPool buffers;
    private final MaskSource masks;
    private final FrameHeader header = new FrameHeader();

    /** A message that does not lie whole in the caller's buffer; made when one does not. */
    private @Nullable MessageAssembler message;

    /** A control payload that came in pieces; made when one does. */
    private @Nullable AssemblyBuffer control;

    private CloseState state = CloseState.OPEN;

    /** Payload of the current incoming frame that has not come yet; means something inside a payload only. */
    private long remaining;

    private boolean insidePayload;
    /** The last event's payload lies in a buffer of the pool, which goes back at the next call. */
    private boolean lent;

    private boolean text;
    private boolean first;
    private boolean last;
    private boolean sendingFragments;

    private ByteBuffer payload = EMPTY;
    private int payloadOffset;
    private int payloadLength;

    private @Nullable Ending ending;
    private @Nullable FrameTap tap;

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
                if (!judge()) {
                    return Event.FAILED;
                }
                if (liesWhole(in)) {
                    return takeWhole(in);
                }
                if (!begin()) {
                    return Event.FAILED;
                }
            }
            int length = (int) Math.min(remaining, in.limit() - in.position());
            Event event = header.isControl() ? control(in, length) : data(in, length);
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
        FrameRule broken = FrameRules.judgeOpening(header, ALLOWED_RSV, message != null && message.isOpen());
        return broken != null ? broken : FrameRules.judgeMask(header, role);
    }

    /** Judges a complete header but for the limits. False when it failed the connection. */
    private boolean judge() {
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
        return true;
    }

    /** Whether the frame is a whole data message, and all of it is there: the case to be fast in. */
    private boolean liesWhole(ByteBuffer in) {
        return header.fin()
                && !header.isControl()
                && header.opcodeBits() != Opcode.CONTINUATION.code()
                && header.payloadLength() <= in.limit() - in.position();
    }

    /** A whole message is handed out as it lies in the caller's buffer. */
    private Event takeWhole(ByteBuffer in) {
        Failure exceeded = FrameRules.judgeLimits(header, limits, 0, 0);
        if (exceeded != null) {
            return fail(exceeded);
        }
        int from = in.position();
        int length = (int) header.payloadLength();
        in.position(from + length);
        tapIncoming(in, from, length);
        text = header.opcodeBits() == Opcode.TEXT.code();
        int end = MessageAssembler.unmask(header, in, from, length, 0, text, Utf8Validator.ACCEPT);
        if (end != Utf8Validator.ACCEPT) {
            return fail(FrameRule.TEXT_UTF8.failure());
        }
        first = true;
        last = true;
        show(in, from, length);
        return parts ? Event.PART : Event.MESSAGE;
    }

    /** Enters the payload of a frame. False when it is above a limit. */
    private boolean begin() {
        if (!header.isControl()) {
            Failure exceeded = assembler().begin(header);
            if (exceeded != null) {
                fail(exceeded);
                return false;
            }
        }
        remaining = header.payloadLength();
        insidePayload = true;
        return true;
    }

    private MessageAssembler assembler() {
        if (message == null) {
            message = new MessageAssembler(limits, buffers);
        }
        return message;
    }

    private void tapIncoming(ByteBuffer buffer, int from, int length) {
        if (tap != null && length > 0) {
            tap.payload(true, buffer, from, length);
        }
    }

    /** Bytes of a data frame, perhaps none. Null: go on. */
    private @Nullable Event data(ByteBuffer in, int length) {
        MessageAssembler open = assembler();
        int from = in.position();
        in.position(from + length);
        tapIncoming(in, from, length);
        boolean frameEnds = length == remaining;
        // A part is handed out as it lies in the caller's buffer; so is a message that came in one piece after
        // all.
        boolean inPlace = parts || (frameEnds && header.fin() && open.size() == 0);
        boolean valid = inPlace
                ? open.unmask(header, in, from, length, remaining)
                : open.append(header, in, from, length, remaining);
        Event event = afterData(open, in, from, length, valid);
        return event == Event.NEEDS_BYTES && frameEnds ? null : event;
    }

    /** Bytes of a data frame were unmasked and checked, in the caller's buffer or that of assembly. */
    private Event afterData(MessageAssembler open, ByteBuffer in, int from, int length, boolean valid) {
        remaining -= length;
        insidePayload = remaining > 0;
        boolean messageEnds = !insidePayload && header.fin();
        if (!valid || (messageEnds && !open.end())) {
            return fail(FrameRule.TEXT_UTF8.failure());
        }
        text = open.isText();
        last = messageEnds;
        if (parts && (messageEnds || length > 0)) {
            first = open.beginPart();
            show(in, from, length);
            return Event.PART;
        }
        if (!messageEnds) {
            return Event.NEEDS_BYTES;
        }
        first = true;
        lent = open.size() > 0;
        if (lent) {
            show(open.buffer(), 0, open.size());
        } else {
            show(in, from, length);
        }
        return Event.MESSAGE;
    }

    /** Bytes of a Ping, Pong or Close, perhaps none. */
    private Event control(ByteBuffer in, int length) {
        int from = in.position();
        in.position(from + length);
        tapIncoming(in, from, length);
        int phase = (int) (header.payloadLength() - remaining);
        remaining -= length;
        if (remaining == 0 && phase == 0) {
            unmask(in, from, length, 0);
            return endControl(in, from, length);
        }
        AssemblyBuffer pieces = control;
        if (pieces == null) {
            pieces = new AssemblyBuffer(buffers);
            control = pieces;
        }
        if (length > 0) {
            pieces.append(in, from, length, header.payloadLength());
            unmask(pieces.buffer(), phase, length, phase);
        }
        if (remaining > 0) {
            return Event.NEEDS_BYTES;
        }
        lent = true;
        return endControl(pieces.buffer(), 0, pieces.size());
    }

    private void unmask(ByteBuffer buffer, int from, int length, int phase) {
        if (header.masked()) {
            Masking.apply(buffer, from, from + length, header.key(), phase);
        }
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
        // RFC 6455, 7.1.5: "If this Close control frame contains no status code, _The WebSocket Connection Close
        // Code_ is considered to be 1005."
        int code = CloseCode.NO_STATUS;
        String reason = "";
        if (length > 0) {
            code = FrameRules.closeCode(buffer, from);
            byte[] utf8 = new byte[length - 2];
            buffer.get(from + 2, utf8);
            reason = new String(utf8, StandardCharsets.UTF_8);
        }
        ending = new Ending(code, reason, null);
        state = Lifecycle.closeReceived(state);
        dropAssembly();
        return Event.CLOSE;
    }

    private Event fail(Failure why) {
        ending = new Ending(0, "", why);
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
        show(EMPTY, 0, 0);
        if (message != null) {
            message.drop();
        }
        if (control != null) {
            control.release();
        }
    }

    /**
     * The buffer that holds the payload of the last event: the caller's own or one of assembly. Valid until the next call of
     * {@link #next}, {@link #filled} or {@link #release}; its position and limit mean nothing, and it is for reading only.
     *
     * @return the buffer; it means nothing after another event than MESSAGE, PART, PING and PONG
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
        return ending == null ? 0 : ending.closeCode();
    }

    /**
     * The reason of the peer's Close frame.
     *
     * @return at most 123 bytes of UTF-8; empty when the frame had none or no Close has come
     */
    public String closeReason() {
        return ending == null ? "" : ending.closeReason();
    }

    /**
     * Why the connection failed.
     *
     * @return null until {@link Event#FAILED}
     */
    public @Nullable Failure failure() {
        return ending == null ? null : ending.failure();
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
        if (message == null || parts || !insidePayload || header.isControl()) {
            return null;
        }
        return message.directTarget(remaining);
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
        ByteBuffer target = directTarget();
        if (target == null || message == null) {
            throw new IllegalStateException("no direct target was offered");
        }
        if (count < 0 || count > target.remaining()) {
            throw new IllegalArgumentException(
                    "filled " + count + " bytes of a direct target with room for " + target.remaining());
        }
        int at = target.position();
        target.clear();
        tapIncoming(target, at, count);
        return afterData(message, target, at, count, message.filled(header, count, remaining));
    }

    /**
     * The peer ended its stream.
     *
     * @return true when its Close frame had come before
     */
    public boolean endOfStream() {
        state = Lifecycle.streamEnded(state);
        dropAssembly();
        return closeCode() != 0;
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
        int held = message == null ? 0 : message.heldBytes();
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
     * @throws BufferOverflowException when {@code out} has no room; nothing was written then
     */
    public void writeHeader(ByteBuffer out, Opcode opcode, boolean fin, boolean rsv1, long payloadLength) {
        if (role.masksOutgoing()) {
            throw new IllegalStateException("a client's payload is masked: use writeFrame");
        }
        if (out.remaining() < headerLength(payloadLength)) {
            throw new BufferOverflowException();
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
     * @throws BufferOverflowException when {@code out} has no room; nothing was written then
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
     * @throws BufferOverflowException when {@code out} has no room; nothing was written then
     */
    public void writeFrame(
            ByteBuffer out, Opcode opcode, boolean fin, boolean rsv1, ByteBuffer payload, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, payload.limit());
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
     * @throws BufferOverflowException when {@code out} has no room; nothing was written then
     */
    public void writeFrame(
            ByteBuffer out, Opcode opcode, boolean fin, boolean rsv1, byte[] payload, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, payload.length);
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
     * @throws BufferOverflowException when {@code out} has no room; nothing was written then
     */
    public void writeClose(ByteBuffer out, int code, String reason) {
        byte[] body = OutgoingRules.closePayload(code, reason);
        requireRoom(out, body.length);
        state = Lifecycle.closeSent(state);
        int key = role.masksOutgoing() ? masks.nextKey() : 0;
        header(out, Opcode.CLOSE, true, false, key, body.length);
        int at = out.position();
        out.put(at, body, 0, body.length);
        endFrame(out, at, body.length, key);
    }

    private void requireRoom(ByteBuffer out, int length) {
        if (out.remaining() - headerLength(length) < length) {
            throw new BufferOverflowException();
        }
    }

    /** Judges a frame of ours and enters it into the state. */
    private void begin(Opcode opcode, boolean fin, boolean rsv1, long length) {
        OutgoingRules.require(state, sendingFragments, opcode, fin, rsv1, length);
        if (!opcode.isControl()) {
            sendingFragments = !fin;
        }
    }

    private void header(ByteBuffer out, Opcode opcode, boolean fin, boolean rsv1, int key, long length) {
        int rsv = rsv1 ? 4 : 0;
        FrameHeader.encode(out, fin, rsv, opcode, role.masksOutgoing(), key, length);
        if (tap != null) {
            tap.header(false, new FrameHeader().set(fin, rsv, opcode, role.masksOutgoing(), key, length));
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
    }
}
