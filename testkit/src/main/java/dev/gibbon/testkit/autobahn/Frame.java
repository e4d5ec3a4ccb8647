package dev.gibbon.testkit.autobahn;

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
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** A whole frame with FIN and without reserved bits. */
    public static Frame of(int opcode, Payload payload) {
        return new Frame(opcode, true, 0, payload, 0, payload.length());
    }

    static Frame text(Payload payload) {
        return of(TEXT, payload);
    }

    static Frame text(String payload) {
        return text(Payload.text(payload));
    }

    static Frame binary(Payload payload) {
        return of(BINARY, payload);
    }

    static Frame ping(Payload payload) {
        return of(PING, payload);
    }

    static Frame ping(String payload) {
        return ping(Payload.text(payload));
    }

    static Frame pong(String payload) {
        return of(PONG, Payload.text(payload));
    }

    static Frame continuation(String payload) {
        return of(CONTINUATION, Payload.text(payload));
    }

    /** A Close with a code and the octets of a reason, which may be none. */
    static Frame close(int code, Payload reason) {
        return of(CLOSE, Payload.join(Payload.of(new byte[] {(byte) (code >> 8), (byte) code}), reason));
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

    /** What the frame takes on the wire. */
    int size(boolean masked) {
        return (from == 0 ? headerSize(masked) : 0) + to - from;
    }

    int headerSize(boolean masked) {
        int length = payload.length();
        return 2 + (length <= 125 ? 0 : length <= 0xFFFF ? 2 : 8) + (masked ? 4 : 0);
    }
}
