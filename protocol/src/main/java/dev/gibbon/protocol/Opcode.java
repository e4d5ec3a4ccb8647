package dev.gibbon.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The six opcodes that RFC 6455, 11.8, defines. The other ten values are reserved; {@link #of(int)} knows
 * none of them. Immutable, safe on any thread.
 */
public enum Opcode {
    /** Goes on with the message that a {@link #TEXT} or {@link #BINARY} frame without FIN began. */
    CONTINUATION(0x0),
    /** The first frame of a text message; its payload is UTF-8. */
    TEXT(0x1),
    /** The first frame of a binary message. */
    BINARY(0x2),
    /** The last frame that an endpoint sends. */
    CLOSE(0x8),
    /** Asks the peer for a {@link #PONG}. */
    PING(0x9),
    /** Answers a {@link #PING}, or is a heartbeat of its own accord. */
    PONG(0xA);

    private static final @Nullable Opcode[] BY_CODE = new @Nullable Opcode[16];

    static {
        for (Opcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    private final int code;

    Opcode(int code) {
        this.code = code;
    }

    /**
     * The four bits on the wire.
     *
     * @return 0 to 15
     */
    public int code() {
        return code;
    }

    /**
     * Whether this is a control frame: at most 125 bytes, never fragmented.
     *
     * @return true for Close, Ping and Pong
     */
    public boolean isControl() {
        // RFC 6455, 5.5: "Control frames are identified by opcodes where the most significant bit of the opcode is
        // 1."
        return (code & 0x8) != 0;
    }

    /**
     * The opcode of a value.
     *
     * @param code the four bits, 0 to 15
     * @return the opcode, or null when the value is reserved
     * @throws IllegalArgumentException when code is not within 0 to 15
     */
    public static @Nullable Opcode of(int code) {
        if ((code & ~0xF) != 0) {
            throw new IllegalArgumentException("an opcode has four bits, not the value " + code);
        }
        return BY_CODE[code];
    }
}
