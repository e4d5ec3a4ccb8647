package dev.gibbon.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a server sends on one connection behind the handshake: the syntax of frames, and which of them make a message.
 * It looks at headers and steps over payloads; what is to be compared is compared where it lies. Replies that lie whole in the
 * buffer and look as they should are taken in one loop. Confined to the generator's thread.
 */
final class ReplyReader {

    /** Who gets what is not a reply. */
    interface Controls {
        /** A ping came. */
        void ping(byte[] payload);

        /** A Close came; nothing behind it is read. */
        void close(byte[] payload);
    }

    private static final int MOST_CONTROL_BYTES = 125;
    private static final byte[] NOTHING = {};

    private final ReplyCheck check;
    private final Controls controls;

    // The beginning of a header that has not come whole.
    private byte @Nullable [] begun;
    private int begunLength;

    // The frame whose payload is coming.
    private boolean inFrame;
    private int first;
    private long left;
    private byte[] control = NOTHING;

    // The message whose frames are coming.
    private boolean inMessage;
    private boolean compressed;
    private long messageLength;
    private @Nullable ByteBuffer gathered;
    private boolean verified;
    private boolean closed;

    ReplyReader(ReplyCheck check, Controls controls) {
        this.check = check;
        this.controls = controls;
    }

    /**
     * Takes what came.
     *
     * @param in its position moves to its limit, or behind a Close
     * @return how many replies ended in it
     * @throws LoadFault if it is not what a server may send
     */
    int take(ByteBuffer in) throws LoadFault {
        int replies = 0;
        while (in.hasRemaining() && !closed) {
            if (!inFrame) {
                if (verified && !inMessage && begunLength == 0) {
                    replies += check.takeWhole(in);
                }
                if (!readHeader(in)) {
                    break;
                }
            }
            replies += readPayload(in);
        }
        return replies;
    }

    /** Whether a Close has come. */
    boolean isClosed() {
        return closed;
    }

    private boolean readHeader(ByteBuffer in) throws LoadFault {
        if (begunLength == 0 && in.remaining() >= 2) {
            int need = headerLength(in.get(in.position() + 1));
            if (in.remaining() >= need) {
                beginFrame(in, need);
                return true;
            }
        }
        return in.hasRemaining() && readHeaderSlowly(in);
    }

    /** Of a header that is cut, byte by byte. */
    private boolean readHeaderSlowly(ByteBuffer in) throws LoadFault {
        byte[] bytes = begun == null ? new byte[10] : begun;
        begun = bytes;
        while (in.hasRemaining()) {
            bytes[begunLength++] = in.get();
            if (begunLength >= 2 && begunLength == headerLength(bytes[1])) {
                int length = begunLength;
                begunLength = 0;
                beginFrame(ByteBuffer.wrap(bytes), length);
                return true;
            }
        }
        return false;
    }

    private static int headerLength(byte second) {
        int length = second & 0x7f;
        return length < Frames.LENGTH_16 ? 2 : length == Frames.LENGTH_16 ? 4 : 10;
    }

    private void beginFrame(ByteBuffer header, int headerLength) throws LoadFault {
        first = header.get();
        int second = header.get();
        left = headerLength == 2 ? second & 0x7f : headerLength == 4 ? header.getShort() & 0xffff : header.getLong();
        // RFC 6455, 5.1: "A server MUST NOT mask any frames that it sends to the client."
        require((second & Frames.MASKED) == 0, "a masked frame came, which a server must not send (RFC 6455, 5.1)");
        // 5.2: "the minimal number of bytes MUST be used to encode the length", and "the most significant bit MUST be
        // 0".
        require(
                headerLength == 2 || left < 0 || left > (headerLength == 4 ? MOST_CONTROL_BYTES : 0xffff),
                "a frame's length is not in its shortest form (RFC 6455, 5.2)");
        require(left >= 0, "a frame's length has its highest bit set (RFC 6455, 5.2)");
        require((first & Frames.RESERVED) == 0, "a frame came with a reserved bit set that nobody asked for");
        inFrame = true;
        if ((first & 0x08) != 0) {
            beginControl();
        } else {
            beginData();
        }
    }

    private void beginControl() throws LoadFault {
        int opcode = first & 0x0f;
        require(
                opcode <= Frames.PONG,
                "a frame came with the opcode " + opcode + ", which is not defined (RFC 6455, 5.2)");
        require(
                (first & Frames.FIN) != 0 && (first & Frames.RSV1) == 0 && left <= MOST_CONTROL_BYTES,
                "a control frame came in fragments, compressed, or longer than 125 bytes (RFC 6455, 5.5)");
        control = left == 0 ? NOTHING : new byte[(int) left];
    }

    private void beginData() throws LoadFault {
        int opcode = first & 0x0f;
        require(
                opcode <= Frames.BINARY,
                "a frame came with the opcode " + opcode + ", which is not defined (RFC 6455, 5.2)");
        boolean continues = opcode == Frames.CONTINUATION;
        require(
                continues == inMessage,
                continues
                        ? "a continuation frame came, and there is no message to continue (RFC 6455, 5.4)"
                        : "a new message came in the midst of another (RFC 6455, 5.4)");
        boolean rsv1 = (first & Frames.RSV1) != 0;
        require(!rsv1 || (check.mayBeCompressed() && !continues), "a frame came with RSV1 set, which was not agreed");
        if (!continues) {
            check.begins(opcode);
            inMessage = true;
            compressed = rsv1;
            messageLength = 0;
            gathered = null;
        }
        check.grows(messageLength + left, compressed);
    }

    private int readPayload(ByteBuffer in) throws LoadFault {
        int length = (int) Math.min(left, in.remaining());
        int end = in.position() + length;
        if ((first & 0x08) != 0) {
            in.get(control, (int) (control.length - left), length);
        } else {
            takeData(in, end);
            messageLength += length;
        }
        in.position(end);
        left -= length;
        if (left > 0) {
            return 0;
        }
        inFrame = false;
        return endFrame();
    }

    private void takeData(ByteBuffer in, int end) throws LoadFault {
        if (verified && !check.all()) {
            return;
        }
        ByteBuffer part = in.slice(in.position(), end - in.position());
        if (!compressed) {
            check.compare(part, (int) messageLength);
            return;
        }
        if (gathered == null) {
            gathered = ByteBuffer.allocate(check.mostCompressedBytes());
        }
        gathered.put(part);
    }

    private int endFrame() throws LoadFault {
        switch (first & 0x0f) {
            case Frames.CLOSE -> {
                closed = true;
                controls.close(control);
                return 0;
            }
            case Frames.PING -> {
                controls.ping(control);
                return 0;
            }
            case Frames.PONG -> {
                return 0;
            }
            default -> {
                if ((first & Frames.FIN) == 0) {
                    return 0;
                }
            }
        }
        inMessage = false;
        check.ends(messageLength, compressed, gathered);
        gathered = null;
        verified = true;
        return 1;
    }

    /** A Close's payload in words. */
    static String words(byte[] payload) {
        if (payload.length < 2) {
            return "no code";
        }
        int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        String reason = new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        return reason.isEmpty() ? "code " + code : "code " + code + ", " + reason;
    }

    private static void require(boolean condition, String words) throws LoadFault {
        if (!condition) {
            throw new LoadFault(words);
        }
    }
}
