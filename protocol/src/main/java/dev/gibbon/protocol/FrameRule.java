package dev.gibbon.protocol;

/**
 * The rules of RFC 6455 and RFC 7692 that a frame can break, each with its section, the close code that answers it and a sentence for the
 * close reason. Where each is judged: {@link FrameRules}. Immutable, safe on any thread.
 */
public enum FrameRule {
    /** A reserved bit is set. */
    RESERVED_BIT("5.2", CloseCode.PROTOCOL_ERROR, "a reserved bit is set and no extension was agreed that uses it"),
    /** RSV1, with an agreed deflate, on a control frame or a continuation. */
    COMPRESSED_BIT(7692, "6", CloseCode.PROTOCOL_ERROR, "RSV1 belongs to the first frame of a compressed message"),
    /** An opcode that nobody defined. */
    RESERVED_OPCODE("5.2", CloseCode.PROTOCOL_ERROR, "reserved opcode"),
    /** A client's frame without a mask. */
    MASK_MISSING("5.1", CloseCode.PROTOCOL_ERROR, "a frame from a client must be masked"),
    /** A server's frame with a mask. */
    MASK_FORBIDDEN("5.1", CloseCode.PROTOCOL_ERROR, "a frame from a server must not be masked"),
    /** A control frame above 125 bytes. */
    CONTROL_LENGTH("5.5", CloseCode.PROTOCOL_ERROR, "a control frame has at most 125 bytes of payload"),
    /** A control frame without FIN. */
    CONTROL_FRAGMENTED("5.5", CloseCode.PROTOCOL_ERROR, "a control frame must not be fragmented"),
    /** A continuation of nothing. */
    NOTHING_TO_CONTINUE("5.4", CloseCode.PROTOCOL_ERROR, "a continuation frame without a message to continue"),
    /** A new message inside a fragmented one. */
    MESSAGE_UNFINISHED("5.4", CloseCode.PROTOCOL_ERROR, "a new message began before the fragmented one had ended"),
    /** A 64-bit length with its top bit set. */
    LENGTH_TOP_BIT("5.2", CloseCode.PROTOCOL_ERROR, "the most significant bit of a 64-bit length must be 0"),
    /** A longer form of length than needed. */
    LENGTH_NOT_MINIMAL("5.2", CloseCode.PROTOCOL_ERROR, "a length must use the shortest of its three forms"),
    /** A Close frame with one byte of payload. */
    CLOSE_LENGTH("5.5.1", CloseCode.PROTOCOL_ERROR, "a close payload is empty or begins with a 2-byte code"),
    /** A close code that must not be in a frame. */
    CLOSE_CODE("7.4", CloseCode.PROTOCOL_ERROR, "a close code that must not be sent"),
    /** A close reason that is not UTF-8. */
    CLOSE_REASON_UTF8("5.5.1", CloseCode.INVALID_DATA, "the close reason is not UTF-8"),
    /** A text message that is not UTF-8. */
    TEXT_UTF8("8.1", CloseCode.INVALID_DATA, "a text message is not UTF-8"),
    /** A compressed message that cannot be inflated. */
    DEFLATE_DATA(7692, "7.2.2", CloseCode.INVALID_DATA, "a compressed message is not valid DEFLATE data"),
    /** A frame above the limit. */
    FRAME_LIMIT("10.4", CloseCode.MESSAGE_TOO_BIG, "frame above the limit"),
    /** A message above the limit. */
    MESSAGE_LIMIT("10.4", CloseCode.MESSAGE_TOO_BIG, "message above the limit"),
    /** Too many frames for one message. */
    FRAME_COUNT_LIMIT("10.4", CloseCode.POLICY_VIOLATION, "message of too many frames");

    private final int rfc;
    private final String section;
    private final int closeCode;
    private final String sentence;

    FrameRule(String section, int closeCode, String sentence) {
        this(6455, section, closeCode, sentence);
    }

    FrameRule(int rfc, String section, int closeCode, String sentence) {
        this.rfc = rfc;
        this.section = section;
        this.closeCode = closeCode;
        this.sentence = sentence;
    }

    /**
     * Which RFC has the rule.
     *
     * @return 6455 or 7692
     */
    public int rfc() {
        return rfc;
    }

    /**
     * Where the rule stands there.
     *
     * @return a section of {@link #rfc()}, such as "5.2"
     */
    public String section() {
        return section;
    }

    /**
     * The close code that fails the connection.
     *
     * @return 1002, 1007, 1008 or 1009
     */
    public int closeCode() {
        return closeCode;
    }

    /**
     * What the rule says, or what was wrong.
     *
     * @return a sentence of ASCII without a full stop, below 100 bytes
     */
    public String sentence() {
        return sentence;
    }

    Failure failure() {
        return new Failure(closeCode, sentence);
    }

    Failure failure(String detail) {
        return new Failure(closeCode, sentence + ": " + detail);
    }
}
