package dev.gibbon.protocol;

import dev.gibbon.protocol.Engine.Event;
import dev.gibbon.protocol.deflate.AgreedDeflate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The read side of an {@link Engine}: from bytes to events, by the rules and under the limits. It never writes, knows no
 * lifecycle, and is not asked again after CLOSE or FAILED. What is said of the engine's methods holds here.
 */
final class Receiver {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    /** How the peer ended the connection; made once. */
    private record Ending(
            int closeCode, String closeReason, @Nullable Failure failure) {}

    private final Role role;
    private final Limits limits;
    private final boolean parts;
    private final boolean masked;
    private final BufferPool buffers;
    private final @Nullable AgreedDeflate deflate;
    private final FrameHeader header = new FrameHeader();

    /** A message that does not lie whole in the caller's buffer; made when one does not. */
    private @Nullable MessageAssembler message;

    /** A control payload that came in pieces; made when one does. */
    private @Nullable AssemblyBuffer control;

    /** Payload of the current incoming frame that has not come yet; means something inside a payload only. */
    private long remaining;

    private boolean insidePayload;
    /** The last event's payload lies in a buffer of the pool, which goes back at the next call. */
    private boolean lent;

    private boolean text;
    private boolean first;
    private boolean last;

    private ByteBuffer payload = EMPTY;
    private int payloadOffset;
    private int payloadLength;

    private @Nullable Ending ending;
    private @Nullable FrameTap tap;

    Receiver(Role role, Limits limits, Delivery delivery, BufferPool buffers, @Nullable AgreedDeflate deflate) {
        this.role = role;
        this.limits = limits;
        this.parts = delivery == Delivery.PARTS;
        this.buffers = buffers;
        this.masked = role.expectsMaskedIncoming();
        this.deflate = deflate;
    }

    /** Takes bytes up to the next event. */
    Event next(ByteBuffer in) {
        long plain = betweenMessages() ? PlainFrame.find(in, masked) : PlainFrame.NONE;
        return plain == PlainFrame.NONE || !isAllowed(PlainFrame.length(plain)) ? nextFrame(in) : takePlain(in, plain);
    }

    /** Whether the next byte begins a message, and nobody is to be shown its header. */
    private boolean betweenMessages() {
        return !insidePayload && header.isEmpty() && tap == null && (message == null || !message.isOpen());
    }

    /** Whether {@link FrameRules#judgeLimits} has nothing against the only frame of a message. */
    private boolean isAllowed(int length) {
        return length <= limits.maxMessageBytes() && length <= limits.maxFrameBytes();
    }

    /** A whole message is handed out as it lies in the caller's buffer: the case to be fast in. */
    private Event takePlain(ByteBuffer in, long plain) {
        int from = PlainFrame.offset(plain);
        int length = PlainFrame.length(plain);
        boolean isText = PlainFrame.isText(in, in.position());
        in.position(from + length);
        text = isText;
        first = true;
        last = true;
        show(in, from, length);
        if (isText) {
            if (!takeText(in, from, length)) {
                return fail(FrameRule.TEXT_UTF8.failure());
            }
        } else if (masked) {
            Masking.apply(in, from, from + length, PlainFrame.key(in, from), 0);
        }
        return parts ? Event.PART : Event.MESSAGE;
    }

    private boolean takeText(ByteBuffer in, int from, int length) {
        int to = from + length;
        boolean ascii = masked
                ? Masking.applyAndCheck(in, from, to, PlainFrame.key(in, from), 0)
                : Masking.isAscii(in, from, to);
        return ascii || Utf8Validator.run(in, from, to, Utf8Validator.ACCEPT) == Utf8Validator.ACCEPT;
    }

    private Event nextFrame(ByteBuffer in) {
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
        int allowedRsv = deflate == null ? 0 : FrameRules.RSV1;
        FrameRule broken = FrameRules.judgeOpening(header, allowedRsv, message != null && message.isOpen());
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
                && !header.rsv1()
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
            if (header.rsv1() && deflate != null) {
                assembler().beginInflation(deflate, role, parts);
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
        if (open.isCompressed()) {
            return compressed(open, in, length);
        }
        int from = in.position();
        in.position(from + length);
        tapIncoming(in, from, length);
        boolean frameEnds = length == remaining;
        // A part is handed out as it lies in the caller's buffer; so is a message of which nothing was kept.
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

    /** Bytes of a frame of a compressed message, perhaps none. Null: go on. */
    private @Nullable Event compressed(MessageAssembler open, ByteBuffer in, int length) {
        Inflation inflation = open.inflation();
        int from = in.position();
        int known = inflation.clear();
        if (length > known) {
            tapIncoming(in, from + known, length - known);
        }
        Failure broken = inflation.take(header, in, length, remaining, open.isText());
        remaining -= in.position() - from;
        insidePayload = remaining > 0;
        last = !insidePayload && header.fin();
        if (broken == null && last) {
            broken = open.endInflated();
        }
        if (broken != null) {
            return fail(broken);
        }
        if (!last && !(parts && open.size() > 0)) {
            return insidePayload ? Event.NEEDS_BYTES : null;
        }
        text = open.isText();
        lent = open.size() > 0;
        first = !parts || open.beginPart();
        inflation.partGiven();
        show(lent ? open.buffer() : EMPTY, 0, open.size());
        return parts ? Event.PART : Event.MESSAGE;
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
        release();
        return Event.CLOSE;
    }

    private Event fail(Failure why) {
        ending = new Ending(0, "", why);
        release();
        return Event.FAILED;
    }

    private void show(ByteBuffer buffer, int offset, int length) {
        payload = buffer;
        payloadOffset = offset;
        payloadLength = length;
    }

    /** What was lent with the last event goes back to the pool. */
    void takeBack() {
        if (!lent) {
            return;
        }
        lent = false;
        show(EMPTY, 0, 0);
        if (control != null && control.size() > 0) {
            control.release();
        } else if (message != null) {
            message.release();
        }
    }

    /** Gives back what is held. */
    void release() {
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

    ByteBuffer payloadBuffer() {
        return payload;
    }

    int payloadOffset() {
        return payloadOffset;
    }

    int payloadLength() {
        return payloadLength;
    }

    boolean isText() {
        return text;
    }

    boolean isFirstPart() {
        return first;
    }

    long payloadMissing() {
        return insidePayload ? remaining : 0;
    }

    boolean isLastPart() {
        return last;
    }

    int closeCode() {
        return ending == null ? 0 : ending.closeCode();
    }

    String closeReason() {
        return ending == null ? "" : ending.closeReason();
    }

    @Nullable
    Failure failure() {
        return ending == null ? null : ending.failure();
    }

    @Nullable
    ByteBuffer directTarget(int ahead) {
        if (message == null || parts || !insidePayload || header.isControl() || message.isCompressed()) {
            return null;
        }
        return message.directTarget(remaining, ahead);
    }

    Event filled(int count) {
        ByteBuffer target = directTarget(0);
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

    int heldBytes() {
        int held = message == null ? 0 : message.heldBytes();
        return control == null ? held : held + control.capacity();
    }

    @Nullable
    AgreedDeflate deflate() {
        return deflate;
    }

    /** Not by {@link #deflate()}: a method that names a class which is not loaded yet is not inlined. */
    boolean deflates() {
        return deflate != null;
    }

    int nativeBytes() {
        return message == null ? 0 : message.nativeBytes();
    }

    long messagesInflated() {
        return message == null ? 0 : message.messagesInflated();
    }

    long bytesToInflate() {
        return message == null ? 0 : message.bytesToInflate();
    }

    long bytesInflated() {
        return message == null ? 0 : message.bytesInflated();
    }

    void tap(@Nullable FrameTap observer) {
        tap = observer;
    }
}
