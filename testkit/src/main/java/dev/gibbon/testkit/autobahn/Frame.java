package dev.gibbon.testkit.autobahn;

import dev.gibbon.testkit.RawFrame;

/**
 * A frame as a case sends it, valid or not: nothing is checked here. Immutable.
 *
 * @param opcode 0 to 15
 * @param fin whether FIN is set
 * @param rsv the three reserved bits as a number, RSV1 is 4
 * @param payload the whole payload, which the header declares
 * @param from where the part of the payload begins that is sent; the header goes with 0
 * @param to where that part ends
 */
public record Frame(int opcode, boolean fin, int rsv, Payload payload, int from, int to) {
    /** A whole frame with FIN and without reserved bits. */
    public static Frame of(int opcode, Payload payload) {
        return new Frame(opcode, true, 0, payload, 0, payload.length());
    }

    static Frame text(Payload payload) {
        return of(RawFrame.TEXT, payload);
    }

    static Frame text(String payload) {
        return text(Payload.text(payload));
    }

    static Frame binary(Payload payload) {
        return of(RawFrame.BINARY, payload);
    }

    static Frame ping(Payload payload) {
        return of(RawFrame.PING, payload);
    }

    static Frame ping(String payload) {
        return ping(Payload.text(payload));
    }

    static Frame pong(String payload) {
        return of(RawFrame.PONG, Payload.text(payload));
    }

    static Frame continuation(String payload) {
        return of(RawFrame.CONTINUATION, Payload.text(payload));
    }

    /** A Close with a code and the octets of a reason, which may be none. */
    static Frame close(int code, Payload reason) {
        return of(RawFrame.CLOSE, Payload.join(Payload.of(new byte[] {(byte) (code >> 8), (byte) code}), reason));
    }

    static Frame close(int code) {
        return close(code, Payload.EMPTY);
    }

    /** The same frame without FIN. */
    Frame more() {
        return new Frame(opcode, false, rsv, payload, from, to);
    }

    /** The same frame with reserved bits. */
    Frame reserved(int bits) {
        return new Frame(opcode, fin, bits, payload, from, to);
    }

    /** Only a part of the payload's octets, and the header when it begins at 0; the rest may follow as a frame of its own. */
    Frame part(int begin, int end) {
        return new Frame(opcode, fin, rsv, payload, begin, end);
    }
}
