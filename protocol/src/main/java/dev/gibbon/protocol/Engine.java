package dev.gibbon.protocol;

import dev.gibbon.protocol.deflate.AgreedDeflate;
import dev.gibbon.protocol.deflate.MessageDeflater;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
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

    private final Role role;
    private final MaskSource masks;
    private final Receiver receiver;
    private CloseState state = CloseState.OPEN;
    private boolean sendingFragments;
    private @Nullable FrameTap tap;
    /** Made for the first message that is deflated. */
    private @Nullable OutgoingDeflate deflating;

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
        this(role, limits, delivery, buffers, masks, null);
    }

    /**
     * An engine at the start of a connection whose ends agreed on permessage-deflate (RFC 7692). Compressed messages of the peer are
     * inflated as they come: the payload that is handed out, its UTF-8 and {@link Limits#maxMessageBytes} are about the inflated bytes,
     * {@link Limits#maxFrameBytes} is about those on the wire. What this end sends is compressed by {@link #deflate} or
     * {@link #deflateMessage} and marked by {@code rsv1}.
     *
     * @param role which end this is
     * @param limits what the peer may ask for
     * @param delivery whole messages or parts
     * @param buffers where memory for assembly and inflated payload is borrowed
     * @param masks where a client's masking keys come from; a server's engine never asks
     * @param deflate what was agreed; null when nothing was
     * @throws IllegalArgumentException when whole messages above 2,147,483,639 bytes are to be allowed
     */
    public Engine(
            Role role,
            Limits limits,
            Delivery delivery,
            BufferPool buffers,
            MaskSource masks,
            @Nullable AgreedDeflate deflate) {
        if (delivery == Delivery.WHOLE && limits.maxMessageBytes() > AssemblyBuffer.LARGEST) {
            throw new IllegalArgumentException("whole messages have at most " + AssemblyBuffer.LARGEST
                    + " bytes, not maxMessageBytes " + limits.maxMessageBytes() + "; Delivery.PARTS has no such bound");
        }
        this.role = role;
        this.masks = masks;
        this.receiver = new Receiver(role, limits, delivery, buffers, deflate);
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
        receiver.takeBack();
        if (!state.mayReceive()) {
            in.position(in.limit());
            return Event.NEEDS_BYTES;
        }
        return entered(receiver.next(in));
    }

    /** Enters the end of the peer's side into the state. */
    private Event entered(Event event) {
        if (event == Event.CLOSE) {
            state = Lifecycle.closeReceived(state);
        } else if (event == Event.FAILED) {
            state = Lifecycle.failed(state);
        }
        return event;
    }

    /**
     * The buffer that holds the payload of the last event: the caller's own or one of assembly. Valid until the next call of
     * {@link #next}, {@link #filled} or {@link #release}; its position and limit mean nothing, and it is for reading only.
     *
     * @return the buffer; it means nothing after another event than MESSAGE, PART, PING and PONG
     */
    public ByteBuffer payloadBuffer() {
        return receiver.payloadBuffer();
    }

    /**
     * Where the payload of the last MESSAGE, PART, PING or PONG begins.
     *
     * @return an index into {@link #payloadBuffer()}
     */
    public int payloadOffset() {
        return receiver.payloadOffset();
    }

    /**
     * The size of the payload of the last MESSAGE, PART, PING or PONG.
     *
     * @return bytes
     */
    public int payloadLength() {
        return receiver.payloadLength();
    }

    /**
     * The type of the message of the last MESSAGE or PART.
     *
     * @return true for text, false for binary
     */
    public boolean isText() {
        return receiver.isText();
    }

    /**
     * Whether the last PART is the first of its message; true after MESSAGE.
     *
     * @return true for the first part
     */
    public boolean isFirstPart() {
        return receiver.isFirstPart();
    }

    /**
     * Whether the last PART is the last of its message; true after MESSAGE.
     *
     * @return true for the last part
     */
    public boolean isLastPart() {
        return receiver.isLastPart();
    }

    /**
     * How much payload of the frame that the last PART belongs to has not come: what its header claims, so a reason to expect as
     * many bytes, and none to reserve as many at once.
     *
     * @return bytes on the wire, 0 after the frame's last
     */
    public long payloadMissing() {
        return receiver.payloadMissing();
    }

    /**
     * The code of the peer's Close frame.
     *
     * @return 1000 to 4999, 1005 when the frame had none, 0 when no Close has come
     */
    public int closeCode() {
        return receiver.closeCode();
    }

    /**
     * The reason of the peer's Close frame.
     *
     * @return at most 123 bytes of UTF-8; empty when the frame had none or no Close has come
     */
    public String closeReason() {
        return receiver.closeReason();
    }

    /**
     * Why the connection failed.
     *
     * @return null until {@link Event#FAILED}
     */
    public @Nullable Failure failure() {
        return receiver.failure();
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
        return receiver.directTarget(0);
    }

    /**
     * The same, but offered from the first byte of the payload on, for a caller that knows that something is there to be read: for the
     * time of that read more is reserved than the bytes that came justify. {@link #filled} must follow, with 0 if nothing came, and
     * gives back what a quarter of it was not filled of.
     *
     * @param ahead bytes that may be reserved so
     * @return as {@link #directTarget()}
     */
    public @Nullable ByteBuffer directTarget(int ahead) {
        return receiver.directTarget(ahead);
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
        return entered(receiver.filled(count));
    }

    /**
     * The peer ended its stream.
     *
     * @return true when its Close frame had come before
     */
    public boolean endOfStream() {
        state = Lifecycle.streamEnded(state);
        receiver.release();
        return receiver.closeCode() != 0;
    }

    /** Gives back what is held, at the end of the connection. May be called more than once; the last payload is gone. */
    public void release() {
        receiver.release();
        releaseDeflating();
    }

    /**
     * Memory held for assembly and inflated payload at the moment.
     *
     * @return the capacity of buffers from the pool, in bytes
     */
    public int heldBytes() {
        return receiver.heldBytes();
    }

    /**
     * Native memory held for deflating and inflating at the moment. Without context takeover it is 0 between messages.
     *
     * @return an estimate in bytes
     */
    public int nativeBytes() {
        return receiver.nativeBytes() + (deflating == null ? 0 : deflating.nativeBytes());
    }

    /**
     * Compressed messages that came whole since the start of the connection.
     *
     * @return how many
     */
    public long messagesInflated() {
        return receiver.messagesInflated();
    }

    /**
     * Payload of compressed messages that came, as it was on the wire.
     *
     * @return bytes
     */
    public long bytesToInflate() {
        return receiver.bytesToInflate();
    }

    /**
     * What became of {@link #bytesToInflate}.
     *
     * @return bytes
     */
    public long bytesInflated() {
        return receiver.bytesInflated();
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
     * @param rsv1 true for the first frame of a compressed message, which needs an agreed deflate; false for all others
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
     * Writes the header of a frame whose payload the caller masks and sends, piece by piece. Only for a client.
     *
     * @param out has room for {@link #headerLength} bytes
     * @param opcode any but Close
     * @param fin whether the message ends with this frame
     * @param rsv1 true for the first frame of a compressed message, which needs an agreed deflate; false for all others
     * @param payloadLength bytes, 0 or more
     * @return the masking key of this frame, for {@link Masking#copy}
     * @throws IllegalStateException when the lifecycle or an unfinished message does not allow the frame, or for a server
     * @throws IllegalArgumentException when the frame would break a rule
     * @throws BufferOverflowException when {@code out} has no room; nothing was written then
     */
    public int writeMaskedHeader(ByteBuffer out, Opcode opcode, boolean fin, boolean rsv1, long payloadLength) {
        if (!role.masksOutgoing()) {
            throw new IllegalStateException("a server's payload is not masked: use writeHeader");
        }
        if (out.remaining() < headerLength(payloadLength)) {
            throw new BufferOverflowException();
        }
        int key = nextKey();
        begin(opcode, fin, rsv1, payloadLength);
        header(out, opcode, fin, rsv1, key, payloadLength);
        return key;
    }

    /**
     * Writes a frame.
     *
     * @param out has room for {@link #headerLength} and the payload; another buffer than the payload's
     * @param opcode any but Close
     * @param fin whether the message ends with this frame
     * @param rsv1 true for the first frame of a compressed message, which needs an agreed deflate; false for all others
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
     * @param rsv1 true for the first frame of a compressed message, which needs an agreed deflate; false for all others
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
        int key = nextKey();
        begin(opcode, fin, rsv1, length);
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
     * @param rsv1 true for the first frame of a compressed message, which needs an agreed deflate; false for all others
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
        int key = nextKey();
        begin(opcode, fin, rsv1, length);
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
        int key = nextKey();
        state = Lifecycle.closeSent(state);
        releaseDeflating();
        header(out, Opcode.CLOSE, true, false, key, body.length);
        int at = out.position();
        out.put(at, body, 0, body.length);
        endFrame(out, at, body.length, key);
    }

    // ---- deflating

    /**
     * Whether permessage-deflate is agreed, so that messages may go out compressed.
     *
     * @return true if so
     */
    public boolean deflates() {
        return receiver.deflates();
    }

    /**
     * Deflates bytes of the next message to be sent, or of the one whose fragments are being sent; see
     * {@link MessageDeflater#deflate}. All that comes out must be sent, in this order: as the payload of one frame, or of as many
     * fragments as the caller likes, the first of them with RSV1. If it will not be, call {@link #forgetContext}.
     *
     * @param in bytes between position and limit, perhaps none; the position is advanced behind what was taken
     * @param out gets the deflated bytes at its position; with room for {@link MessageDeflater#MIN_ROOM} bytes at least
     * @param flush what shall be out: {@code MESSAGE} with the last bytes of a message
     * @return true when all input was taken and what the flush asks for was written; else to be called again with more room
     * @throws IllegalStateException when no deflate is agreed, or the state does not allow data
     * @throws IllegalArgumentException when {@code out} has too little room
     */
    public boolean deflate(ByteBuffer in, ByteBuffer out, MessageDeflater.Flush flush) {
        return deflating().deflate(in, out, flush);
    }

    /**
     * Deflates a whole message. It is to be sent next, as one frame with RSV1; if it will not be, call {@link #forgetContext}.
     *
     * @param payload holds the message; never changed, its position does not matter
     * @param offset where it begins, as an absolute index
     * @param length its size in bytes
     * @param buffers where the buffer for the result is borrowed; the caller gives it back
     * @return the deflated bytes between position and limit; more than {@code length} now and then
     * @throws IllegalStateException when no deflate is agreed, the state does not allow data, or a message is being deflated in fragments
     * @throws IndexOutOfBoundsException when the range is not below the buffer's limit
     */
    public ByteBuffer deflateMessage(ByteBuffer payload, int offset, int length, BufferPool buffers) {
        Objects.checkFromIndexSize(offset, length, payload.limit());
        return deflating().message(payload, offset, length, buffers);
    }

    /**
     * What is deflated next refers to nothing before. With context takeover the peer's window holds what was sent to it, in its
     * order, and ours what was deflated; this is how they agree again when that was not the same. Call it when something
     * deflated here is not sent after all, before any of it was, and when a compressed message made elsewhere
     * ({@link MessageDeflater#whole}) goes out past this engine. Through {@link #writeFrame} or {@link #writeHeader} the engine sees
     * it by itself. Without context takeover it costs nothing.
     */
    public void forgetContext() {
        if (deflating != null) {
            deflating.forget();
        }
    }

    private OutgoingDeflate deflating() {
        AgreedDeflate agreed = receiver.deflate();
        if (agreed == null) {
            throw new IllegalStateException("permessage-deflate is not agreed on this connection");
        }
        if (!state.maySendData()) {
            throw new IllegalStateException("nothing is to be deflated in state " + state);
        }
        if (deflating == null) {
            deflating = new OutgoingDeflate(agreed, role);
        }
        return deflating;
    }

    private void releaseDeflating() {
        if (deflating != null) {
            deflating.release();
        }
    }

    private int nextKey() {
        return role.masksOutgoing() ? masks.nextKey() : 0;
    }

    private void requireRoom(ByteBuffer out, int length) {
        if (out.remaining() - headerLength(length) < length) {
            throw new BufferOverflowException();
        }
    }

    /** Judges a frame of ours and enters it into the state. */
    private void begin(Opcode opcode, boolean fin, boolean rsv1, long length) {
        OutgoingRules.require(state, sendingFragments, deflates(), opcode, fin, rsv1, length);
        if (!opcode.isControl()) {
            sendingFragments = !fin;
            if (deflating != null) {
                deflating.sending(opcode, fin, rsv1);
            }
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
        receiver.tap(tap);
    }
}
