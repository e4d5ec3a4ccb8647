package dev.gibbon.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Every MUST on an incoming frame, each in one place with its sentence. Functions of what they are given: null when all is
 * well, the first broken rule when not. What the first two bytes tell is judged before what the length tells, so that the
 * answer is the same however the bytes were cut.
 */
final class FrameRules {
    static final int MAX_CONTROL_PAYLOAD = 125;

    /** RSV1 as a value of {@link FrameHeader#rsv()}: with an agreed deflate, "Per-Message Compressed". */
    static final int RSV1 = 4;

    /** Beside an eighth, which fixed codes can cost: blocks and flushes of small data. */
    private static final int COMPRESSED_EXTRA = 1024;

    private FrameRules() {}

    /** The first two bytes, whatever the direction of the frame. */
    static @Nullable FrameRule judgeOpening(FrameHeader header, int allowedRsv, boolean messageOpen) {
        int opcode = header.opcodeBits();
        boolean control = header.isControl();
        // RFC 6455, 5.2: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values.
        // If a nonzero value is received and none of the negotiated extensions defines the meaning of such a
        // nonzero value, the receiving endpoint MUST _Fail the WebSocket Connection_."
        int rsv = header.rsv();
        if ((rsv & ~allowedRsv) != 0) {
            return FrameRule.RESERVED_BIT;
        }
        // RFC 7692, 6: "An endpoint MUST NOT set the "Per-Message Compressed" bit of control frames and non-first
        // fragments of a data message. An endpoint receiving such a frame MUST _Fail the WebSocket Connection_."
        if (rsv != 0 && (control || opcode == 0)) {
            return FrameRule.COMPRESSED_BIT;
        }
        // RFC 6455, 5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket
        // Connection_."
        if ((opcode & 0x7) > 2) {
            return FrameRule.RESERVED_OPCODE;
        }
        return control ? judgeControl(header) : judgeSequence(header, messageOpen);
    }

    private static @Nullable FrameRule judgeControl(FrameHeader header) {
        // RFC 6455, 5.5: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be
        // fragmented."
        if (header.shortLength() > MAX_CONTROL_PAYLOAD) {
            return FrameRule.CONTROL_LENGTH;
        }
        return header.fin() ? null : FrameRule.CONTROL_FRAGMENTED;
    }

    private static @Nullable FrameRule judgeSequence(FrameHeader header, boolean messageOpen) {
        // RFC 6455, 5.4: "The fragments of one message MUST NOT be interleaved between the fragments of another
        // message unless an extension has been negotiated that can interpret the interleaving." A continuation
        // needs something to continue.
        if (header.opcodeBits() == 0) {
            return messageOpen ? null : FrameRule.NOTHING_TO_CONTINUE;
        }
        return messageOpen ? FrameRule.MESSAGE_UNFINISHED : null;
    }

    /** The mask bit. */
    static @Nullable FrameRule judgeMask(FrameHeader header, Role self) {
        boolean expected = self.expectsMaskedIncoming();
        if (header.masked() == expected) {
            return null;
        }
        // RFC 6455, 5.1: "The server MUST close the connection upon receiving a frame that is not masked." and "A
        // client MUST close a connection if it detects a masked frame."
        return expected ? FrameRule.MASK_MISSING : FrameRule.MASK_FORBIDDEN;
    }

    /** The length of a complete header. */
    static @Nullable FrameRule judgeLength(FrameHeader header) {
        int declared = header.shortLength();
        if (declared <= MAX_CONTROL_PAYLOAD) {
            return null;
        }
        long length = header.payloadLength();
        // RFC 6455, 5.2: "the following 8 bytes interpreted as a 64-bit unsigned integer (the most significant bit
        // MUST be 0)"
        if (length < 0) {
            return FrameRule.LENGTH_TOP_BIT;
        }
        // RFC 6455, 5.2: "in all cases, the minimal number of bytes MUST be used to encode the length"
        return length <= (declared == 126 ? MAX_CONTROL_PAYLOAD : 0xFFFF) ? FrameRule.LENGTH_NOT_MINIMAL : null;
    }

    /**
     * A data frame against the limits, at its header. RFC 6455, 10.4: "Implementations that have implementation- and/or
     * platform-specific limitations regarding the frame size or total message size after reassembly from multiple frames MUST
     * protect themselves against exceeding those limits."
     */
    static @Nullable Failure judgeLimits(FrameHeader header, Limits limits, long messageBytes, int messageFrames) {
        long length = header.payloadLength();
        // By subtraction: both sides are 0 or more, so nothing wraps.
        if (length > limits.maxMessageBytes() - messageBytes) {
            return FrameRule.MESSAGE_LIMIT.failure("maxMessageBytes is " + limits.maxMessageBytes());
        }
        if (length > limits.maxFrameBytes()) {
            return FrameRule.FRAME_LIMIT.failure("maxFrameBytes is " + limits.maxFrameBytes());
        }
        return judgeFrames(limits, messageFrames);
    }

    /**
     * A frame of a compressed message against the limits. The limit of messages is about what is inflated. One of frames that is not
     * tighter than that of messages leaves the room that data takes which does not get smaller.
     */
    static @Nullable Failure judgeCompressedLimits(FrameHeader header, Limits limits, int messageFrames) {
        long most = limits.maxFrameBytes();
        if (most >= limits.maxMessageBytes()) {
            most += Math.min(Long.MAX_VALUE - most, most / 8 + COMPRESSED_EXTRA);
        }
        if (header.payloadLength() > most) {
            return FrameRule.FRAME_LIMIT.failure("maxFrameBytes is " + limits.maxFrameBytes());
        }
        return judgeFrames(limits, messageFrames);
    }

    private static @Nullable Failure judgeFrames(Limits limits, int messageFrames) {
        if (messageFrames >= limits.maxFramesPerMessage()) {
            return FrameRule.FRAME_COUNT_LIMIT.failure("maxFramesPerMessage is " + limits.maxFramesPerMessage());
        }
        return null;
    }

    /** The unmasked payload of a Close frame. */
    static @Nullable FrameRule judgeClose(ByteBuffer payload, int from, int to) {
        if (from == to) {
            return null;
        }
        // RFC 6455, 5.5.1: "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer
        // (in network byte order) representing a status code"
        if (to - from == 1) {
            return FrameRule.CLOSE_LENGTH;
        }
        if (!CloseCode.mayBeReceived(closeCode(payload, from))) {
            return FrameRule.CLOSE_CODE;
        }
        // RFC 6455, 5.5.1: "the body MAY contain UTF-8-encoded data". 8.1: "When an endpoint is to interpret a
        // byte stream as UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream, that endpoint
        // MUST _Fail_".
        boolean valid = Utf8Validator.run(payload, from + 2, to, Utf8Validator.ACCEPT) == Utf8Validator.ACCEPT;
        return valid ? null : FrameRule.CLOSE_REASON_UTF8;
    }

    /** The code of a close payload of two bytes or more. */
    static int closeCode(ByteBuffer payload, int from) {
        return ((payload.get(from) & 0xFF) << 8) | (payload.get(from + 1) & 0xFF);
    }
}
