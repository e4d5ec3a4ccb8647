package dev.gibbon.protocol;

/**
 * Close status codes: the names of RFC 6455, 7.4.1, and of the IANA registry, and which of them may stand in
 * a frame. A code is a plain int, because applications have 2,000 of their own (3000 to 4999).
 */
public final class CloseCode {
    /** 1000: the purpose of the connection is fulfilled. */
    public static final int NORMAL = 1000;
    /** 1001: the endpoint goes away: a server shuts down, a browser leaves the page. */
    public static final int GOING_AWAY = 1001;
    /** 1002: the peer broke the protocol. */
    public static final int PROTOCOL_ERROR = 1002;
    /** 1003: a type of data that the endpoint cannot accept. */
    public static final int UNSUPPORTED_DATA = 1003;
    /** 1005: reported when a Close frame had no code; never on the wire. */
    public static final int NO_STATUS = 1005;
    /** 1006: reported when the connection ended without a Close frame; never on the wire. */
    public static final int ABNORMAL = 1006;
    /** 1007: data inconsistent with its type, above all text that is not UTF-8. */
    public static final int INVALID_DATA = 1007;
    /** 1008: the endpoint's policy forbids it, and no other code fits. */
    public static final int POLICY_VIOLATION = 1008;
    /** 1009: a message too big to process. */
    public static final int MESSAGE_TOO_BIG = 1009;
    /** 1010: a client wanted an extension that the server did not agree to. */
    public static final int EXTENSION_REQUIRED = 1010;
    /** 1011: the endpoint met an unexpected condition. */
    public static final int INTERNAL_ERROR = 1011;
    /** 1012: the service restarts (IANA registry). */
    public static final int SERVICE_RESTART = 1012;
    /** 1013: try again later: the service is overloaded (IANA registry). */
    public static final int TRY_AGAIN_LATER = 1013;
    /** 1014: a gateway got an invalid answer from the server behind it (IANA registry). */
    public static final int BAD_GATEWAY = 1014;
    /** 1015: reported when the TLS handshake failed; never on the wire. */
    public static final int TLS_HANDSHAKE = 1015;

    private CloseCode() {}

    /**
     * Whether a Close frame may be sent with this code.
     *
     * @param code any int
     * @return true for 1000 to 1003, 1007 to 1014 and 3000 to 4999
     */
    public static boolean mayBeSent(int code) {
        return isOnTheWire(code);
    }

    /**
     * Whether a Close frame with this code is accepted from a peer. Any other code breaks the protocol (1002).
     *
     * @param code any int
     * @return true for 1000 to 1003, 1007 to 1014 and 3000 to 4999
     */
    public static boolean mayBeReceived(int code) {
        return isOnTheWire(code);
    }

    /**
     * A short name for logs and tools.
     *
     * @param code any int
     * @return the name in the IANA registry in lower case, or the range that the code lies in
     */
    public static String nameOf(int code) {
        return switch (code) {
            case NORMAL -> "normal closure";
            case GOING_AWAY -> "going away";
            case PROTOCOL_ERROR -> "protocol error";
            case UNSUPPORTED_DATA -> "unsupported data";
            case NO_STATUS -> "no status received";
            case ABNORMAL -> "abnormal closure";
            case INVALID_DATA -> "invalid frame payload data";
            case POLICY_VIOLATION -> "policy violation";
            case MESSAGE_TOO_BIG -> "message too big";
            case EXTENSION_REQUIRED -> "mandatory extension";
            case INTERNAL_ERROR -> "internal error";
            case SERVICE_RESTART -> "service restart";
            case TRY_AGAIN_LATER -> "try again later";
            case BAD_GATEWAY -> "bad gateway";
            case TLS_HANDSHAKE -> "TLS handshake";
            default -> rangeOf(code);
        };
    }

    private static String rangeOf(int code) {
        if (code >= 1000 && code <= 2999) {
            return "reserved";
        }
        if (code >= 3000 && code <= 3999) {
            return "registered";
        }
        return code >= 4000 && code <= 4999 ? "private use" : "invalid";
    }

    private static boolean isOnTheWire(int code) {
        // RFC 6455, 7.4.2: "0-999: Status codes in the range 0-999 are not used." 3000 and up belong to libraries
        // and applications, and nothing is defined from 5000. 1000 to 2999 belong to the protocol: those it names
        // are valid, and the IANA registry added 1012, 1013 and 1014.
        if (code >= 3000) {
            return code <= 4999;
        }
        // RFC 6455, 7.4.1, of 1005, 1006 and 1015: "MUST NOT be set as a status code in a Close control frame by
        // an endpoint." 1004: "Reserved. The specific meaning might be defined in the future."
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    }
}
