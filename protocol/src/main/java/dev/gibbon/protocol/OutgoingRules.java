package dev.gibbon.protocol;

import java.nio.charset.StandardCharsets;

/**
 * What an endpoint must not send. A frame that breaks one of these rules is a mistake of the caller, so it is an exception
 * and nothing is written. Functions of what they are given.
 */
final class OutgoingRules {
    private OutgoingRules() {}

    /** Any frame but Close. */
    static void require(
            CloseState state,
            boolean messageOpen,
            boolean deflates,
            Opcode opcode,
            boolean fin,
            boolean rsv1,
            long payloadLength) {
        if (rsv1 && !deflates) {
            // RFC 6455, 5.2: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero
            // values."
            throw new IllegalArgumentException("RSV1 needs an extension that gives it a meaning, and none is agreed");
        }
        if (rsv1 && opcode != Opcode.TEXT && opcode != Opcode.BINARY) {
            // RFC 7692, 6: "An endpoint MUST NOT set the "Per-Message Compressed" bit of control frames and non-first
            // fragments of a data message."
            throw new IllegalArgumentException("RSV1 belongs to the first frame of a data message, not to " + opcode);
        }
        if (payloadLength < 0) {
            throw new IllegalArgumentException("a payload has 0 bytes or more, not " + payloadLength);
        }
        if (opcode.isControl()) {
            requireControl(state, opcode, fin, payloadLength);
        } else {
            requireData(state, messageOpen, opcode);
        }
    }

    private static void requireControl(CloseState state, Opcode opcode, boolean fin, long payloadLength) {
        if (opcode == Opcode.CLOSE) {
            throw new IllegalArgumentException("a Close frame is written by writeClose, which checks its payload");
        }
        // RFC 6455, 5.5: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be
        // fragmented."
        if (!fin) {
            throw new IllegalArgumentException("a control frame must have FIN: " + opcode);
        }
        if (payloadLength > FrameRules.MAX_CONTROL_PAYLOAD) {
            throw new IllegalArgumentException(
                    "a control frame has at most 125 bytes of payload, not " + payloadLength);
        }
        if (!state.maySendControl()) {
            throw new IllegalStateException(opcode + " must not be sent in state " + state);
        }
    }

    private static void requireData(CloseState state, boolean messageOpen, Opcode opcode) {
        if (!state.maySendData()) {
            throw new IllegalStateException(opcode + " must not be sent in state " + state);
        }
        // RFC 6455, 5.4: "The fragments of one message MUST NOT be interleaved between the fragments of another
        // message unless an extension has been negotiated that can interpret the interleaving."
        if (messageOpen && opcode != Opcode.CONTINUATION) {
            throw new IllegalStateException(opcode + " must wait until the fragmented message has ended");
        }
        if (!messageOpen && opcode == Opcode.CONTINUATION) {
            throw new IllegalStateException("CONTINUATION without a message to continue");
        }
    }

    /** The payload of a Close frame. */
    static byte[] closePayload(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        if (code == CloseCode.NO_STATUS && text.length == 0) {
            return text;
        }
        if (!CloseCode.mayBeSent(code)) {
            throw new IllegalArgumentException(
                    "close code " + code + " must not be sent: use 1000 to 1003, 1007 to 1014 or"
                            + " 3000 to 4999, or 1005 without a reason for an empty payload");
        }
        if (text.length > Failure.MAX_REASON_BYTES) {
            throw new IllegalArgumentException("a close reason has at most 123 bytes of UTF-8, not " + text.length);
        }
        byte[] payload = new byte[2 + text.length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, text.length);
        return payload;
    }
}
