package dev.gibbon.protocol.fuzz;

import dev.gibbon.protocol.FrameRule;
import dev.gibbon.protocol.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6455, 5 once more, written as one would at a blackboard: the whole stream in one array, a loop over frames, copies
 * everywhere. An oracle for what the engine and the reader say; of the library it uses names only.
 */
final class NaiveFrames {
    /** What happened. */
    enum Kind {
        TEXT,
        BINARY,
        PING,
        PONG,
        CLOSE,
        FAILED
    }

    /** An event; the code is that of a Close or a failure. */
    record Seen(Kind kind, int code, ByteBuffer payload) {
        static Seen of(Kind kind, int code, byte[] payload) {
            return new Seen(kind, code, ByteBuffer.wrap(payload));
        }

        @Override
        public String toString() {
            return kind + "(" + code + ", " + payload.remaining() + " bytes)";
        }
    }

    /** A frame that obeyed all rules that its header can break. */
    record Header(int offset, boolean fin, int opcode, boolean masked, int key, long length, int headerLength) {}

    final List<Seen> events = new ArrayList<>();
    final List<Header> headers = new ArrayList<>();
    /** All payload that came, as on the wire and unmasked. */
    final ByteArrayOutputStream wirePayload = new ByteArrayOutputStream();

    /** For each of the headers its unmasked payload, the last one perhaps not whole. */
    final List<byte[]> payloads = new ArrayList<>();
    /** Payload of a message that has begun and not ended; null between messages. */
    @Nullable
    ByteArrayOutputStream open;

    /** Why it failed, or null. */
    @Nullable
    FrameRule failure;

    /** Where in the stream the frame begins that failed, or that is not whole; the end if all are. */
    int lastFrame;

    /** The wrong octet of a failed text, or the end of the frame that ends it too early. */
    int wrongOctet = -1;

    /** In payloads up to this the wrong octet is located. */
    private static final int LOCATED = 200;

    private final byte[] wire;
    private final boolean masked;
    private final Limits limits;
    private boolean text;
    private PlatformUtf8 utf8 = new PlatformUtf8();
    private long announced;
    private int frames;

    private NaiveFrames(byte[] wire, boolean masked, Limits limits) {
        this.wire = wire;
        this.masked = masked;
        this.limits = limits;
    }

    /** Reads a whole stream of frames, which should be masked or not. */
    static NaiveFrames read(byte[] wire, boolean masked, Limits limits) {
        NaiveFrames frames = new NaiveFrames(wire, masked, limits);
        int next = 0;
        while (next >= 0) {
            frames.lastFrame = next;
            next = frames.frame(next);
        }
        return frames;
    }

    boolean isOver() {
        return failure != null || isClosed();
    }

    boolean isClosed() {
        return !events.isEmpty() && events.get(events.size() - 1).kind() == Kind.CLOSE;
    }

    /** Where the next frame begins; -1 if there is none. */
    private int frame(int at) {
        if (wire.length - at < 2) {
            return -1;
        }
        int first = wire[at] & 0xFF;
        int second = wire[at + 1] & 0xFF;
        boolean fin = first >= 0x80;
        int opcode = first & 0x0F;
        boolean control = opcode >= 8;
        boolean hasMask = second >= 0x80;
        int form = second & 0x7F;
        if ((first & 0x70) != 0) {
            return fail(FrameRule.RESERVED_BIT, 1002);
        }
        if (opcode != 0 && opcode != 1 && opcode != 2 && opcode != 8 && opcode != 9 && opcode != 10) {
            return fail(FrameRule.RESERVED_OPCODE, 1002);
        }
        if (control && form > 125) {
            return fail(FrameRule.CONTROL_LENGTH, 1002);
        }
        if (control && !fin) {
            return fail(FrameRule.CONTROL_FRAGMENTED, 1002);
        }
        if (opcode == 0 && open == null) {
            return fail(FrameRule.NOTHING_TO_CONTINUE, 1002);
        }
        if ((opcode == 1 || opcode == 2) && open != null) {
            return fail(FrameRule.MESSAGE_UNFINISHED, 1002);
        }
        if (hasMask != masked) {
            return fail(masked ? FrameRule.MASK_MISSING : FrameRule.MASK_FORBIDDEN, 1002);
        }
        int lengthBytes = form == 126 ? 2 : form == 127 ? 8 : 0;
        int payloadAt = at + 2 + lengthBytes + (hasMask ? 4 : 0);
        if (wire.length < payloadAt) {
            return -1;
        }
        long length = lengthBytes == 0 ? form : bigEndian(at + 2, lengthBytes);
        if (length < 0) {
            return fail(FrameRule.LENGTH_TOP_BIT, 1002);
        }
        if ((lengthBytes == 2 && length < 126) || (lengthBytes == 8 && length < 65_536)) {
            return fail(FrameRule.LENGTH_NOT_MINIMAL, 1002);
        }
        if (!control) {
            if (opcode != 0) {
                announced = 0;
                frames = 0;
            }
            if (announced > limits.maxMessageBytes() - length) {
                return fail(FrameRule.MESSAGE_LIMIT, 1009);
            }
            if (length > limits.maxFrameBytes()) {
                return fail(FrameRule.FRAME_LIMIT, 1009);
            }
            if (frames + 1 > limits.maxFramesPerMessage()) {
                return fail(FrameRule.FRAME_COUNT_LIMIT, 1008);
            }
            announced += length;
            frames++;
        }
        int key = hasMask ? (int) bigEndian(payloadAt - 4, 4) : 0;
        headers.add(new Header(at, fin, opcode, hasMask, key, length, payloadAt - at));
        int came = (int) Math.min(length, wire.length - payloadAt);
        byte[] payload = Arrays.copyOfRange(wire, payloadAt, payloadAt + came);
        wirePayload.writeBytes(payload);
        for (int i = 0; i < came; i++) {
            payload[i] ^= (byte) (key >>> (8 * (3 - i % 4)));
        }
        payloads.add(payload);
        boolean whole = came == length;
        boolean goesOn = control ? control(opcode, payload, whole) : data(opcode, fin, payload, whole, payloadAt);
        return goesOn ? payloadAt + came : -1;
    }

    private boolean data(int opcode, boolean fin, byte[] payload, boolean whole, int payloadAt) {
        ByteArrayOutputStream message = open;
        if (opcode != 0 || message == null) {
            message = new ByteArrayOutputStream();
            open = message;
            text = opcode == 1;
            utf8 = new PlatformUtf8();
        }
        if (text && !isText(payload, payloadAt)) {
            fail(FrameRule.TEXT_UTF8, 1007);
            return false;
        }
        message.writeBytes(payload);
        if (!whole) {
            return false;
        }
        if (fin) {
            if (text && !utf8.isComplete()) {
                wrongOctet = payloadAt + payload.length;
                fail(FrameRule.TEXT_UTF8, 1007);
                return false;
            }
            events.add(Seen.of(text ? Kind.TEXT : Kind.BINARY, 0, message.toByteArray()));
            open = null;
        }
        return true;
    }

    private boolean isText(byte[] payload, int payloadAt) {
        // Short ones octet by octet, to know which is wrong.
        int step = payload.length <= LOCATED ? 1 : payload.length;
        for (int i = 0; i < payload.length; i += step) {
            if (!utf8.feed(payload, i, i + step)) {
                wrongOctet = step == 1 ? payloadAt + i : -1;
                return false;
            }
        }
        return true;
    }

    private boolean control(int opcode, byte[] payload, boolean whole) {
        if (!whole) {
            return false;
        }
        if (opcode != 8) {
            events.add(Seen.of(opcode == 9 ? Kind.PING : Kind.PONG, 0, payload));
            return true;
        }
        if (payload.length == 0) {
            events.add(Seen.of(Kind.CLOSE, 1005, payload));
        } else if (payload.length == 1) {
            fail(FrameRule.CLOSE_LENGTH, 1002);
        } else {
            int code = (payload[0] & 0xFF) * 256 + (payload[1] & 0xFF);
            byte[] reason = Arrays.copyOfRange(payload, 2, payload.length);
            boolean named = List.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)
                    .contains(code);
            if (!named && (code < 3000 || code >= 5000)) {
                fail(FrameRule.CLOSE_CODE, 1002);
            } else if (!PlatformUtf8.isWhole(reason)) {
                fail(FrameRule.CLOSE_REASON_UTF8, 1007);
            } else {
                events.add(Seen.of(Kind.CLOSE, code, reason));
            }
        }
        return false;
    }

    private long bigEndian(int at, int count) {
        long number = 0;
        for (int i = 0; i < count; i++) {
            number = number * 256 + (wire[at + i] & 0xFF);
        }
        return number;
    }

    private int fail(FrameRule rule, int code) {
        failure = rule;
        events.add(Seen.of(Kind.FAILED, code, new byte[0]));
        return -1;
    }
}
